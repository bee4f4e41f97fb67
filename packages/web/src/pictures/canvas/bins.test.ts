import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { eachColumn, extremesIn, extremesOf, nearest } from './bins.ts'

const times = fc
  .array(fc.double({ min: -1e6, max: 1e14, noNaN: true }), { maxLength: 300 })
  .map((values) => Float64Array.from(values).toSorted())

describe('columns of events', () => {
  it('hold every event in view exactly once, in ascending columns', () => {
    fc.assert(
      fc.property(
        times,
        fc.double({ min: -1e6, max: 1e14, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (sorted, fromNs, columnNs, columns) => {
          const inView = sorted.filter((ns) => ns >= fromNs && ns < fromNs + columns * columnNs)
          let last = -1
          let seen = 0
          eachColumn(sorted, fromNs, columnNs, columns, (column, count, first) => {
            expect(column).toBeGreaterThanOrEqual(last)
            expect(column).toBeLessThan(columns)
            expect(sorted[first]).toBe(inView[seen])
            last = column
            seen += count
          })
          expect(seen).toBe(inView.length)
        },
      ),
    )
  })

  it('find one event among a million', () => {
    const sorted = Float64Array.from({ length: 1_000_000 }, (_, index) => index * 1000)
    const hits: number[][] = []
    eachColumn(sorted, 499_999_500, 1, 1000, (column, count) => hits.push([column, count]))
    expect(hits).toEqual([[500, 1]])
  })
})

describe('extremes', () => {
  it('are those of a look at every value, at any zoom', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 5000 }),
        fc.nat(5000),
        fc.nat(5000),
        (values, a, b) => {
          const from = Math.min(a, b) % values.length
          const to = Math.min(values.length, Math.max(a, b))
          const part = values.slice(from, to)
          const found = extremesIn(extremesOf(Float64Array.from(values)), from, to)
          expect(found).toEqual(
            part.length === 0 ? undefined : { least: Math.min(...part), greatest: Math.max(...part) },
          )
        },
      ),
    )
  })
})

describe('the nearest event', () => {
  it('is the nearer of two neighbours, or none when both are too far', () => {
    const sorted = [10, 20, 40]
    expect(nearest(sorted, 14, 5)).toBe(0)
    expect(nearest(sorted, 16, 5)).toBe(1)
    expect(nearest(sorted, 30, 5)).toBeUndefined()
    expect(nearest(sorted, 99, 100)).toBe(2)
    expect(nearest([], 1, 100)).toBeUndefined()
  })
})
