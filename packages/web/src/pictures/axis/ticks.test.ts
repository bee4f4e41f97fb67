import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { lengthOf, momentOf, relative } from './clock.ts'
import { ticksOf } from './ticks.ts'

const EPOCH = BigInt(Date.parse('2026-11-22T14:55:16.500Z')) * 1_000_000n + 113n
const UTC = { epochNs: EPOCH, mode: 'utc' } as const
const RELATIVE = { epochNs: EPOCH, mode: 'relative' } as const
const plain = (text: string): string => text.replaceAll('\u202f', ' ')

function firstLabel(widthNs: number): string {
  return plain(ticksOf({ fromNs: 0, toNs: widthNs }, 800, UTC).ticks[0]?.label ?? '')
}

describe('ticks', () => {
  it('stand on round minutes of the clock where hours are in view', () => {
    const { ticks, context } = ticksOf({ fromNs: 0, toNs: 2 * 3600e9 }, 800, UTC)
    expect(ticks.map((tick) => tick.label).slice(0, 3)).toEqual(['15:00', '15:10', '15:20'])
    expect(context).toBe('2026-11-22 UTC')
  })

  it('count milliseconds, then microseconds, then nanoseconds of the second in view', () => {
    expect(firstLabel(100e6)).toBe(':16.51')
    expect(firstLabel(1e6)).toBe(':16.500 2')
    expect(firstLabel(800)).toBe(':16.500 000 2')
  })

  it('count from the first packet when asked to', () => {
    const { ticks, context } = ticksOf({ fromNs: 0, toNs: 20e9 }, 400, RELATIVE)
    expect(ticks.map((tick) => plain(tick.label)).slice(0, 3)).toEqual(['+0 s', '+5 s', '+10 s'])
    expect(plain(context)).toBe('0 = 2026-11-22 14:55:16.500 000 113 UTC')
  })

  it('never overlap, at any width and any zoom', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e14, noNaN: true }),
        fc.double({ min: 50, max: 1e14, noNaN: true }),
        fc.integer({ min: 300, max: 4000 }),
        fc.constantFrom('utc', 'relative'),
        (fromNs, widthNs, widthPx, mode) => {
          const range = { fromNs, toNs: fromNs + widthNs }
          const { ticks, stepNs } = ticksOf(range, widthPx, { epochNs: EPOCH, mode })
          const stepPx = (stepNs / widthNs) * widthPx
          for (const { ns, label } of ticks) {
            expect(ns).toBeGreaterThanOrEqual(fromNs - 1)
            expect(ns).toBeLessThanOrEqual(range.toNs)
            expect(label.length * 7).toBeLessThan(stepPx)
          }
          if (widthNs < 24 * 3600e9) expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length)
        },
      ),
    )
  })

  it('are never missing where a page is wide enough for two labels', () => {
    for (let widthNs = 50; widthNs < 1e14; widthNs *= 1.7) {
      expect(ticksOf({ fromNs: 12.5, toNs: 12.5 + widthNs }, 700, UTC).ticks.length).toBeGreaterThan(1)
    }
  })
})

describe('moments and lengths', () => {
  it('keep every nanosecond, also past midnight', () => {
    expect(plain(momentOf(1, UTC))).toBe('14:55:16.500 000 114')
    expect(plain(momentOf(10 * 3600e9, UTC))).toBe('00:55:16.500 000 113')
    expect(plain(relative(3_723_004_200_001, 9))).toBe('+1:02:03.004 200 001')
    expect(plain(relative(-1500, 6))).toBe('−0.000 001 s')
  })

  it('name lengths with three digits in the unit that suits', () => {
    expect([0, 400, 14_100_000, 1_234_000_000, 185e9].map((ns) => plain(lengthOf(ns)))).toEqual([
      '0 ns',
      '400 ns',
      '14.1 ms',
      '1.23 s',
      '3:05',
    ])
  })
})
