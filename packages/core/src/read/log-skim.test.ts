import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGcLogReader } from './gc-log/gc-log.ts'
import { createAppLogReader } from './app-log/app-log.ts'
import { createLogUnwrapper } from './app-log/wrapper.ts'
import { createLineSkimmer, type SkimState } from './log-skim.ts'
import { createLineSplitter } from './text-lines.ts'
import { TextReader } from './text-input.ts'

const READY: SkimState = { isIdle: true, isSettled: true }
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const skim = (text: string, state = READY) => createLineSkimmer()(encode(text), 0, encode(text).length, state)

test.each([
  '2026-11-22 14:55:15,123 INFO [main] c.a.Client - order 12 accepted',
  '2026/11/22 14:55:15 [notice] 1#1: signal process started',
  '[2026-11-22T14:55:15.123Z] info: served',
  '{"level":30,"time":1795359315123,"msg":"done"}',
  '{"level":"info","message":"done","timestamp":"2026-11-22T14:55:15.123Z"}',
  '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET /a?b=1 HTTP/1.1" 200 157 "-" "curl/8"',
  '2026-11-22T14:55:15.123456789Z 2026-11-22 14:55:15 INFO behind docker logs -t',
  '2026-11-22T14:55:15.123456789Z stdout F {"time":"2026-11-22T14:55:15Z","msg":"in a pod"}',
])('a line that only says that all is well is left out: %s', (line) => {
  expect(skim(line)).toBe('begins')
})

test.each([
  ['\tat com.acme.Client.fetch(Client.java:42)', 'continues'],
  ['Caused by: java.lang.IllegalStateException: closed', 'continues'],
  ['2026-11-22 14:55:15 ERROR read ECONNRESET', 'unknown'],
  ['2026-11-22 14:55:15 \u001b[31mINFO\u001b[0m conn\u001b[1mection', 'unknown'],
  ['2026-11-22T14:55:15Z host kernel: hello', 'wordless'],
  ['2026-11-22T14:55:15Z host app[12]: hello', 'wordless'],
  ['Nov 22 14:55:15 host app[12]: hello', 'wordless'],
  ['==> app.log <==', 'wordless'],
  ['web-1  | 2026-11-22 14:55:15 INFO hello', 'wordless'],
  ['2026-11-22T14:55:15.123456789Z stdout P 2026-11-22 14:55:15 a piece', 'wordless'],
  ['{"log":"2026-11-22 14:55:15 hello\\n","stream":"stdout","time":"2026-11-22T14:55:15Z"}', 'wordless'],
  ['{"time":"2026-11-22T14:55:15Z","status":502,"request":"GET /"}', 'wordless'],
  ['[2026-11-22T14:55:15.123+0000] GC(1) Pause Young 14M->12M(128M) 6.529ms', 'wordless'],
  ['[2026-11-22T14:55:15.123Z] "GET / HTTP/1.1" 200 - 0 1', 'wordless'],
  ['2026-02-30 14:55:15 no such day', 'wordless'],
  ['10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET / HTTP/1.1" 502 157 "-" "-"', 'wordless'],
  ['10.0.0.1:80 [22/Nov/2026:14:55:15.123] web api/a 0/0/0/1/1 200 5 - - ---- 1/1/0/0/0 0/0 ""', 'wordless'],
])('a line that may change something is read: %j', (line, found) => {
  expect(skim(line)).toBe(found)
})

test('while a reader is in the middle of something, and while programs are looked for, all is read', () => {
  const line = '2026-11-22 14:55:15 INFO hello'
  expect(skim(line, { isIdle: false, isSettled: false })).toBe('wordless')
  expect(skim(line, { isIdle: true, isSettled: false })).toBe('wordless')
})

/** The same readers, with every line of the text. */
function readAll(text: string): unknown {
  const unwrap = createLogUnwrapper()
  const gcLogs = createGcLogReader()
  const appLog = createAppLogReader()
  const splitter = createLineSplitter((line, number) => {
    const unwrapped = unwrap(line)
    if (unwrapped === undefined) return
    gcLogs.line(unwrapped.text, number, unwrapped.context)
    appLog.line(unwrapped.text, number, unwrapped.context)
  })
  splitter.push(encode(text))
  splitter.end()
  return { kind: 'log', gcLogs: gcLogs.end(), appLog: appLog.end() }
}

const STAMP = '2026-11-22T14:55:15.123'
const LINES = [
  `${STAMP}Z INFO x.Y - order accepted`,
  `${STAMP}Z INFO x.Y - order accepted`,
  `${STAMP}Z INFO x.Y - order accepted`,
  `${STAMP}Z ERROR x.Y - call failed`,
  `${STAMP}Z ERROR read ECONNRESET`,
  'java.net.SocketException: Connection reset',
  'Caused by: java.io.IOException: closed',
  '\tat com.acme.Client.fetch(Client.java:42)',
  'Traceback (most recent call last):',
  '  File "/app/a.py", line 3, in fetch',
  "    address: '10.0.0.2',",
  'plain text',
  '',
  '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET / HTTP/1.1" 200 157 "-" "-"',
  '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET / HTTP/1.1" 504 157 "-" "-"',
  `{"time":"${STAMP}Z","msg":"ok"}`,
  `${STAMP}456789Z stdout F ${STAMP}Z INFO ok`,
  `${STAMP}456789Z stdout P Connection re`,
  `${STAMP}456789Z stdout F set by peer`,
  `${STAMP}456789Z \tat com.acme.Client.fetch(Client.java:42)`,
  `${STAMP}Z host app[12]: hello`,
  '==> a.log <==',
  '==> b.log <==',
  `web-1  | ${STAMP}Z ERROR read ECONNRESET`,
  `[${STAMP}+0000] GC(3) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms`,
  `${STAMP}+0000: 7.599: [GC (Allocation Failure) [PSYoungGen: 98289K->0K(82575K)`,
  '] 98321K->98112K(93061K), 0.6492397 secs]',
]

/** So many lines settle a section. */
const settled = (name: string): string => `==> ${name} <==\n${`${STAMP}Z INFO x.Y - hello\n`.repeat(220)}`

test('what is left out changes nothing of what is read', () => {
  const start = `${settled('b.log')}${settled('a.log')}`
  const line = fc.constantFrom(...LINES)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (lines, step) => {
      const text = `${start}${lines.join('\n')}`
      const reader = new TextReader('app.log')
      const bytes = encode(text)
      for (let at = 0; at < bytes.length; at += at < start.length ? 4096 : step)
        reader.push(bytes.slice(at, at + (at < start.length ? 4096 : step)))
      expect(reader.end().records).toEqual(readAll(text))
    }),
    { numRuns: 200 },
  )
}, 60_000)
