import { expect, it } from 'vitest'
import { createRecentSegments } from './recent-segments.ts'

it('knows a segment again, and no other', () => {
  const seen = createRecentSegments()
  expect(seen.isNew(7, 40_000, 80, 1)).toBe(true)
  expect(seen.isNew(7, 40_000, 80, 1)).toBe(false)
  for (const other of [
    [8, 40_000, 80, 1],
    [7, 40_001, 80, 1],
    [7, 40_000, 81, 1],
    [7, 40_000, 80, 2],
  ] as const)
    expect(seen.isNew(...other)).toBe(true)
})

it('still knows one after thousands of others', () => {
  const seen = createRecentSegments()
  seen.isNew(0xffff_ffff, 65_535, 65_535, 0xffff_ffff)
  for (let port = 1; port < 4000; port++) seen.isNew(port * 64_000, port, 443, 5)
  expect(seen.isNew(0xffff_ffff, 65_535, 65_535, 0xffff_ffff)).toBe(false)
})
