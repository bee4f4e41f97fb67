import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findLogTime } from './log-time-parse.ts'

/** The stamp as people would write it: date, time, zone, `?` for what is missing. */
function stamp(line: string): string | undefined {
  const time = findLogTime(line)?.time
  if (time === undefined) return undefined
  if (time.clock !== 'wall') return `${time.clock} ${time.seconds}`
  const iso = new Date(Math.round(time.localMs)).toISOString().slice(0, -1)
  const zone = time.zoneMinutes === undefined ? '' : ` ${time.zoneMinutes}`
  if (time.missing === 'date') return `? ${iso.slice(11)}${zone}`
  return `${time.missing === 'year' ? `?${iso.slice(4)}` : iso}${zone}`
}

const AT = '2026-11-22T14:55:15'

test.each([
  ['ISO, T and Z', '2026-11-22T14:55:15.123Z ERROR x', `${AT}.123 0`],
  ['docker nanoseconds', '2026-11-22T14:55:15.123456789Z x', `${AT}.123 0`],
  ['offset with a colon', '2026-11-22T14:55:15+08:00 x', `${AT}.000 480`],
  ['offset without a colon', '2026-11-22T14:55:15.123-0330 x', `${AT}.123 -210`],
  ['offset of hours', '2026-11-22 14:55:15.123456+00 LOG', `${AT}.123 0`],
  ['offset after a space', '[2026-11-22 14:55:15 +0530] [12] [INFO]', `${AT}.000 330`],
  ['Python, log4j: comma, no zone', '2026-11-22 14:55:15,123 ERROR x', `${AT}.123`],
  ['Logback behind a level', 'ERROR [main] 2026-11-22 14:55:15.123 x', `${AT}.123`],
  ['minutes only', '2026-11-22 14:55 x', '2026-11-22T14:55:00.000'],
  ['Go log', '2026/11/22 14:55:15.123456 x', `${AT}.123`],
  ['nginx error', '2026/11/22 14:55:15 [info] 1#1: x', `${AT}.000`],
  ['nginx access', '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET /"', `${AT}.000 0`],
  ['haproxy', '10.0.0.1:37088 [22/Nov/2026:14:55:15.318] fe be/s1', `${AT}.318`],
  ['Apache error', '[Sun Nov 22 14:55:15.123456 2026] [proxy:error]', `${AT}.123`],
  ['date(1)', 'Sun Nov 22 14:55:15 UTC 2026 starting', `${AT}.000 0`],
  ['dmesg -T', '[Sun Nov 22 14:55:15 2026] nf_conntrack: table full', `${AT}.000`],
  ['ls-padded day', '[Sun Nov  1 14:55:15 2026] x', '2026-11-01T14:55:15.000'],
  ['Tomcat', '22-Nov-2026 14:55:15.123 SEVERE [main]', `${AT}.123`],
  ['PHP in a zone', '[22-Nov-2026 14:55:15 Europe/Berlin] PHP Warning', `${AT}.000 60`],
  ['PHP in its summer', '[22-Jul-2026 14:55:15 America/New_York] PHP', '2026-07-22T14:55:15.000 -240'],
  ['PHP in no zone on Earth', '[22-Nov-2026 14:55:15 Europe/Atlantis] PHP Warning', `${AT}.000`],
  ['journalctl -o json', '{"MESSAGE":"x","__REALTIME_TIMESTAMP":"1795359315123456"}', `${AT}.123 0`],
  ['PHP', '[22-Nov-2026 14:55:15 UTC] PHP Warning', `${AT}.000 0`],
  ['redis', '14475:C 22 Nov 2026 14:55:15.968 # x', `${AT}.968`],
  ['java.util.logging', 'Nov 22, 2026 2:55:15 PM com.acme.Client fetch', `${AT}.000`],
  ['java.util.logging of Java 20', 'Nov 22, 2026 2:55:15\u202fPM com.acme', `${AT}.000`],
  ['java.util.logging in German', 'Nov. 22, 2026 2:55:15 PM x', `${AT}.000`],
  ['java.util.logging in French', 'nov. 22, 2026 2:55:15 PM x', `${AT}.000`],
  ['java.util.logging in Chinese', '十一月 22, 2026 2:55:15 下午 com.acme', `${AT}.000`],
  ['java.util.logging in Japanese', '11月 22, 2026 2:55:15 午後 com.acme', `${AT}.000`],
  ['Chinese date', '2026年11月22日 下午2:55:15 x', `${AT}.000`],
  ['German date', '22.11.2026 14:55:15,123 FEHLER', `${AT}.123`],
  ['midnight and noon', '11/22/2026 12:00:00 AM x', '2026-11-22T00:00:00.000'],
  ['RFC 3164', 'Nov 22 14:55:15 host app[1]: x', '?-11-22T14:55:15.000'],
  ['RFC 3164 on 29 February', 'Feb 28 14:55:15 host', '?-02-28T14:55:15.000'],
  ['RFC 5424', '<165>1 2026-11-22T14:55:15.003Z host app', `${AT}.003 0`],
  ['PostgreSQL', '2026-11-22 14:55:15.123 UTC [812] LOG:  x', `${AT}.123 0`],
  ['PostgreSQL in Paris', '2026-11-22 14:55:15.123 CET [812] LOG:  x', `${AT}.123 60`],
  ['a zone name with two meanings', '2026-11-22 14:55:15.123 CST [812] LOG:  x', `${AT}.123`],
  ['MySQL 8', '2026-11-22T14:55:15.123456Z 8 [Note]', `${AT}.123 0`],
  ['MySQL 5.5', '261122 14:55:15 [Note] x', `${AT}.000`],
  ['klog', 'E1122 14:55:15.123456       1 reflector.go:138] x', '?-11-22T14:55:15.123'],
  ['glog with a year', 'I20261122 14:55:15.123456 1 x.cc:1] x', `${AT}.123`],
  ['Ruby logger', 'E, [2026-11-22T14:55:15.123456 #12] ERROR -- : x', `${AT}.123`],
  ['ISO basic', '20261122T145515.123Z x', `${AT}.123 0`],
  ['slog text', 'time=2026-11-22T14:55:15.123+01:00 level=ERROR', `${AT}.123 60`],
  ['logfmt behind the level', 'level=error ts=2026-11-22T14:55:15.123Z msg=x', `${AT}.123 0`],
  ['logfmt epoch', 'level=error ts=1795359315.123 msg=x', `${AT}.123 0`],
  ['pino', '{"level":50,"time":1795359315123,"pid":1,"msg":"x"}', `${AT}.123 0`],
  ['zap', '{"level":"error","ts":1795359315.123,"msg":"x"}', `${AT}.123 0`],
  ['zap, exponent', '{"ts":1.795359315123e9}', `${AT}.123 0`],
  ['zerolog', '{"level":"error","time":1795359315}', `${AT}.000 0`],
  [
    'winston: the time last',
    `{"message":"at 2020-01-01 00:00:00 ${'x'.repeat(400)}","timestamp":"2026-11-22T14:55:15.123Z"}`,
    `${AT}.123 0`,
  ],
  ['Logstash', '{"@timestamp":"2026-11-22T14:55:15.123+08:00","message":"x"}', `${AT}.123 480`],
  ['mongod', '{"t":{"$date":"2026-11-22T14:55:15.123+00:00"},"s":"I"}', `${AT}.123 0`],
  [
    'log4j 2 JSON',
    '{"instant":{"epochSecond":1795359315,"nanoOfSecond":123000000},"thread":"main"}',
    `${AT}.123 0`,
  ],
  ['epoch in a string', '{"time":"1795359315"}', `${AT}.000 0`],
  ['squid', '1795359315.123    120 10.0.0.1 TCP_MISS/200', `${AT}.123 0`],
  ['auditd', 'type=SYSCALL msg=audit(1795359315.123:456): arch=c000003e', `${AT}.123 0`],
  ["redis's signal handler", '7895:signal-handler (1795359315) Received SIGTERM', `${AT}.000 0`],
  ['dmesg', '[ 1234.567890] TCP: out of memory', 'uptime 1234.56789'],
  ['kmsg', '<6>[    0.000001] Linux version', 'uptime 0.000001'],
  ['dmesg -x', 'kern  :info  : [ 1234.567890] x', 'uptime 1234.56789'],
  ['time alone', '14:55:15.123 [main] ERROR x', '? 14:55:15.123'],
  ['time alone behind a level', '[INFO] 14:55:15 x', '? 14:55:15.000'],
  ['ANSI-free bracketed time', '[14:55:15.123] x', '? 14:55:15.123'],
])('reads %s', (_, line, expected) => {
  expect(stamp(line)).toBe(expected)
})

