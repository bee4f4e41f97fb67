import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LineContext } from '../line-reader.ts'
import type { GcLog } from './collection.ts'
import { createGcLogReader, looksLikeGcLogLine } from './gc-log.ts'

const FIXTURES = new URL('../../../test/fixtures-gc/', import.meta.url)

function read(lines: readonly string[], context: LineContext = {}): readonly GcLog[] {
  const reader = createGcLogReader()
  for (const [index, line] of lines.entries()) reader.line(line, index + 1, context)
  return reader.end()
}

function linesOf(name: string): readonly string[] {
  return readFileSync(new URL(name, FIXTURES), 'utf8').trimEnd().split('\n')
}

function summarise({ runtime, collector, collections, problems }: GcLog): string {
  const kinds = new Map<string, number>()
  for (const { kind } of collections) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`)
  return [collector ?? runtime, ...counts, ...problems.map(({ code }) => code)].join(', ')
}

const EXPECTED: Readonly<Record<string, string>> = {
  'case-java-g1.log': 'G1, 6 young',
  'case-java-no-collection.log': 'G1',
  'case-java-serial.log': 'Serial, 7 young',
  'case-mixed-g1.log': 'G1, 5 young',
  'case-node20.log': 'v8, 64 young, 23 full',
  'go1.19.log': 'go, 20 concurrent',
  'jdk17.G1.all-decorations.log': 'G1, 6 young, 1 other',
  'jdk17.G1.concurrent.log': 'G1, 2 young, 1 other, gc-event-unfinished',
  'jdk17.G1.default.log': 'G1, 4 young, 1 full',
  'jdk17.G1.refs.log': 'G1, 1 young, 1 full',
  'jdk17.G1.safepoint.log': 'jvm, 22 young, 4 other',
  'jdk17.G1.tid.log': 'G1, 2 young',
  'jdk17.Parallel.default.log': 'Parallel, 7 young, 1 full',
  'jdk17.Parallel.refs.log': 'Parallel, 1 full',
  'jdk17.Serial.default.log': 'Serial, 6 young, 1 full',
  'jdk17.Serial.refs.log': 'Serial, 1 full',
  'jdk17.Shenandoah.default.log': 'Shenandoah, 6 concurrent',
  'jdk17.Shenandoah.refs.log': 'Shenandoah, 1 concurrent',
  'jdk17.Z.default.log': 'Z, 3 concurrent',
  'jdk17.Z.refs.log': 'Z, 2 concurrent',
  'node20.crash.log': 'v8, 7 young, 2 full',
  'node20.nvp.log': 'v8, 2 young, 1 full',
}

test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.log')))(
  'reads what a real %s holds',
  (name) => {
    expect(read(linesOf(name)).map(summarise)).toEqual([EXPECTED[name]])
  },
)

test.each([
  ['jdk17.G1.refs.log', { final: 0, phantom: 91, weak: 4, soft: 0 }],
  ['jdk17.Serial.refs.log', { final: 0, phantom: 91, weak: 11, soft: 0 }],
  ['jdk17.Parallel.refs.log', { final: 0, phantom: 0, weak: 0, soft: 0 }],
  ['jdk17.Shenandoah.refs.log', { final: 0, phantom: 91, weak: 4, soft: 9 }],
  ['jdk17.Z.refs.log', { final: 0, phantom: 1, weak: 4, soft: 3 }],
])('the last collection of %s tells the references found dead', (name, references) => {
  expect(read(linesOf(name))[0]?.collections.at(-1)?.references).toEqual(references)
})

function referencesWith(...skipped: string[]): object | undefined {
  return read([
    '[0.150s][info][gc,start] GC(0) Pause Young (Allocation Failure)',
    ...skipped.map((phase) => `[0.152s][debug][gc,ref] GC(0) Skipped ${phase} references`),
    '[0.152s][info][gc] GC(0) Pause Young (Allocation Failure) 3M->1M(39M) 2.210ms',
  ])[0]?.collections[0]?.references
}

test.each([
  ['phase3 of Reference Processing due to unavailable', 'phase4 of Reference Processing due to unavailable'],
  ['phase 3 of Reference Processing: no', 'phase 4 of Reference Processing: no'],
  ['KeepAliveFinalRefsPhase of Reference Processing: no', 'PhantomRefsPhase of Reference Processing: no'],
])('a phase that is skipped had no references: %s', (final, phantom) => {
  expect(referencesWith(final)).toEqual({ final: 0 })
  expect(referencesWith(final, phantom)).toEqual({ final: 0, phantom: 0 })
})

test('every collection of a log that names a line is completed there', () => {
  const lines = linesOf('case-java-g1.log')
  for (const { line, name, number } of read(lines)[0]?.collections ?? []) {
    expect(lines[line - 1]).toContain(`GC(${number}) ${name} `)
  }
})

test('programs, files and application lines in one input are told apart', () => {
  const reader = createGcLogReader()
  const jvm = linesOf('jdk17.G1.default.log')
  const node = linesOf('node20.nvp.log')
  let number = 0
  for (let index = 0; index < Math.max(jvm.length, node.length); index += 1) {
    for (const line of [jvm[index], 'INFO [main] reconnecting to 10.0.0.1:8080', node[index]]) {
      if (line !== undefined) reader.line(line, (number += 1), { section: 'both.log' })
    }
  }
  for (const line of jvm) reader.line(line, (number += 1), { section: 'other.log' })
  expect(reader.end().map((log) => `${log.section}: ${summarise(log)}`)).toEqual([
    'both.log: G1, 4 young, 1 full',
    'both.log: v8, 2 young, 1 full',
    'other.log: G1, 4 young, 1 full',
  ])
})

test('recognises every kind of log', () => {
  for (const name of Object.keys(EXPECTED)) {
    const lines = linesOf(name)
    expect([
      name,
      lines.filter(looksLikeGcLogLine).length * 2 > lines.length || name === 'node20.crash.log',
    ]).toEqual([name, true])
  }
  expect(
    looksLikeGcLogLine(
      '2022-07-26T21:00:45.231+0800: 7.599: #2: [Full GC (System.gc()) [PSYoungGen: 98289K->0K(8257536K)]',
    ),
  ).toBe(true)
  expect(looksLikeGcLogLine('0.290: [GC pause (G1 Evacuation Pause) (young)')).toBe(true)
})

test.each([
  '',
  '[main] INFO  com.example.Pool - Using G1 as the collector',
  'Using Parallel',
  '2026-11-22T15:00:00.000Z: [GC worker] started',
  '[2026-11-22T15:00:00.000+0000][info][main] starting',
  '2026-11-22 15:00:00,123 WARN GcMonitor - [GC (Allocation Failure)] took 1.2 secs',
  '{"time":"2026-11-22T15:00:00Z","level":"info","generation":3,"msg":"reconciled"}',
  'gc 1 @home was reached',
  '[12:0x1f] 15 ms: request served',
  '12 ms: Scavenger hunt',
  'java.io.IOException: Connection reset by peer',
  '10.0.0.1 - - [22/Nov/2026:15:00:00 +0000] "GET /GC(1) HTTP/1.1" 200 12',
  'time,name,generation',
  'ESTAB 0 0 10.0.0.1:443 10.0.0.2:51000 users:(("java",pid=12,fd=5))',
])('does not take for one: %s', (line) => {
  expect(looksLikeGcLogLine(line)).toBe(false)
})

test('any text is read without throwing', () => {
  const piece = fc.constantFrom(
    'GC(1) ',
    'Pause ',
    'Young ',
    '(',
    ')',
    '[',
    ']',
    '[1.0s]',
    '[gc]',
    'Concurrent ',
    'Garbage Collection (',
    ' ms: ',
    'Scavenge ',
    '1.0: ',
    '[GC',
    '[Full GC',
    ', 0.1 secs]',
    'gc 1 @1s 0%: ',
    '1+2+3 ms clock, ',
    '{"gen":1,',
    '"time":',
    '}',
    'Discovered: 1',
    'FinalReference:',
    'time,gen,pausems',
    '->',
    '12M',
    '2026-11-22T15:00:00.000+0000',
    ', ',
    '\u2028',
  )
  const line = fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      for (const text of lines) looksLikeGcLogLine(text)
      for (const { collections } of read(lines)) {
        for (const { end, line: number } of collections) {
          expect(Number.isFinite(end.clock === 'wall' ? end.localMs : end.seconds)).toBe(true)
          expect(number).toBeGreaterThan(0)
        }
      }
    }),
  )
})

test('cutting a log anywhere keeps the collections before the cut', () => {
  const name = fc.constantFrom(...Object.keys(EXPECTED).filter((key) => !key.includes('Shenandoah')))
  fc.assert(
    fc.property(name, fc.nat(16_000), (file, at) => {
      const text = linesOf(file).join('\n')
      const kept = text.slice(0, Math.min(at, text.length))
      const wholeLines = kept.split('\n').length - 1
      const before = read(text.split('\n')).flatMap((log) =>
        log.collections.filter(({ line }) => line <= wholeLines),
      )
      const after = read(kept.split('\n')).flatMap((log) => log.collections)
      expect(after.slice(0, before.length)).toEqual(before)
    }),
  )
})

test('what is written as unified logging is read back', () => {
  const event = fc.record({
    seconds: fc.integer({ min: 1, max: 1_000_000 }).map((milliseconds) => milliseconds / 1000),
    pauseMs: fc.integer({ min: 1, max: 100_000 }).map((micros) => micros / 1000),
    what: fc.constantFrom('Young (Normal) (G1 Evacuation Pause)', 'Full (System.gc())', 'Remark'),
  })
  fc.assert(
    fc.property(fc.array(event, { minLength: 1 }), (events) => {
      const sorted = events.toSorted((a, b) => a.seconds - b.seconds)
      const lines = sorted.map(
        ({ seconds, pauseMs, what }, number) =>
          `[${seconds.toFixed(3)}s][info][gc] GC(${number}) Pause ${what} 14M->2M(48M) ${pauseMs.toFixed(3)}ms`,
      )
      const collections = read(lines)[0]?.collections.map(({ end, name, number, pauseMs }) => ({
        end,
        name,
        number,
        pauseMs,
      }))
      expect(collections).toEqual(
        sorted.map(({ seconds, pauseMs, what }, number) => ({
          end: { clock: 'uptime', seconds },
          name: `Pause ${what}`,
          number,
          pauseMs,
        })),
      )
    }),
  )
})
