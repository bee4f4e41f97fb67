import { expect, test } from 'vitest'
import type { LogTime } from '../log-time.ts'
import type { Collection } from './collection.ts'
import { createGcLogReader } from './gc-log.ts'

function read(text: string, wrapperTime?: LogTime) {
  const reader = createGcLogReader()
  const context = wrapperTime === undefined ? {} : { wrapperTime }
  for (const [index, line] of text.split('\n').entries()) reader.line(line, index + 1, context)
  return reader.end()
}

function collectionsOf(text: string): readonly Collection[] {
  return read(text)[0]?.collections ?? []
}

const PAUSE = 'GC(7) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.500ms'
const AT = Date.UTC(2018, 3, 4, 9, 10, 0, 586)

test.each([
  [
    'every decoration',
    '[2018-04-04T09:10:00.586-0100][0.018s][1522825800586ms][18ms][10026341461044ns][17738937ns][1375][7427][info][gc] ',
    { clock: 'wall', localMs: AT, zoneMinutes: -60 },
  ],
  [
    'time and utctime and a host name',
    '[2018-04-04T09:10:00.586+0530][2018-04-04T03:40:00.586+0000][0.018s][web-1.example][1375][7427][info ][gc         ] ',
    { clock: 'wall', localMs: AT, zoneMinutes: 330 },
  ],
  [
    'milliseconds since 1970',
    '[1522825800586ms][gc] ',
    { clock: 'wall', localMs: 1522825800586, zoneMinutes: 0 },
  ],
  ['uptime only', '[12.018s][info][gc] ', { clock: 'uptime', seconds: 12.018 }],
  ['uptime with a decimal comma', '[2,048s][info][gc] ', { clock: 'uptime', seconds: 2.048 }],
  ['uptime in milliseconds', '[233ms] ', { clock: 'uptime', seconds: 0.233 }],
  ['uptime in nanoseconds', '[17738937ns][gc] ', { clock: 'uptime', seconds: 0.017738937 }],
  ['a wrapper before it', 'jvm 1    | [12.018s][info][gc] ', { clock: 'uptime', seconds: 12.018 }],
])('reads the time of a line with %s', (_, decorations, end) => {
  expect(collectionsOf(decorations + PAUSE)).toMatchObject([{ end, number: 7, kind: 'young', pauseMs: 6.5 }])
})

test('a pause starts as long before its end as it lasted', () => {
  expect(collectionsOf(`[1.000s][gc] ${PAUSE}`)[0]?.start).toEqual({ clock: 'uptime', seconds: 0.9935 })
})

test('two numbers are pid and tid, and tell processes apart', () => {
  const logs = read(
    `[1.0s][10][11][info][gc] ${PAUSE}\n[1.0s][20][21][info][gc] ${PAUSE}\n[1.1s][10][12][info][gc] ${PAUSE}`,
  )
  expect(logs.map(({ pid, collections }) => [pid, collections.length])).toEqual([
    [10, 2],
    [20, 1],
  ])
})

test('one number is a pid while it never changes, and a tid once it does', () => {
  expect(read(`[1.0s][10][gc] ${PAUSE}\n[1.1s][10][gc] ${PAUSE}`)).toMatchObject([{ pid: 10, lines: 2 }])
  const [log, ...others] = read(`[1.0s][10][gc] ${PAUSE}\n[1.1s][11][gc] ${PAUSE}\n[1.1s][10][gc] ${PAUSE}`)
  expect(log?.collections).toHaveLength(3)
  expect(log).not.toHaveProperty('pid')
  expect(others).toEqual([])
})

test.each([
  ['Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms', 'young'],
  ['Pause Young (G1 Evacuation Pause) 24M->4M(256M) (0.354s, 0.359s) 4.900ms', 'young'],
  ['Pause Young (Concurrent Start) (G1 Humongous Allocation) 10M->9M(48M) 1.563ms', 'young'],
  ['Pause Initial Mark (G1 Evacuation Pause) 24M->4M(256M) 4.900ms', 'young'],
  ['Pause Mixed (G1 Evacuation Pause) 24M->4M(256M) 4.900ms', 'mixed'],
  ['Pause Young (Mixed) (G1 Preventive Collection) 38M->34M(48M) 3.308ms', 'mixed'],
  ['Pause Young (Prepare Mixed) (G1 Evacuation Pause) 38M->34M(48M) 3.308ms', 'young'],
  ['Pause Full (System.gc()) 4M->3M(17M) 25.810ms', 'full'],
  ['Pause Full (Ergonomics) 4M->3M(17M) 25,810ms', 'full'],
  ['Pause Full 22M->21M(24M) 3.082ms', 'full'],
  ['Pause Degenerated GC (Outside of Cycle) 22M->19M(24M) 1.479ms', 'full'],
  ['Pause Remark 211M->211M(256M) 21.685ms', 'other'],
])('knows what %s reclaims', (message, kind) => {
  expect(collectionsOf(`[9.0s][info][gc] GC(1) ${message}`)).toMatchObject([{ kind, concurrent: false }])
})

