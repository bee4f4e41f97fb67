import { describe, expect, it } from 'vitest'
import { soak } from './soak.mjs'

/** Another one with WHYRESET_SEED; for hours with `node bench/hotload-soak.mjs`. */
const SEED = Number(process.env['WHYRESET_SEED'] ?? 13) || Math.floor(Math.random() * 1e9)

describe('all faults at once', () => {
  it(`no caller gets a wrong answer, and what is good and newest answers in the end (seed ${SEED})`, async () => {
    const { problems, calls, published } = await soak({ seed: SEED, seconds: 8 })
    expect(problems).toEqual([])
    expect(calls).toBeGreaterThan(100)
    expect(published).toBeGreaterThan(2)
  })
})
