import * as fc from 'fast-check'
import type { Segment } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { plotSeries, valueAt } from './plot-series.ts'

const segment = (ns: number, from: 'client' | 'server', more: Partial<Segment>): Segment => ({
  input: 0,
  stream: 0,
  frame: ns + 1,
  ns,
  from,
  flags: 16,
  seq: 1,
  ack: 1,
  length: 0,
  window: 1000,
  marks: [],
  ...more,
})

const story = [
  segment(0, 'client', { flags: 2, seq: 0, ack: 0 }),
  segment(1, 'server', { flags: 18, seq: 0 }),
  segment(2, 'client', { length: 100 }),
  segment(3, 'server', { ack: 101, length: 600 }),
  segment(4, 'client', { seq: 101, ack: 601, window: 400 }),
  segment(5, 'server', { ack: 101, seq: 601, length: 400 }),
  segment(6, 'client', { seq: 101, ack: 1001, window: 0 }),
  segment(90, 'client', { seq: 101, ack: 1001, window: 0 }),
  segment(91, 'client', { seq: 101, ack: 1001, flags: 20, window: 93 }),
]

describe('the series of a window plot', () => {
  it('are the numbers of the segments', () => {
    expect(plotSeries(story, 'server')).toEqual({
      from: 'server',
      sent: { ns: [3, 5], bytes: [601, 1001] },
      acked: { ns: [2, 4, 6], bytes: [1, 601, 1001] },
      // Room shrinks by what is acknowledged: the limit stays where it was.
      limit: { ns: [2], bytes: [1001] },
      stalls: [{ fromNs: 6, toNs: 91 }],
      resets: [{ ns: 91, from: 'client' }],
      lastNs: 91,
    })
    expect(plotSeries(story, 'client').sent).toEqual({ ns: [2], bytes: [101] })
  })

  it('end a stall with the update that ends it', () => {
    const opened = [...story.slice(0, 7), segment(50, 'client', { ack: 1001, window: 800 })]
    expect(plotSeries(opened, 'server').stalls).toEqual([{ fromNs: 6, toNs: 50 }])
  })

  it('count what is sent again only once', () => {
    const again = [...story.slice(0, 6), segment(6, 'server', { seq: 601, length: 400 })]
    expect(plotSeries(again, 'server').sent.bytes).toEqual([601, 1001])
  })

  it('never go back, and reach the last byte that any segment carried', () => {
    const any = fc.array(
      fc.record({ seq: fc.nat(5000), length: fc.nat(1500), server: fc.boolean(), window: fc.nat(3000) }),
    )
    fc.assert(
      fc.property(any, (made) => {
        const segments = made.map(({ server, ...more }, ns) =>
          segment(ns, server ? 'server' : 'client', more),
        )
        const { sent } = plotSeries(segments, 'server')
        const carried = segments.filter(({ from, length }) => from === 'server' && length > 0)
        expect(sent.bytes).toEqual(sent.bytes.toSorted((a, b) => a - b))
        expect(sent.bytes.at(-1)).toBe(
          carried.length === 0 ? undefined : Math.max(...carried.map(({ seq, length }) => seq + length)),
        )
      }),
    )
  })

  it('hold their value until the next', () => {
    const steps = { ns: [10, 20], bytes: [1, 2] }
    expect([9, 10, 19, 20, 99].map((ns) => valueAt(steps, ns))).toEqual([undefined, 1, 1, 2, 2])
  })
})
