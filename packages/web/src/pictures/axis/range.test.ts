import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf, drawable, panned, revealed, zoomed } from './range.ts'

const BOUNDS = { fromNs: 0, toNs: 3600e9 }
const inBounds = fc
  .tuple(fc.double({ min: 0, max: 3000e9, noNaN: true }), fc.double({ min: 50, max: 600e9, noNaN: true }))
  .map(([fromNs, width]) => ({ fromNs, toNs: fromNs + width }))

describe('a range', () => {
  it('keeps the moment it is zoomed about where it was, down to nanoseconds', () => {
    fc.assert(
      fc.property(inBounds, fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const about = range.fromNs + share * (range.toNs - range.fromNs)
        const closer = zoomed(range, about, 0.5, BOUNDS)
        const width = closer.toNs - closer.fromNs
        expect((about - closer.fromNs) / width).toBeCloseTo(share, 2)
        expect(width).toBeGreaterThanOrEqual(50 - 0.01)
      }),
    )
  })

  it('never leaves the record behind, however far it is dragged', () => {
    fc.assert(
      fc.property(inBounds, fc.double({ min: -1e15, max: 1e15, noNaN: true }), (range, by) => {
        const moved = panned(range, by, BOUNDS)
        expect(moved.toNs - moved.fromNs).toBeCloseTo(range.toNs - range.fromNs, 0)
        expect(moved.toNs).toBeGreaterThan(BOUNDS.fromNs)
        expect(moved.fromNs).toBeLessThan(BOUNDS.toNs)
      }),
    )
  })

  it('grows to little more than the record', () => {
    const { fromNs, toNs } = zoomed(BOUNDS, 1800e9, 1000, BOUNDS)
    expect(toNs - fromNs).toBeLessThan(1.3 * 3600e9)
  })

  it('moves only when a moment is out of sight', () => {
    const range = { fromNs: 100, toNs: 1100 }
    expect(revealed(range, 600, BOUNDS)).toBe(range)
    const moved = revealed(range, 5000, BOUNDS)
    expect(moved.fromNs).toBeLessThan(5000)
    expect(moved.toNs).toBeGreaterThan(5000)
  })

  it('has room around one instant', () => {
    expect(drawable(7, 7)).toEqual({ fromNs: -18, toNs: 32 })
    const { fromNs, toNs } = boundsOf({ fromNs: 0, toNs: 1000e9 })
    expect(fromNs).toBeLessThan(0)
    expect(toNs).toBeGreaterThan(1000e9)
  })
})