test('a date that can be read two ways counts as missing', () => {
  expect(stamp('11/12/2026 14:55:15 x')).toBe('? 14:55:15.000')
  expect(stamp('22/11/2026 14:55:15 x')).toBe(`${AT}.000`)
  expect(stamp('11/22/2026 14:55:15 x')).toBe(`${AT}.000`)
  expect(stamp('11/12/2026 2:55:15 PM x')).toBe('2026-11-12T14:55:15.000')
  expect(stamp('26/11/22 14:55:15 INFO Executor: x')).toBe('? 14:55:15.000')
})

test.each([
  'GET /a HTTP/1.1 from 10.91.26.10:44326',
  'took 00:00:15 to finish',
  'order 1795359315 shipped',
  'mac 10:20:30:40:50:60 joined',
  'address 2001:db8:14:55:15::1 refused',
  'version 2026.11.22 released',
  '2026-13-22 14:55:15 x'.slice(0, 10),
  'Nov 31 14:55:15 host',
  'File "/app/x.py", line 12, in fetch',
  '    at com.acme.Client.fetch(Client.java:42)',
  '',
])('finds no stamp in %j', (line) => {
  expect(findLogTime(line)).toBeUndefined()
})

test('a nested, escaped time key is not the line’s', () => {
  expect(stamp('{"msg":"{\\"time\\":1111111111}","time":1795359315}')).toBe(`${AT}.000 0`)
})

