import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DurationHistogram } from './duration-histogram.ts'

test('a quantile is within its bucket of the true one, and never above the longest', () => {
  const durations = fc.array(fc.double({ min: 0.1, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const histogram = new DurationHistogram()
      for (const value of values) histogram.add(value)
      const sorted = values.toSorted((x, y) => x - y)
      const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
      const found = histogram.quantileMs(share) ?? 0
      expect(found).toBeLessThanOrEqual(histogram.maxMs)
      expect(found).toBeGreaterThanOrEqual(Math.min(exact, histogram.maxMs) * 0.999)
      expect(found).toBeLessThanOrEqual(exact * 1.2)
    }),
  )
})

test('counts what lies near a duration', () => {
  const histogram = new DurationHistogram()
  for (const ms of [1_980, 2_000, 2_020, 9_000]) histogram.add(ms)
  expect(histogram.countNear(2_000, 0.1)).toBe(3)
})

test('an empty one has no quantile', () => {
  expect(new DurationHistogram().quantileMs(0.5)).toBeUndefined()
})
