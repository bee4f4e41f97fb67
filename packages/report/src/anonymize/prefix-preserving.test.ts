import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAddress, writeAddress, type AddressBytes } from './address.ts'
import { prefixPreserving } from './prefix-preserving.ts'
import { sipKeyFrom } from './siphash.ts'

const map = prefixPreserving(sipKeyFrom('a key'))
const byte = fc.nat({ max: 255 })
const ipv4 = fc.array(byte, { minLength: 4, maxLength: 4 })
const ipv6 = fc.array(byte, { minLength: 16, maxLength: 16 })

/** Two addresses, the second with a random number of the first's leading bits. */
function pair(addresses: fc.Arbitrary<number[]>): fc.Arbitrary<[AddressBytes, AddressBytes]> {
  return fc
    .tuple(addresses, addresses, fc.nat({ max: 128 }))
    .map(([a, b, shared]) => [a, b.map((own, index) => mix(a[index] ?? 0, own, shared - index * 8))])
}

describe('prefixPreserving', () => {
  it.each([
    ['IPv4', ipv4],
    ['IPv6', ipv6],
  ])('keeps the length of the shared prefix of any two %s addresses', (_, addresses) => {
    fc.assert(
      fc.property(pair(addresses), fc.string(), ([a, b], key) => {
        const other = prefixPreserving(sipKeyFrom(key))
        const [newA, newB] = [a, b].map((bytes) => readAddress(other(writeAddress(bytes)) ?? ''))
        expect(sharedBits(newA ?? [], newB ?? [])).toBe(sharedBits(a, b))
      }),
      { numRuns: 300 },
    )
  })

  it('keeps loopback and unspecified addresses, and makes no other address one of them', () => {
    for (const kept of ['127.0.0.1', '127.9.8.7', '0.0.0.0', '::', '::1']) expect(map(kept)).toBe(kept)
    fc.assert(
      fc.property(ipv4, (bytes) => {
        const isLoopback = bytes[0] === 127
        expect(map(writeAddress(bytes))?.startsWith('127.')).toBe(isLoopback)
      }),
    )
  })

  it('writes a mapped address as the IPv4 address that it holds', () => {
    expect(map('::ffff:10.1.2.3')).toBe(map('10.1.2.3'))
  })

  it('depends on the key, and on nothing else', () => {
    expect(map('10.91.1.1')).toBe(prefixPreserving(sipKeyFrom('a key'))('10.91.1.1'))
    const keys = Array.from({ length: 8 }, (_, index) => prefixPreserving(sipKeyFrom(`key ${index}`)))
    expect(new Set(keys.map((one) => one('192.168.91.1'))).size).toBeGreaterThan(6)
  })

  it('leaves what is not an address to others', () => {
    for (const text of ['', 'db.internal', '10.0.0.256', '1.2.3', ':::', '1::2::3', '12345::', 'g::'])
      expect(map(text)).toBeUndefined()
  })
})

describe('addresses', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (bytes) => {
        expect(readAddress(writeAddress(bytes))).toEqual(bytes)
      }),
    )
  })

  it('writes IPv6 as RFC 5952 does', () => {
    for (const [printed, canonical] of [
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['0:0:1::', '0:0:1::'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ] as const)
      expect(writeAddress(readAddress(printed) ?? [])).toBe(canonical)
  })
})

function mix(a: number, b: number, sharedHere: number): number {
  const mask = 0xff >> Math.max(0, Math.min(8, sharedHere))
  return (a & ~mask & 0xff) | (b & mask)
}

function sharedBits(a: AddressBytes, b: AddressBytes): number {
  const [left, right] = [bits(a), bits(b)]
  const differs = Array.from(left).findIndex((bit, index) => bit !== right[index])
  return differs < 0 ? left.length : differs
}

function bits(bytes: AddressBytes): string {
  return bytes.map((value) => value.toString(2).padStart(8, '0')).join('')
}
