import { expect, test } from 'vitest'
import { createGcLogReader } from './gc-log.ts'

function read(text: string) {
  const reader = createGcLogReader()
  for (const [index, line] of text.split('\n').entries()) reader.line(line, index + 1, {})
  return reader.end()
}

test('reads dates, uptimes and ids of the parallel collector', () => {
  const [log] = read(
    '2022-07-26T21:00:45.231+0800: 7.599: #2: [Full GC (System.gc()) [PSYoungGen: 98289K->0K(8257536K)] [ParOldGen: 32K->98112K(1048576K)] 98321K->98112K(9306112K), [Metaspace: 3000K->3000K(1056768K)], 0.6490000 secs] [Times: user=1.52 sys=0.17, real=0.65 secs]',
  )
  const start = Date.UTC(2022, 6, 26, 21, 0, 45, 231)
  expect(log).toMatchObject({ collector: 'Parallel', startedAt: { zoneMinutes: 480 }, problems: [] })
  expect(log?.startedAt).toHaveProperty('localMs', expect.closeTo(start - 7599, 3))
  expect(log?.collections).toMatchObject([
    {
      number: 2,
      kind: 'full',
      name: 'Full GC (System.gc())',
      start: { clock: 'wall', zoneMinutes: 480 },
      pauseMs: 649,
    },
  ])
  expect(log?.collections[0]?.end).toHaveProperty('localMs', expect.closeTo(start + 649, 3))
})

test.each([
  [
    'Parallel',
    'young',
    '8.599: [GC (Allocation Failure) \nDesired survivor size 1114112 bytes, new threshold 7 (max 15)\n[PSYoungGen: 98289K->0K(8257536K)] 98321K->98112K(9306112K), 0.0492397 secs] [Times: user=1.52 sys=0.17, real=0.65 secs]',
    49.2397,
  ],
  [
    'CMS',
    'young',
    '3.000: [GC (Allocation Failure) 3.000: [ParNew\nDesired survivor size 1114112 bytes, new threshold 1 (max 15)\n- age   1:    1107240 bytes,    1107240 total\n: 8678K->1081K(9792K), 0.0088699 secs] 8678K->8064K(31680K), 0.0106548 secs] [Times: user=0.02 sys=0.00, real=0.01 secs]',
    10.6548,
  ],
  [
    'CMS',
    'full',
    '20.100: [Full GC (Allocation Failure) 20.100: [CMS20.150: [CMS-concurrent-mark: 0.110/0.111 secs] [Times: user=0.15 sys=0.00, real=0.11 secs]\n (concurrent mode failure): 21887K->21887K(21888K), 0,1500000 secs] 31679K->31600K(31680K), [Metaspace: 2679K->2679K(1056768K)], 0,1550000 secs] [Times: user=0.15 sys=0.00, real=0.15 secs]',
    155,
  ],
  [
    'CMS',
    'full',
    '50.000: [GC (Allocation Failure) 50.000: [ParNew (promotion failed): 9K->9K(9K), 0.1 secs]50.100: [CMS (concurrent mode failure): 1K->1K(2K), 0.2000 secs] 3K->2K(4K), [Metaspace: 1K->1K(2K)], 0.3000 secs]',
    300,
  ],
  [
    'CMS',
    'young',
    '48.021: [GC48.021: [ParNew: 306686K->34046K(306688K), 0.3196120 secs] 1341473K->1125818K(8669952K), 0.3197540 secs]',
    319.754,
  ],
  [
    'Serial',
    'full',
    '1.000: [GC (Allocation Failure) 1.000: [DefNew: 9K->9K(9K), 0.0000274 secs]1.000: [Tenured: 1K->1K(2K), 0.2000000 secs] 3K->2K(4K), 0.2100000 secs]',
    210,
  ],
  [
    'G1',
    'young',
    '0.290: [GC pause (G1 Evacuation Pause) (young) (initial-mark)\nDesired survivor size 1048576 bytes, new threshold 15 (max 15)\n 0.291: [G1Ergonomics (CSet Construction) start choosing CSet, _pending_cards: 0]\n, 0.0115587 secs]\n   [Parallel Time: 8.5 ms, GC Workers: 2]\n      [GC Worker Start (ms): Min: 290.1, Avg: 290.2]',
    11.5587,
  ],
  ['G1', 'mixed', '0.500: [GC pause (G1 Evacuation Pause) (mixed), 0.0120000 secs]', 12],
  [
    'G1',
    'other',
    '0.400: [GC remark 0.400: [Finalize Marking, 0.0002 secs] 0.400: [GC ref-proc, 0.0001 secs] 0.401: [Unloading, 0.0027 secs], 0.0261 secs]',
    26.1,
  ],
])('reads an event of %s that is %s', (collector, kind, text, pauseMs) => {
  const [log] = read(text)
  expect(log).toMatchObject({ collector, problems: [], collections: [{ kind, concurrent: false }] })
  expect(log?.collections[0]?.pauseMs).toBeCloseTo(pauseMs, 6)
})

