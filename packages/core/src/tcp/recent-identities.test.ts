import { describe, expect, test } from 'vitest'
import { highHash, lowHash } from './identities.ts'
import { RecentIdentities } from './recent-identities.ts'

/** As many as one generation holds. */
const GENERATION = 65_536

function add(identities: RecentIdentities, key: number, value = key): void {
  const high = highHash(key, 0, 0, 0, 0)
  const low = lowHash(key, 0, 0, 0, 0)
  identities.values[identities.add(high, low)] = value
}

function valueOf(identities: RecentIdentities, key: number): number | undefined {
  const high = highHash(key, 0, 0, 0, 0)
  const low = lowHash(key, 0, 0, 0, 0)
  return identities.values[identities.find(high, low)]
}

describe('the recent identities', () => {
  test('hold all of the first two generations, and at least the last one of any number', () => {
    const identities = new RecentIdentities()
    for (let key = 1; key <= 2 * GENERATION; key++) add(identities, key)
    for (const key of [1, GENERATION, 2 * GENERATION]) expect(valueOf(identities, key)).toBe(key)
    for (let key = 2 * GENERATION + 1; key <= 5 * GENERATION; key++) add(identities, key)
    expect(valueOf(identities, 1)).toBeUndefined()
    for (const key of [4 * GENERATION + 1, 5 * GENERATION]) expect(valueOf(identities, key)).toBe(key)
  })

  test('know the latest of a key that was added twice', () => {
    const identities = new RecentIdentities()
    add(identities, 7)
    for (let key = 100; key < 100 + GENERATION; key++) add(identities, key)
    add(identities, 7, 77)
    expect(valueOf(identities, 7)).toBe(77)
  })
})
