import { expect, it } from 'vitest'
import type { ReadInput } from '../evidence.ts'
import type { GcLog } from '../read/gc-log/collection.ts'
import { lineTimesOf, startFromWrittenLines } from './written-lines.ts'

const START = Date.UTC(2026, 10, 22, 14, 0, 0)

/** A log whose collections end at these uptimes, in seconds, one every ten lines. */
function logOf(...uptimes: readonly number[]): GcLog {
  return {
    runtime: 'v8',
    collections: uptimes.map((seconds, index) => ({
      line: 10 * (index + 1),
      kind: 'full',
      name: 'Mark-Compact',
      end: { clock: 'uptime', seconds },
      concurrent: false,
    })),
    lines: 10 * uptimes.length,
    problems: [],
  }
}

it('takes the earliest start that the lines allow: a line may be seen late, never early', () => {
  const times = [
    { line: 10, atMs: START + 1000 + 230 },
    { line: 20, atMs: START + 2000 + 3 },
    { line: 33, atMs: START + 3000 + 800 },
  ]
  expect(startFromWrittenLines(logOf(1, 2, 3), times, START - 55)).toBe(START + 3)
})

it('says nothing where no collection had been written', () => {
  expect(startFromWrittenLines(logOf(1), [{ line: 9, atMs: START }], undefined)).toBeUndefined()
  expect(startFromWrittenLines(logOf(1), [{ line: 41, atMs: START }], undefined)).toBeUndefined()
  expect(startFromWrittenLines(logOf(), [{ line: 9, atMs: START }], undefined)).toBeUndefined()
})

it('does not believe a start before the process began, or long after', () => {
  const times = [{ line: 10, atMs: START + 1000 }]
  expect(startFromWrittenLines(logOf(1), times, START + 100)).toBeUndefined()
  expect(startFromWrittenLines(logOf(1), times, START - 60_000)).toBeUndefined()
  expect(startFromWrittenLines(logOf(1), times, START + 20)).toBe(START)
})

it('finds the times of a file in the manifest of its own folder', () => {
  const empty = { gcLogs: [], tables: [], isUnknown: false, problems: [] }
  const times = [{ path: 'gc.log', line: 3, atMs: START }]
  const inputs: ReadInput[] = [
    { ...empty, path: 'one/gc.log' },
    { ...empty, path: 'one/manifest.json', manifest: { targets: [], files: [], lineTimes: times } },
    { ...empty, path: 'two/manifest.json', manifest: { targets: [], files: [] } },
  ]
  expect(lineTimesOf(inputs, 'one/gc.log')).toEqual(times)
  expect(lineTimesOf(inputs, 'two/gc.log')).toEqual([])
  expect(lineTimesOf(inputs, 'gc.log')).toEqual([])
})