test.each([
  ['0.908: [GC 75214K->1000K(118604K), 0.0010423 secs]', 'young'],
  ['1.028: [Full GC 109036K->44313K(118604K), 0.1666489 secs]', 'full'],
  ['2.000: [GC-- 2411642K->2456159K(2500288K), 0.1478340 secs]', 'young'],
])('reads %s without details', (text, kind) => {
  expect(read(text)[0]?.collections).toMatchObject([{ kind }])
})

test('counts references, cleaners with the phantom ones', () => {
  const [log] = read(
    '14.055: [GC (CMS Final Remark) [YG occupancy: 3910 K (78656 K)]14.055: [Rescan (parallel) , 0.0002109 secs]14.055: [weak refs processing14.055: [SoftReference, 0 refs, 0.0000031 secs]14.055: [WeakReference, 7 refs, 0.0000023 secs]14.055: [FinalReference, 294 refs, 0.0000148 secs]14.055: [PhantomReference, 1 refs, 2 refs, 0.0000023 secs]14.055: [JNI Weak Reference, 0.0000023 secs], 0.0000840 secs][1 CMS-remark: 39030K(174784K)] 42940K(253440K), 0.0015430 secs] [Times: user=0.00 sys=0.00, real=0.00 secs] ',
  )
  expect(log?.collections).toMatchObject([
    { kind: 'other', pauseMs: 1.543, references: { soft: 0, weak: 7, final: 294, phantom: 3 } },
  ])
})

test('a remark of JDK 7, which prints no cause, is known by its spaces', () => {
  const [log] = read(
    '13.077: [GC[YG occupancy: 3081 K (18624 K)]13.077: [Rescan (parallel) , 0.0009121 secs]13.078: [weak refs processing, 0.0000365 secs] [1 CMS-remark: 35949K(62656K)] 39030K(81280K), 0.0010300 secs]',
  )
  expect(log).toMatchObject({ collector: 'CMS', collections: [{ kind: 'other', pauseMs: 1.03 }] })
})

test('what frees nothing is no collection', () => {
  const logs = read(`4.100: [CMS-concurrent-mark-start]
4.200: [CMS-concurrent-mark: 0.050/0.060 secs] [Times: user=0.02 sys=0.00, real=0.01 secs]
51.000: [GC (CMS Initial Mark) [1 CMS-initial-mark: 2692K(5376K)] 38078K(354944K), 0.0147940 secs] [Times: user=0.03 sys=0.00, real=0.01 secs]
51.100: [GC[1 CMS-initial-mark: 33532K(62656K)] 49652K(81280K), 0.0014191 secs] [Times: user=0.00 sys=0.00, real=0.00 secs]
52.310: [GC concurrent-root-region-scan-start]
52.312: [GC concurrent-root-region-scan-end, 0.0017 secs]
52.450: [GC cleanup 39M->38M(128M), 0.0005 secs]`)
  expect(logs).toMatchObject([{ collections: [], problems: [] }])
})

test('an application may print into the middle of an event', () => {
  const [log] = read(`0.290: [GC pause (G1 Evacuation Pause) (young)
2024-05-01 12:00:00,123 INFO main - 3 items [cached
, 0.0115587 secs]`)
  expect(log?.collections).toMatchObject([{ kind: 'young', line: 3 }])
})

test('an event that breaks off is said, and the next one is read', () => {
  const [log] = read(`0.290: [GC pause (G1 Evacuation Pause) (young)
0.500: [GC pause (G1 Evacuation Pause) (mixed), 0.0120000 secs]
0.700: [GC (Allocation Failure) [PSYoungGen: 98289K`)
  expect(log).toMatchObject({
    collections: [{ kind: 'mixed' }],
    problems: [{ code: 'gc-event-unfinished', line: 1, values: { collections: 2 } }],
  })
})

test('without stamps, that is said', () => {
  expect(read('[GC (Allocation Failure)  65536K->50000K(251392K), 0.0273 secs]')).toMatchObject([
    { collections: [], problems: [{ code: 'gc-time-missing' }] },
  ])
})
