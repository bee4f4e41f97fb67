import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Counters } from './counter-set.ts'
import { createCountersReader, looksLikeCountersLine } from './counters.ts'

function read(text: string): Counters {
  const reader = createCountersReader()
  for (const [i, line] of text.split('\n').entries()) reader.line(line, i + 1, {})
  return reader.end()
}

function values(counters: Counters): Record<string, number>[] {
  return counters.sets.map((set) =>
    Object.fromEntries(Array.from(set.values, ([name, { value }]) => [name, value])),
  )
}

test('differences: each header names whose they are, when, and over how long', () => {
  const counters = read(`# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)
TcpEstabResets                  5           \t
IpExtInOctets                   2170        \t
# rtr (2026-11-22T15:21:44.053Z; delta over 8 s)
# srv-2 (2026-11-22T15:21:44.057Z; delta over 8.1 s)
TcpOutRsts                      127         \t`)
  expect(counters.problems).toEqual([])
  expect(counters.sets).toEqual([
    {
      who: 'cli',
      at: { clock: 'wall', localMs: Date.UTC(2026, 10, 22, 15, 21, 44, 49), zoneMinutes: 0 },
      overSeconds: 8.1,
      values: new Map([
        ['TcpEstabResets', { value: 5, line: 2 }],
        ['IpExtInOctets', { value: 2170, line: 3 }],
      ]),
    },
    expect.objectContaining({ who: 'rtr', overSeconds: 8, values: new Map() }),
    expect.objectContaining({ who: 'srv-2', values: new Map([['TcpOutRsts', { value: 127, line: 6 }]]) }),
  ])
})

test('nstat -az before and after: two sets', () => {
  const counters = read(`1795359321
#kernel
IpInReceives                    31                 0.0
TcpExtTCPAbortOnClose           0                  0.0
1795359381
#kernel
IpInReceives                    99                 0,5
TcpExtTCPAbortOnClose           17                 0.0`)
  expect(counters.sets).toMatchObject([
    { who: 'kernel', at: { localMs: 1_795_359_321_000 } },
    { who: 'kernel', at: { localMs: 1_795_359_381_000 } },
  ])
  expect(values(counters)).toEqual([
    { IpInReceives: 31, TcpExtTCPAbortOnClose: 0 },
    { IpInReceives: 99, TcpExtTCPAbortOnClose: 17 },
  ])
})

test('/proc/net/snmp, netstat and snmp6 after each other are one set; once more they are another', () => {
  const once = `Tcp: RtoAlgorithm RtoMin RtoMax MaxConn OutRsts
Tcp: 1 200 120000 -1 7
TcpExt: TW TCPAbortOnClose
TcpExt: 2 5
Ip6InReceives                   \t12`
  const expected = {
    TcpRtoAlgorithm: 1,
    TcpRtoMin: 200,
    TcpRtoMax: 120_000,
    TcpMaxConn: -1,
    TcpOutRsts: 7,
    TcpExtTW: 2,
    TcpExtTCPAbortOnClose: 5,
    Ip6InReceives: 12,
  }
  expect(values(read(once))).toEqual([expected])
  expect(values(read(`${once}\n${once}`))).toEqual([expected, expected])
})

test('a line of values that is too short gives the values it has, and a problem', () => {
  const counters = read('Tcp: RtoMin OutRsts InErrs\nTcp: 200 7')
  expect(values(counters)).toEqual([{ TcpRtoMin: 200, TcpOutRsts: 7 }])
  expect(counters.problems).toMatchObject([{ code: 'lines-damaged', line: 2 }])
})

test('nstat -j on one line and pretty-printed', () => {
  const expected = [{ IpInReceives: 31, TcpOutRsts: 7 }]
  expect(values(read('{"kernel":{"IpInReceives":31,"TcpOutRsts":7}}'))).toEqual(expected)
  expect(
    values(read('{\n    "kernel": {\n        "IpInReceives": 31,\n        "TcpOutRsts": 7\n    }\n}')),
  ).toEqual(expected)
})

test('netstat -s: the words that concern resets', () => {
  const counters = read(`Ip:
    Forwarding: 2
    31 total packets received
Tcp:
    87 active connection openings
    2 connection resets received
    77 resets sent
TcpExt:
    46 TCP sockets finished time wait in fast timer
    Quick ack mode was activated 84 times
    37 connections reset due to unexpected data
    TCPChallengeACK: 4`)
  expect(values(counters)).toEqual([
    {
      IpForwarding: 2,
      TcpActiveOpens: 87,
      TcpEstabResets: 2,
      TcpOutRsts: 77,
      TcpExtTW: 46,
      TcpExtTCPAbortOnData: 37,
      TcpExtTCPChallengeACK: 4,
    },
  ])
})

test('a section names its own set', () => {
  const reader = createCountersReader()
  reader.line('TcpOutRsts 1 0.0', 2, { section: 'nstat-cli-20261122T145521Z.txt' })
  reader.line('TcpOutRsts 2 0.0', 5, { section: 'nstat-srv-20261122T145521Z.txt' })
  expect(reader.end().sets).toMatchObject([{ who: 'cli' }, { who: 'srv' }])
})

test('recognises its lines and no others', () => {
  const own = [
    '#kernel',
    '# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)',
    'TcpOutRsts                      127                0.0',
    'Ip6InReceives                   \t12',
    'TcpExt: SyncookiesSent SyncookiesRecv',
    'TcpExt: 0 0 0',
    '{"kernel":{"IpInReceives":31}}',
    '    77 resets sent',
  ]
  expect(own.filter((line) => !looksLikeCountersLine(line))).toEqual([])
  const others = [
    '',
    '# tracer: nop',
    'Tcp',
    'IPv4 only: yes',
    'Hello 5',
    'Tcp: connection reset by peer',
    'tcp 0 0 a:1 b:2 LISTEN',
  ]
  expect(others.filter((line) => looksLikeCountersLine(line))).toEqual([])
})

test('counters that are built are read back, and cutting keeps those before the cut', () => {
  const counter = fc.tuple(fc.stringMatching(/^(Tcp|IpExt)[A-Z][a-z]{2,9}$/), fc.nat())
  const list = fc.uniqueArray(counter, { minLength: 1, selector: ([name]) => name })
  fc.assert(
    fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (counters, share) => {
      const text = counters.map(([name, value]) => `${name.padEnd(32)}${value}  0.0\n`).join('')
      expect(values(read(text))).toEqual([Object.fromEntries(counters)])
      const cut = text.slice(0, Math.floor(text.length * share))
      const before = counters.slice(0, cut.split('\n').length - 1)
      expect(values(read(cut))[0] ?? {}).toMatchObject(Object.fromEntries(before))
    }),
  )
})

test('arbitrary lines never throw', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'Tcp:',
      'TcpOutRsts',
      '12',
      '# a (',
      'over 3 s)',
      '"A":',
      '{',
      '\n',
      '#kernel',
      'resets sent',
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.array(word).map((words) => words.join(' '))), (lines) => {
      const reader = createCountersReader()
      for (const [i, line] of lines.entries()) {
        looksLikeCountersLine(line)
        reader.line(line, i + 1, {})
      }
      reader.end()
    }),
  )
})
