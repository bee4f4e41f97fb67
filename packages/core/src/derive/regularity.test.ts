import { expect, test } from 'vitest'
import { regularity } from './regularity.ts'

test('waits that agree are one setting', () => {
  expect(regularity([3_001, 3_004, 2_998, 3_010])).toEqual({ medianMs: 3_004, count: 4 })
})

test('one straggler among many does not hide the setting', () => {
  expect(regularity([5_000, 5_010, 4_990, 5_005, 9_000])?.count).toBe(4)
})

test.each([
  ['waits that spread', [1_000, 2_000, 3_500, 7_000]],
  ['a single wait', [3_000]],
  ['round trips', [40, 41, 40, 42]],
])('%s are none', (_, waits) => {
  expect(regularity(waits)).toBeUndefined()
})
