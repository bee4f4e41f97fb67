import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNewest } from './newest.ts'

test('the last records are kept in order, and the others are counted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 100 }), (most, given) => {
      const newest = createNewest<number>(most)
      const all = Array.from({ length: given }, (_, index) => index)
      for (const record of all) newest.add(record)
      expect(newest.isEmpty()).toBe(given === 0)
      expect(newest.end()).toEqual({ records: all.slice(-most), omitted: Math.max(0, given - most) })
    }),
  )
})