test('says where the stamp stands', () => {
  const line = '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET /"'
  const found = findLogTime(line)
  expect(line.slice(found?.start, found?.end)).toBe('22/Nov/2026:14:55:15 +0000')
})

test('keeps fractions of a millisecond', () => {
  const time = findLogTime('2026-11-22T14:55:15.123456Z x')?.time
  expect(time?.clock === 'wall' ? time.localMs - Date.UTC(2026, 10, 22, 14, 55, 15) : 0).toBeCloseTo(
    123.456,
    3,
  )
})

test('a time printed as ISO is read back', () => {
  const when = fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(when, fc.constantFrom('T', ' '), fc.constantFrom('', 'Z', '+05:30'), (date, t, zone) => {
      const time = findLogTime(`${date.toISOString().slice(0, -1).replace('T', t)}${zone} x`)?.time
      const minutes = { '': {}, Z: { zoneMinutes: 0 }, '+05:30': { zoneMinutes: 330 } }[zone]
      expect(time).toEqual({ clock: 'wall', localMs: date.getTime(), ...minutes })
    }),
  )
})

test('any text is read without a throw, and what is found lies within it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{"time":',
      '"ts":"',
      '2026-',
      '11/22',
      ' 14:55:15',
      '.123',
      'Nov ',
      '22',
      '[',
      '(',
      '1795359315',
      '+08',
      '月',
      '年',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      const found = findLogTime(text)
      if (found === undefined) return
      expect(found.start).toBeGreaterThanOrEqual(0)
      expect(found.end).toBeGreaterThan(found.start)
      expect(found.end).toBeLessThanOrEqual(text.length)
    }),
  )
})
