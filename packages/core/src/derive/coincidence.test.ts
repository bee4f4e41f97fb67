import { expect, test } from 'vitest'
import { testCoincidence } from './coincidence.ts'
import type { GcInterval } from './collection-times.ts'
import { testFittedCoincidence } from './fitted-coincidence.ts'
import { createRandom } from './random.ts'

const random = createRandom(7)

/** Collections at irregular times over `spanMs`, 5 ms long. */
function collections(count: number, spanMs: number): GcInterval[] {
  const starts = Array.from({ length: count }, () => random() * spanMs).toSorted((x, y) => x - y)
  return starts.map((startMs, index) => ({ startMs, endMs: startMs + 5, concurrent: false, line: index + 1 }))
}

test('bursts just after collections are no chance, and each names the collection it followed', () => {
  const log = collections(30, 60_000)
  const bursts = log.filter((_, index) => index % 4 === 0).map(({ endMs }) => endMs + 1.5)
  const found = testCoincidence(bursts, log, { fromMs: 0, toMs: 60_000 })
  expect(found).toMatchObject({ bursts: 8, of: 8, matched: 8 })
  expect(found?.pValue).toBeLessThan(0.001)
  expect(found?.expectedByChance).toBeLessThan(2)
  expect(found?.pairs.map(({ interval }) => interval.line)).toEqual([1, 5, 9, 13, 17, 21, 25, 29])
})

test('a timer beside a collector that runs all the time is chance', () => {
  const log = collections(600, 60_000)
  const bursts = Array.from({ length: 12 }, (_, index) => 2_500 + index * 5_000)
  expect(testCoincidence(bursts, log, { fromMs: 0, toMs: 60_000 })?.pValue).toBeGreaterThan(0.01)
})

test('a collector that runs all the time matches few bursts by chance, and still all that follow it at once', () => {
  const log = collections(1_200, 60_000)
  const beside = Array.from({ length: 30 }, (_, index) => 1_000 + index * 1_950)
  const chance = testCoincidence(beside, log, { fromMs: 0, toMs: 60_000 })
  expect(chance?.expectedByChance).toBeLessThan(15)
  const after = log.filter((_, index) => index % 40 === 7).map(({ endMs }) => endMs + 1)
  expect(testCoincidence(after, log, { fromMs: 0, toMs: 60_000 })).toMatchObject({ of: 30, matched: 30 })
})

test('bursts at the end of a long log are held against its end', () => {
  const log = collections(9_000, 900_000)
  const bursts = log.slice(-200).flatMap(({ endMs }, index) => (index % 20 === 0 ? [endMs + 1] : []))
  expect(testCoincidence(bursts, log, { fromMs: 0, toMs: 900_000 })).toMatchObject({ of: 10, matched: 10 })
  const fitted = testFittedCoincidence(bursts, log)
  expect(Math.abs(fitted?.fittedOffsetMs ?? Infinity)).toBeLessThan(10)
})

test('of a hundred pairs of unrelated clocks, few look related', () => {
  let surprising = 0
  for (let round = 0; round < 100; round++) {
    const bursts = collections(10, 60_000).map(({ startMs }) => startMs)
    const found = testCoincidence(bursts, collections(25, 60_000), { fromMs: 0, toMs: 60_000 })
    if ((found?.pValue ?? 1) <= 0.01) surprising++
  }
  expect(surprising).toBeLessThanOrEqual(4)
})

test('a reset inside a concurrent cycle follows its start, not its end', () => {
  const cycle: GcInterval = { startMs: 1_000, endMs: 1_200, concurrent: true, line: 3 }
  const found = testCoincidence([1_015], [cycle], { fromMs: 0, toMs: 10_000 })
  expect(found?.pairs[0]?.lagMs).toBeCloseTo(15)
})

test('a reset before any collection matches none', () => {
  const log: GcInterval[] = [{ startMs: 5_000, endMs: 5_010, concurrent: false, line: 1 }]
  expect(testCoincidence([4_000], log, { fromMs: 0, toMs: 10_000 })?.matched).toBe(0)
})

test('the start of a log with uptimes is fitted, and the fit is tested like any other', () => {
  const log = collections(30, 60_000)
  const offsetMs = 123_456
  const bursts = log.filter((_, index) => index % 3 === 0).map(({ endMs }) => endMs + offsetMs + random() * 3)
  const found = testFittedCoincidence(bursts, log)
  expect(Math.abs((found?.fittedOffsetMs ?? 0) - offsetMs)).toBeLessThan(10)
  expect(found?.pValue).toBeLessThan(0.01)
  expect(found?.matched).toBe(10)
})

test('collections in a steady beat fit any beat: that is chance', () => {
  const log = Array.from({ length: 20 }, (_, index) => ({
    startMs: index * 1_000,
    endMs: index * 1_000 + 4,
    concurrent: false,
    line: index + 1,
  }))
  const bursts = Array.from({ length: 8 }, (_, index) => 40_321 + index * 2_000)
  expect(testFittedCoincidence(bursts, log)?.pValue).toBeGreaterThan(0.05)
})

test('three bursts are fitted when their gaps are those of three rare collections', () => {
  const log = [841, 3_555, 4_763].map((endMs, index) => ({
    startMs: endMs - 8,
    endMs,
    concurrent: false,
    line: index + 1,
  }))
  const found = testFittedCoincidence([1_810, 4_520, 5_726], log)
  expect(found).toMatchObject({ bursts: 3, matched: 3 })
  expect(found?.pValue).toBeLessThan(0.005)
})

test('three bursts in a steady beat are not, nor are two', () => {
  const log = [1_000, 2_500, 4_000].map((endMs, index) => ({
    startMs: endMs - 8,
    endMs,
    concurrent: false,
    line: index,
  }))
  expect(testFittedCoincidence([7_010, 8_510, 10_010], log)).toBeUndefined()
  expect(testFittedCoincidence([7_010, 9_510], log)).toBeUndefined()
})

test('three bursts beside a collector that runs all the time are chance', () => {
  expect(testFittedCoincidence([1_000, 3_500, 9_000], collections(400, 20_000))?.pValue ?? 1).toBeGreaterThan(
    0.05,
  )
})

test('the same evidence gives the same p-value', () => {
  const log = collections(30, 60_000)
  const bursts = log.slice(0, 6).map(({ endMs }) => endMs + 20)
  const span = { fromMs: 0, toMs: 60_000 }
  expect(testCoincidence(bursts, log, span)).toEqual(testCoincidence(bursts, log, span))
})
