import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { highHash, Identities, lowHash } from './identities.ts'

const VALUE_WORDS = 3

/** Few different words, so that keys share one half, or the place that it leads to. */
const word = fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constantFrom(-1, 1 << 31, 4096, 8192, 1 << 21))

const sorted = (numbers: Iterable<number>): number[] => [...numbers].toSorted((x, y) => x - y)

describe('the identities', () => {
  test('hold what a map holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, fc.integer()), { maxLength: 300 }), (entries) => {
        const identities = new Identities()
        const model = new Map<string, number>()
        for (const [high, low, value] of entries) {
          const at = identities.findOrAdd(high, low)
          expect(identities.values[at] ?? 0).toBe(model.get(`${high} ${low}`) ?? 0)
          identities.values[at] = value
          model.set(`${high} ${low}`, value | 0)
        }
        expect(identities.size).toBe(model.size)
        for (const [high, low] of entries)
          expect(identities.values[identities.find(high, low)]).toBe(model.get(`${high} ${low}`))
        const values: number[] = []
        identities.forEach((at) => values.push(identities.values[at] ?? 0))
        expect(sorted(values)).toEqual(sorted(model.values()))
      }),
    )
  })

  test('find nothing that was not added', () => {
    const identities = new Identities()
    for (let key = 0; key < 10_000; key++)
      identities.findOrAdd(highHash(key, 0, 0, 0, 0), lowHash(key, 0, 0, 0, 0))
    const found = Array.from({ length: 10_000 }, (_, key) =>
      identities.find(highHash(key, 1, 0, 0, 0), lowHash(key, 1, 0, 0, 0)),
    )
    expect(found.every((at) => at === -1)).toBe(true)
    expect(identities.size).toBe(10_000)
  })

  test('keep all values of an entry when they grow', () => {
    const identities = new Identities()
    for (let key = 1; key <= 9000; key++) {
      const at = identities.findOrAdd(highHash(key, 0, 0, 0, 0), lowHash(key, 0, 0, 0, 0))
      for (let value = 0; value < VALUE_WORDS; value++) identities.values[at + value] = key * 10 + value
    }
    const at = identities.find(highHash(77, 0, 0, 0, 0), lowHash(77, 0, 0, 0, 0))
    expect(Array.from(identities.values.subarray(at, at + VALUE_WORDS))).toEqual([770, 771, 772])
  })
})

test('keys that differ in the client port alone are spread over the low bits', () => {
  const places = new Set<number>()
  for (let port = 0; port < 1024; port++)
    places.add(highHash(0x0a00_0001, 0x0a00_0002, (port << 16) | 8080, 0, 0) & 1023)
  // Thrown at random, 1024 balls leave 63 % of 1024 boxes with one.
  expect(places.size).toBeGreaterThan(550)
})
