import { describe, expect, it } from 'vitest'
import { sipHash, sipKeyFrom, type SipKey } from './siphash.ts'

/** Key 00 01 … 0f, messages 00 01 02 …: vectors.h of the reference; length 15 is appendix A of the paper. */
const KEY: SipKey = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c]
const VECTORS = [
  [0, 0x726fdb47dd0e0e31n],
  [1, 0x74f839c593dc67fdn],
  [8, 0x93f5f5799a932462n],
  [15, 0xa129ca6149be45e5n],
  [63, 0x958a324ceb064572n],
] as const

describe('sipHash', () => {
  it.each(VECTORS)('gives the published hash of %i bytes', (length, published) => {
    const [low, high] = sipHash(
      KEY,
      Array.from({ length }, (_, index) => index),
    )
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(published)
  })
})

describe('sipKeyFrom', () => {
  it('gives every text its own key', () => {
    const keys = ['', 'a', 'b', 'a ', '钥匙', 'a'.repeat(100)].map((text) => sipKeyFrom(text).join())
    expect(new Set(keys).size).toBe(keys.length)
    expect(sipKeyFrom('a')).toEqual(sipKeyFrom('a'))
  })
})