test('pauses that reclaim nothing are no collections', () => {
  const lines = [
    'Pause Cleanup 24M->24M(48M) 0.070ms',
    'Pause Initial Mark 3.100ms',
    'Concurrent Mark Cycle 14.840ms',
  ]
  expect(collectionsOf(lines.map((line) => `[9.0s][info][gc] GC(1) ${line}`).join('\n'))).toEqual([])
})

test('a mark cycle of G1 is its Remark, with the references that it found dead', () => {
  const log = `[1.0s][info][gc] GC(5) Concurrent Mark Cycle
[1.1s][info][gc,start] GC(5) Pause Remark
[1.2s][debug][gc,ref] GC(5) Ref Counts: Soft: 0 Weak: 258086 Final: 11 Phantom: 816
[1.2s][info][gc] GC(6) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms
[1.2s][info][gc] GC(5) Pause Remark 211M->211M(256M) 21.685ms
[1.3s][info][gc] GC(5) Pause Cleanup 24M->24M(48M) 0.070ms
[1.4s][info][gc] GC(5) Concurrent Mark Cycle 400.437ms`
  expect(collectionsOf(log)).toMatchObject([
    { kind: 'young', number: 6 },
    { kind: 'other', number: 5, name: 'Pause Remark', references: { final: 11, phantom: 816 }, line: 5 },
  ])
  expect(collectionsOf(log)[0]).not.toHaveProperty('references')
})

test.each([
  ['JDK 17, two lines, Cleared', ['FinalReference:', '  Discovered: 40', '  Cleared: 3']],
  ['JDK 20, Dropped', ['FinalReference:', '  Discovered: 40', '  Dropped: 3']],
  ['JDK 21, one line', ['FinalReference Discovered: 40, Dropped: 3, Processed: 37']],
  ['ZGC', ['Final: 799 encountered, 40 discovered, 37 enqueued']],
  [
    'generational ZGC',
    [
      'O:                       Encountered   Discovered     Enqueued',
      'O: Final References:             799           40           37',
    ],
  ],
  [
    'Shenandoah',
    [
      'Discovered  references: Soft: 9, Weak: 4, Final: 40, Phantom: 91',
      'Enqueued    references: Soft: 9, Weak: 4, Final: 37, Phantom: 91',
    ],
  ],
  ['JDK 9', ['Ref Counts: Soft: 0 Weak: 3 Final: 37 Phantom: 8']],
])('counts references found dead: %s', (_, lines) => {
  const log = [...lines, 'Pause Full (System.gc()) 4M->3M(17M) 25.810ms']
  const text = log.map((line) => `[1.0s][debug][gc,phases,ref ] GC(3) ${line}`).join('\n')
  expect(collectionsOf(text)[0]?.references?.final).toBe(37)
})

/** @param milliseconds Since 2024-04-17T00:42:37. */
function at(milliseconds: number) {
  return { clock: 'wall', localMs: Date.UTC(2024, 3, 17, 0, 42, 37, milliseconds) }
}

test('a cycle of generational ZGC is one collection, which acts from the end of reference processing', () => {
  const log = `[2024-04-17T00:42:37.620+0000][25.139s][info][gc          ] GC(0) Major Collection (Metadata GC Threshold)
[2024-04-17T00:42:37.621+0000][25.139s][info][gc,phases   ] GC(0) Y: Young Generation
[2024-04-17T00:42:37.621+0000][25.139s][info][gc,phases   ] GC(0) Y: Pause Mark Start (Major) 0.027ms
[2024-04-17T00:42:37.745+0000][25.263s][info ][gc,phases   ] GC(0) Y: Young Generation 196M(0%)->152M(0%) 0.124s
[2024-04-17T00:42:37.746+0000][25.264s][info ][gc,phases   ] GC(0) O: Pause Mark End 0.012ms
[2024-04-17T00:42:37.754+0000][25.273s][info ][gc,phases   ] GC(0) O: Concurrent Process Non-Strong 8.647ms
[2024-04-17T00:42:37.768+0000][25.287s][info ][gc,ref      ] GC(0) O: Phantom References:          1029           90           12
[2024-04-17T00:42:37.768+0000][25.287s][info ][gc          ] GC(0) Major Collection (Metadata GC Threshold) 196M(0%)->156M(0%) 0.148s
[2024-04-17T00:42:39.000+0000][26.500s][info ][gc          ] GC(1) Minor Collection (Allocation Rate) 14720M(40%)->2054M(6%) 0.689s`
  expect(collectionsOf(log)).toMatchObject([
    {
      kind: 'concurrent',
      concurrent: true,
      name: 'Major Collection (Metadata GC Threshold)',
      start: at(620),
      referencesProcessedAt: at(754),
      end: at(768),
      pauseMs: 0.039,
      references: { phantom: 12 },
    },
    { kind: 'young', concurrent: true, start: { localMs: Date.UTC(2024, 3, 17, 0, 42, 38, 311) } },
  ])
})

