import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoClock, isoOf } from './times.ts'

test('writes nine digits of a second', () => {
  expect(isoOf(1_795_358_809_000_000_001n)).toBe('2026-11-22T14:46:49.000000001Z')
})

test('writes times before 1970 forwards', () => {
  expect(isoOf(-1n)).toBe('1969-12-31T23:59:59.999999999Z')
  expect(isoOf(-1_000_000_000n)).toBe('1969-12-31T23:59:59.000000000Z')
})

test('keeps to the years that have four digits, whatever a clock claims', () => {
  expect(isoOf(1n << 90n)).toBe('9999-12-31T23:59:59.999999999Z')
  expect(isoOf(-(1n << 90n))).toBe('0001-01-01T00:00:00.000000000Z')
  expect(isoClock(0n)(Infinity)).toBe('9999-12-31T23:59:59.999999999Z')
  expect(isoClock(0n)(-Infinity)).toBe('0001-01-01T00:00:00.000000000Z')
  expect(isoClock(0n)(Number.NaN)).toBe('1970-01-01T00:00:00.000000000Z')
})

test('a clock that remembers its second tells the same times in any order', () => {
  const ns = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -5_000_000_000, max: 5_000_000_000 }),
    fc.constantFrom(-1, 0, 999_999_999, 1_000_000_000, 1e18, -1e18),
  )
  const epoch = fc.bigInt({ min: -(1n << 66n), max: 1n << 70n })
  fc.assert(
    fc.property(epoch, fc.array(ns, { minLength: 1 }), (epochNs, times) => {
      const timeOf = isoClock(epochNs)
      for (const each of times) expect(timeOf(each)).toBe(isoOf(epochNs + BigInt(each)))
    }),
  )
})
