import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogTime } from '../log-time.ts'
import { createLogUnwrapper } from './wrapper.ts'

const unwrap = (...lines: readonly string[]) => {
  const unwrapper = createLogUnwrapper()
  return lines.map((line) => unwrapper(line))
}
const iso = (time: LogTime | undefined) =>
  time?.clock === 'wall' ? `${new Date(time.localMs).toISOString()}${time.missing ?? ''}` : undefined
const AT = '2026-11-22T14:55:15.123Z'

test.each([
  ['docker logs -t', '2026-11-22T14:55:15.123456789Z hello', 'hello', {}],
  ['docker logs -t, empty line', '2026-11-22T14:55:15.123456789Z ', '', {}],
  ['podman', '2026-11-22T14:55:15.123456789+00:00 hello', 'hello', {}],
  ['CRI', '2026-11-22T14:55:15.123456789Z stdout F hello', 'hello', {}],
  ['CRI with tags', '2026-11-22T14:55:15.123456789Z stderr F:x=1 hello', 'hello', {}],
  [
    'json-file',
    '{"log":"he said \\"hello\\"\\n","stream":"stdout","time":"2026-11-22T14:55:15.123456789Z"}',
    'he said "hello"',
    {},
  ],
  ['compose with stamps', 'web-1  | 2026-11-22T14:55:15.123456789Z hello', 'hello', { section: 'web-1' }],
  [
    'kubectl --prefix --timestamps',
    '[pod/web-5d/app] 2026-11-22T14:55:15.123456789Z hello',
    'hello',
    { section: 'pod/web-5d/app' },
  ],
  [
    'journald short-iso-precise',
    '2026-11-22T14:55:15.123456+0000 host nginx[812]: hello',
    'hello',
    { program: 'nginx', pid: 812 },
  ],
  ['journald, kernel', '2026-11-22T14:55:15.123456+00:00 host kernel: hello', 'hello', { program: 'kernel' }],
  [
    'RFC 5424',
    '<165>1 2026-11-22T14:55:15.123Z host app 812 ID47 [a b="\\]"][c d="e"] hello',
    'hello',
    { program: 'app', pid: 812 },
  ],
  [
    'RFC 5424 without data',
    '<34>1 2026-11-22T14:55:15.123Z - su - - - \ufeffhello',
    'hello',
    { program: 'su' },
  ],
])('takes off %s', (_, line, text, names) => {
  const [result] = unwrap(line)
  expect(result?.text).toBe(text)
  const { wrapperTime, ...rest } = result?.context ?? {}
  expect(iso(wrapperTime)).toBe(AT)
  expect(rest).toEqual(names)
})

test.each([
  ['RFC 3164', 'Nov 22 14:55:15 host nginx[812]: hello', 'hello', { program: 'nginx', pid: 812 }],
  ['RFC 3164 with priority', '<34>Nov 22 14:55:15 host su: hello', 'hello', { program: 'su' }],
  [
    'RFC 3164, single-digit day',
    'Nov  2 14:55:15 host /usr/sbin/cron[9]: hello',
    'hello',
    { program: 'cron', pid: 9 },
  ],
  ['busybox', 'Nov 22 14:55:15 host daemon.info dnsmasq[7]: hello', 'hello', { program: 'dnsmasq', pid: 7 }],
  ['OpenWrt', 'Sun Nov 22 14:55:15 2026 daemon.err uhttpd[7]: hello', 'hello', { program: 'uhttpd', pid: 7 }],
  [
    'journald short-full',
    'Sun 2026-11-22 14:55:15 UTC host nginx[812]: hello',
    'hello',
    { program: 'nginx', pid: 812 },
  ],
  [
    'journald short-unix',
    '1795359315.123456 host nginx[812]: hello',
    'hello',
    { program: 'nginx', pid: 812 },
  ],
])('takes off %s', (_, line, text, names) => {
  const [result] = unwrap(line)
  expect(result?.text).toBe(text)
  expect(iso(result?.context.wrapperTime)).toMatch(/-11-(22|02)T14:55:15/)
  expect(result?.context).toMatchObject(names)
})

test('a header names the section of the lines after it', () => {
  const [header, line, empty, next, other] = unwrap(
    '==> logs/nginx error.log <==',
    'a',
    '',
    '==> b.log <==',
    'b',
  )
  expect([header, next]).toEqual([undefined, undefined])
  expect([line, empty, other]).toEqual([
    { text: 'a', context: { section: 'logs/nginx error.log' } },
    { text: '', context: { section: 'logs/nginx error.log' } },
    { text: 'b', context: { section: 'b.log' } },
  ])
})

test('the pieces of a CRI line are joined, each stream by itself', () => {
  const at = '2026-11-22T14:55:15.123456789Z'
  const results = unwrap(
    `${at} stdout P one `,
    `${at} stderr F other`,
    `${at} stdout P two `,
    `${at} stdout F three`,
  )
  expect(results.map((r) => r?.text)).toEqual([undefined, 'other', undefined, 'one two three'])
})

