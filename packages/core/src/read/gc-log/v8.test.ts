import { expect, test } from 'vitest'
import { createGcLogReader } from './gc-log.ts'

function read(text: string) {
  const reader = createGcLogReader()
  for (const [index, line] of text.split('\n').entries()) reader.line(line, index + 1, {})
  return reader.end()
}

test.each([
  [
    'Node 22',
    '[3071:0x1a5e1cb0]     1363 ms: Mark-Compact (reduce) 7.6 (10.5) -> 6.0 (10.7) MB, pooled: 0 MB, 20.77 / 0.01 ms  (+ 1.5 ms in 3 steps since start of marking, biggest step 1.0 ms, walltime since start of marking 22 ms) (average mu = 1.000, current mu = 1.000) testing; GC in old space requested',
    'Mark-Compact (reduce)',
    'full',
    20.77,
  ],
  [
    'Node 20',
    '[5788:0x1b94efb0]     1363 ms: Scavenge 5.1 (5.2) -> 4.7 (6.2) MB, 5.84 / 0.00 ms  (average mu = 1.000, current mu = 1.000) allocation failure; ',
    'Scavenge',
    'young',
    5.84,
  ],
  [
    'Node 14',
    '[10711:0x3507b20]    1363 ms: Mark-sweep 28.6 (48.2) -> 19.3 (46.7) MB, 3.9 / 0.0 ms  (+ 10.4 ms in 8 steps since start of marking, biggest step 6.9 ms, walltime since start of marking 77 ms) (average mu = 0.997, current mu = 0.997) finalize incremental marking via task GC in old space requested',
    'Mark-sweep',
    'full',
    3.9,
  ],
  [
    'Node 6',
    '[1234:0x102004000]     1363 ms: Scavenge 13.7 (49.0) -> 8.2 (50.0) MB, 0.6 / 0 ms [allocation failure].',
    'Scavenge',
    'young',
    0.6,
  ],
  [
    'Node 4',
    '[1234]     1363 ms: Mark-sweep 13.7 (49.0) -> 8.2 (50.0) MB, 12 ms [Runtime::PerformGC].',
    'Mark-sweep',
    'full',
    12,
  ],
  [
    'Windows',
    '[1234:000001A2B3C4D5E0]     1363 ms: Scavenge (during sweeping) 13.7 (49.0) -> 8.2 (50.0) MB, 0.6 / 0.0 ms  (average mu = 1.000, current mu = 1.000) task; ',
    'Scavenge (during sweeping)',
    'young',
    0.6,
  ],
  [
    'a minor mark-sweep',
    '[1234:0x1]     1363 ms: Minor Mark-Sweep 13.7 (49.0) -> 8.2 (50.0) MB, 0.6 / 0.0 ms  (average mu = 1.000, current mu = 1.000) task; ',
    'Minor Mark-Sweep',
    'young',
    0.6,
  ],
  [
    'nvp',
    '[21486:0x14619c40]     1363 ms: pause=0.9 mutator=10.4 gc=s reduce_memory=0 time_to_safepoint=0.00',
    'Scavenge',
    'young',
    0.9,
  ],
])('reads the line of %s', (_, text, name, kind, pauseMs) => {
  expect(read(text)).toMatchObject([
    {
      runtime: 'v8',
      problems: [],
      collections: [{ name, kind, pauseMs, concurrent: false, end: { clock: 'uptime', seconds: 1.363 } }],
    },
  ])
})

test('each worker is a log of its own, since its clock starts with it', () => {
  const logs = read(`[9:0x1000]     1363 ms: Scavenge 5.1 (5.2) -> 4.7 (6.2) MB, 5.84 / 0.00 ms  (average
[9:0x2000]       15 ms: Scavenge 3.2 (3.2) -> 2.8 (4.2) MB, 0.80 / 0.00 ms  (average
[9:0x1000]     1400 ms: Scavenge 5.1 (5.2) -> 4.7 (6.2) MB, 5.84 / 0.00 ms  (average`)
  expect(logs.map(({ pid, collections }) => [pid, collections.length])).toEqual([
    [9, 2],
    [9, 1],
  ])
})

test('what a crash repeats is taken once, and what it alone prints is taken', () => {
  const lastFew = `<--- Last few GCs --->

[1:0x148008000]      509 ms: Mark-sweep 46.8 (65.8) -> 40.6 (77.3) MB, 6.4 / 0.0 ms  (+ 1.4 ms in 11 steps) finalize incrementa[1:0x148008000]      768 ms: Mark-sweep 56.3 (77.3) -> 47.1 (83.0) MB, 35.9 / 0.0 ms  (average mu = 0.9

<--- JS stacktrace --->`
  expect(read(lastFew)[0]?.collections).toHaveLength(2)
  const traced =
    '[1:0x148008000]      509 ms: Mark-sweep 46.8 (65.8) -> 40.6 (77.3) MB, 6.4 / 0.0 ms  (average mu'
  expect(read(`${traced}\n${lastFew}`)[0]?.collections).toHaveLength(2)
})

test('a cut line is counted as damaged', () => {
  expect(read('[5788:0x1b94efb0]     1363 ms: Scavenge 5.1 (5.2) -> 4')).toMatchObject([
    { collections: [], problems: [{ code: 'lines-damaged', line: 1 }] },
  ])
})