test('a cycle of ZGC that breaks off has acted once its references were processed', () => {
  const begin =
    '[1.0s][info][gc,start] GC(3) Garbage Collection (Warmup)\n[1.1s][info][gc,phases] GC(3) Concurrent Mark 3.056ms'
  expect(read(begin)[0]).toMatchObject({
    collections: [],
    problems: [{ code: 'gc-event-unfinished', line: 1 }],
  })
  const acted = `${begin}\n[1.2s][info][gc,phases] GC(3) Concurrent Process Non-Strong References 0.279ms`
  expect(read(acted)[0]).toMatchObject({
    collections: [{ number: 3, end: { seconds: 1.2 }, line: 3 }],
    problems: [],
  })
})

test('a cycle of Shenandoah that was cancelled while marking is its degenerated pause', () => {
  const log = `[1.0s][info][gc] GC(8) Concurrent reset 0.029ms
[1.0s][info][gc] GC(8) Pause Init Mark (unload classes) 0.023ms
[1.1s][info][gc] Cancelling GC: Allocation Failure
[1.2s][info][gc] GC(9) Pause Degenerated GC (Mark) 23M->15M(24M) 3.642ms`
  expect(collectionsOf(log)).toMatchObject([{ number: 9, kind: 'full' }])
})

test('a log of safepoints alone yields those that are collections', () => {
  const log = `[1.0s] Safepoint "G1CollectForAllocation", Time since last: 12729684 ns, Reaching safepoint: 148240 ns, Cleanup: 4498 ns, At safepoint: 3854117 ns, Total: 4000000 ns
[1.1s] Safepoint "Deoptimize", Time since last: 12729684 ns, Reaching safepoint: 148240 ns, Cleanup: 4498 ns, At safepoint: 3854117 ns, Total: 4006855 ns
[1.2s] Safepoint "G1CollectFull", Time since last: 1 ns, Reaching safepoint: 2 ns, At safepoint: 3 ns, Leaving safepoint: 4 ns, Total: 5 ns, Threads: 0 runnable, 12 total`
  expect(collectionsOf(log)).toMatchObject([
    { name: 'G1CollectForAllocation', kind: 'young', pauseMs: 4 },
    { name: 'G1CollectFull', kind: 'full' },
  ])
  expect(collectionsOf(`${log}\n[1.3s][gc] ${PAUSE}`)).toHaveLength(1)
})

test('a line with both clocks fixes when the process started', () => {
  const [log] = read(`[2018-04-04T09:10:00.586-0100][0.186s][info][gc] Using Parallel`)
  expect(log).toMatchObject({
    collector: 'Parallel',
    startedAt: { clock: 'wall', localMs: AT - 186, zoneMinutes: -60 },
  })
})

test('an uptime that starts again is another run of the process', () => {
  expect(read(`[90.0s][info][gc] ${PAUSE}\n[0.5s][info][gc] ${PAUSE}`)).toHaveLength(2)
})

test('rotated files in the wrong order are one run while their clocks agree', () => {
  const later = `[2018-04-04T09:11:30.000+0000][90.000s][info][gc] ${PAUSE}`
  const sooner = `[2018-04-04T09:10:30.000+0000][30.000s][info][gc] ${PAUSE}`
  expect(read(`${later}\n${sooner}`)).toHaveLength(1)
})

test('without any decoration, the wrapper tells the time', () => {
  const wrapper: LogTime = { clock: 'wall', localMs: AT, zoneMinutes: 0 }
  expect(read(PAUSE, wrapper)[0]?.collections).toMatchObject([{ end: wrapper }])
  expect(read(PAUSE)[0]).toMatchObject({ collections: [], problems: [{ code: 'gc-time-missing', line: 1 }] })
})

test('with an uptime, the least delayed line of the wrapper places all others', () => {
  const reader = createGcLogReader()
  const wrapped = (uptime: string, milliseconds: number, line: number) =>
    reader.line(`[${uptime}s][gc] ${PAUSE}`, line, {
      wrapperTime: { clock: 'wall', localMs: milliseconds, zoneMinutes: 0 },
    })
  // Both lines left the buffer together.
  wrapped('10.000', AT, 1)
  wrapped('15.000', AT, 2)
  expect(reader.end()).toMatchObject([
    {
      startedAt: { localMs: AT - 15_000 },
      collections: [{ end: { clock: 'wall', localMs: AT - 5000 } }, { end: { localMs: AT } }],
    },
  ])
})

test('damaged lines are counted once, with the first of them', () => {
  const log = `[1.0s][gc] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(1\n[1.1s][gc] GC(2) Pause Full (Sys\n[1.2s][gc] ${PAUSE}`
  expect(read(log)[0]).toMatchObject({
    collections: [{ number: 7 }],
    problems: [{ code: 'lines-damaged', line: 1, values: { lines: 2 } }],
  })
})