const piece = (log: string) => JSON.stringify({ log, stream: 'stdout', time: AT })

test('the pieces of a json-file line are joined', () => {
  expect(unwrap(piece('one '), piece('two\n')).map((r) => r?.text)).toEqual([undefined, 'one two'])
})

test('pieces without an end do not pile up', () => {
  const line = `2026-11-22T14:55:15.123456789Z stdout P ${'x'.repeat(30_000)}`
  const results = unwrap(
    ...Array.from({ length: 9 }, () => line),
    '2026-11-22T14:55:15.123456789Z stdout F end',
  )
  expect(results.at(-1)?.text.length).toBe(64 * 1024)
})

test('a container’s clock is preferred to the syslog line inside', () => {
  const [result] = unwrap('2026-11-22T14:55:15.123456789Z Nov 22 14:55:14 host nginx[812]: hello')
  expect([result?.text, iso(result?.context.wrapperTime), result?.context.pid]).toEqual(['hello', AT, 812])
})

test('a message that journald wrote as bytes is spelled out, without its colours', () => {
  const bytes = Array.from(new TextEncoder().encode('\u001b[31mERROR\u001b[0m “read” ECONNRESET'))
  const record = { __REALTIME_TIMESTAMP: '1795359315123456', MESSAGE: bytes, _PID: '12' }
  const spelled = JSON.stringify({ ...record, MESSAGE: 'ERROR “read” ECONNRESET' })
  expect(unwrap(JSON.stringify(record))[0]?.text).toBe(spelled)
  // Older versions of it put blanks around the punctuation.
  const old = `{ "MESSAGE" : [ ${bytes.join(', ')} ], "_PID" : "12" }`
  expect(unwrap(old)[0]?.text).toBe('{ "MESSAGE" : "ERROR “read” ECONNRESET", "_PID" : "12" }')
  expect(unwrap('{"MESSAGE":[72,105')[0]?.text).toBe('{"MESSAGE":"Hi"')
  const own = '{"MESSAGE":"x","ids":[1,2]}'
  expect(unwrap(own)[0]?.text).toBe(own)
})

test('colours are dropped', () => {
  expect(unwrap('\u001b[36mweb-1  |\u001b[0m \u001b[31mERROR\u001b[39m x')[0]).toEqual({
    text: 'ERROR x',
    context: { section: 'web-1' },
  })
})

test.each([
  '2026-11-22T15:04:10.132Z ERROR upstream call failed: fetch failed',
  '2026-11-22T15:04:13.198Z curl: (7) Failed to connect to 10.91.15.2 port 9090',
  '2026-11-22T15:19:52.320Z 127.0.0.1:37088 [22/Nov/2026:15:19:52.318] fe be/s1 0/0/0/0/0 200 566',
  '2026-11-22 15:12:26,778 ERROR [Thread-1 (h)] 10.91.26.10:44326 [Errno 110] Connection timed out',
  '2026-11-22T15:04:10.132Z ERROR server[1]: it is the level, not a host',
  '14475:M 22 Nov 2026 15:21:35.970 # Server initialized',
  'Nov 22, 2026 2:55:15 PM com.acme.Client fetch',
  '[0.202s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms',
  '2022-07-26T21:00:45.231+0800: 7.599: [GC (Allocation Failure) 32K->16K(64K), 0.001 secs]',
  '[3071:0x1a5e1cb0]     1363 ms: Mark-Compact (reduce) 7.6 (10.5) -> 6.0 (10.7) MB',
  'gc 1 @0.024s 0%: 0.038+0.54+0.027 ms clock, 0.46+0.80/0.74/0+0.32 ms cpu, 4->4->0 MB, 5 MB goal, 12 P',
  '2026-11-22 14:55:15.123 | ERROR    | app.client:fetch:12 - it is loguru',
  'INFO   | jvm 1    | 2026/11/22 14:55:15 | wrapped',
  '| id | name |',
  '{"log":"not closed',
  '{"log":5}',
  '==> no header',
  '	at com.acme.Client.fetch(Client.java:42)',
])('leaves alone %j', (line) => {
  expect(unwrap(line)[0]).toEqual({ text: line, context: {} })
})

test('any line is taken without a throw', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{"log":"',
      '\\n"}',
      '==> ',
      ' <==',
      '<34>',
      '1 ',
      '2026-11-22T14:55:15.123456789Z',
      ' stdout P ',
      ' stdout F ',
      ' host app[1]: ',
      '[a="',
      'web | ',
      '[pod/a/b] ',
      '\u001b[3',
    ),
  )
  const line = fc.array(part, { maxLength: 12 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      for (const result of unwrap(...lines))
        expect((result?.text ?? '').length).toBeLessThanOrEqual(64 * 1024)
    }),
  )
})
