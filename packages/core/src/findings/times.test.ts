import { expect, test } from 'vitest'
import { isoAt, isoOf } from './times.ts'

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
  expect(isoAt(0n, Infinity)).toBe('9999-12-31T23:59:59.999999999Z')
  expect(isoAt(0n, -Infinity)).toBe('0001-01-01T00:00:00.000000000Z')
  expect(isoAt(0n, Number.NaN)).toBe('1970-01-01T00:00:00.000000000Z')
})
