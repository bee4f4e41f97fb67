import { describe, expect, it } from 'vitest'
import { ALPHA, chanceOfRates, chanceOfShares, exposureToTell, trialsToTell } from './chance.ts'

describe('the exact test of two Poisson rates', () => {
  it('is twice the binomial tail', () => {
    // P(X ≤ 0) of Binomial(6, 1/2) is 1/64.
    expect(chanceOfRates(6, 0, { before: 1, after: 1 })).toBeCloseTo(2 / 64, 3)
    // P(X ≤ 2) of Binomial(12, 1/3) is (2/3)^12 + 12 · (2/3)^11 / 3 + 66 · (2/3)^10 / 9 = 0.1811.
    expect(chanceOfRates(10, 2, { before: 2, after: 1 })).toBeCloseTo(0.362, 3)
  })

  it('finds nothing in equal rates', () => {
    expect(chanceOfRates(5, 5, { before: 3, after: 3 })).toBe(1)
    expect(chanceOfRates(0, 0, { before: 3, after: 3 })).toBe(1)
  })

  it('says nothing without an exposure on both sides', () => {
    expect(chanceOfRates(5, 0, { before: 3 })).toBeUndefined()
    expect(chanceOfRates(5, 0, { before: 3, after: 0 })).toBeUndefined()
  })

  it('is the same from either side', () => {
    expect(chanceOfRates(9, 2, { before: 4, after: 1 })).toBe(chanceOfRates(2, 9, { before: 1, after: 4 }))
  })

  it('stays exact where terms underflow, and ends on counts that nobody has', () => {
    expect(chanceOfRates(50_000, 0, { before: 1, after: 1 })).toBe(0)
    expect(chanceOfRates(50_000, 50_000, { before: 1, after: 1 })).toBeGreaterThan(0.9)
    expect(chanceOfRates(2 ** 53, 2 ** 52, { before: 1, after: 1 })).toBe(0)
  })

  it('is not told from chance just below the time that tells, and is just above', () => {
    for (const events of [1, 2, 6, 40]) {
      const needed = exposureToTell(events, 3) ?? 0
      expect(chanceOfRates(events, 0, { before: 3, after: needed * 0.99 })).toBeGreaterThanOrEqual(ALPHA)
      expect(chanceOfRates(events, 0, { before: 3, after: needed * 1.01 })).toBeLessThan(ALPHA)
    }
  })
})

describe("Fisher's exact test of two shares", () => {
  it('is twice the hypergeometric tail', () => {
    // 6 of 6, 0 of 7: 1 / C(13, 6) = 1 / 1716.
    expect(chanceOfShares({ hits: 6, trials: 6 }, { hits: 0, trials: 7 })).toBeCloseTo(2 / 1716, 5)
    // Fisher's tea, 3 of 4 and 1 of 4: the smaller tail is 17/70.
    expect(chanceOfShares({ hits: 3, trials: 4 }, { hits: 1, trials: 4 })).toBeCloseTo(34 / 70, 3)
  })

  it('finds nothing in equal shares, and in none', () => {
    expect(chanceOfShares({ hits: 4, trials: 8 }, { hits: 4, trials: 8 })).toBe(1)
    expect(chanceOfShares({ hits: 0, trials: 8 }, { hits: 0, trials: 3 })).toBe(1)
  })

  it('says nothing where there are more hits than trials, or no trials', () => {
    expect(chanceOfShares({ hits: 9, trials: 8 }, { hits: 0, trials: 8 })).toBeUndefined()
    expect(chanceOfShares({ hits: 0, trials: 0 }, { hits: 0, trials: 8 })).toBeUndefined()
  })

  it('does not underflow with thousands of trials', () => {
    expect(chanceOfShares({ hits: 20_000, trials: 40_000 }, { hits: 20_000, trials: 40_000 })).toBe(1)
    expect(chanceOfShares({ hits: 40_000, trials: 40_000 }, { hits: 0, trials: 40_000 })).toBe(0)
  })

  it('says after how many trials it can tell', () => {
    const trials = trialsToTell({ hits: 3, trials: 5 }) ?? 0
    expect(chanceOfShares({ hits: 3, trials: 5 }, { hits: 0, trials })).toBeLessThan(ALPHA)
    expect(trialsToTell({ hits: 0, trials: 5 })).toBeUndefined()
  })
})
