import type { InputKind } from '@whyreset/core'
import type { Labels } from './answer-labels.ts'
import { count, decimal, duration, percent, significance } from './numbers.ts'

export const EN_LABELS: Labels = {
  who: 'who',
  when: 'when',
  what: 'what',
  proof: 'proof',
  not: 'not',
  maybe: 'maybe',
  fix: 'fix',
  next: 'next',
  seen: 'seen',
  read: 'read',
  also: 'also',
  warning: 'warning',
  problem: 'problem',
  clock: 'clock',
  colon: ': ',
  comma: ', ',
  semicolon: '; ',
  enumeration: ', ',
  party: { client: 'client', server: 'server', middlebox: 'between', unknown: 'unknown', none: 'nobody' },
  resetBy: {
    client: 'reset by the client',
    server: 'reset by the server',
    middlebox: 'reset by a device between them',
    unknown: 'who reset is not known',
    none: 'no reset on the wire',
  },
  family: {
    abnormal: 'abnormal',
    deliberate: 'deliberate',
    'unknown-connection': 'unknown connection',
    refused: 'refused',
    unresponsive: 'unresponsive',
    middlebox: 'middlebox',
    benign: 'benign',
    unknown: 'unknown',
  },
  inputKind: {
    capture: 'a packet capture',
    'gc-log': 'a garbage-collection log',
    'socket-table': 'a socket table',
    'app-log': 'an application log',
    'kernel-trace': 'a kernel trace',
    counters: 'kernel counters',
    manifest: 'a manifest',
    unknown: 'not recognised',
  },
  warningKind: {
    'close-wait-leak': 'connections that the peer closed and the program did not',
    'stalled-reader': 'connections that nobody reads',
    'unanswered-data': 'connections whose data nobody acknowledges',
  },
  logWord: {
    reset: '"reset by peer"',
    'broken-pipe': '"broken pipe"',
    'hang-up': '"socket hang up"',
    refused: '"connection refused"',
    'timed-out': '"timed out"',
    aborted: '"connection aborted"',
    'early-close': 'closed early',
    'gave-up': 'gave up',
    'proxy-error': 'proxy error',
    tls: 'TLS failure',
    'process-start': 'process start',
    'process-stop': 'process stop',
    leak: 'leak report',
    kernel: 'kernel message',
  },
  sentTheResets: 'sent the resets',
  sentByMiddlebox: 'a device on the path sent the resets',
  resets: 'resets',
  collections: 'collections',
  evidence: 'evidence',
  endpoints: (endpoints) => endpoints,
  remark: (text) => ` (${text})`,
  confidence: (share) => `confidence ${percent(share)}`,
  percent,
  atMost: (share) => `at most ${percent(share)}`,
  logged: (words) => `it logged ${words.map((w) => `${count(w.count)} × ${w.word}`).join(', ')}`,
  trigger: (t) =>
    t.matched === t.of && t.of === t.bursts
      ? `${bursts(t.bursts)} ${lag(t.withinMs)} (by chance: ${decimal(t.expectedByChance)} of ${count(t.of)}, ${significance(t.pValue)})`
      : `${plural(t.bursts, 'burst')}; ${count(t.matched)} of ${count(t.of)} ${lag(t.withinMs)} (by chance: ${decimal(t.expectedByChance)}, ${significance(t.pValue)})`,
  connections: (n) => plural(n, 'connection'),
  records: (kind, n) => plural(n, RECORD[kind]),
  summary: (s) =>
    `${plural(s.connections, 'connection')}, ${plural(s.packets, 'packet')}, ${duration(s.durationSeconds)}: ${[
      `${count(s.reset)} reset`,
      ...(s.refused === 0 ? [] : [`${count(s.refused)} refused`]),
      `${count(s.gracefullyClosed)} closed`,
      `${count(s.open)} open`,
    ].join(', ')}`,
  incidentsOmitted: (n) => `${plural(n, 'further reset')} counted, not listed`,
  growth: (perMinute) => `${perMinute < 0 ? '−' : '+'}${decimal(Math.abs(perMinute))} a minute`,
  oldest: (seconds) => `oldest ${duration(seconds)}`,
  frame: (n) => `frame ${n}`,
  line: (n) => `line ${n}`,
  row: (n) => `row ${n}`,
  byte: (n) => `byte ${count(n)}`,
  notGiven: (kinds) => `not given: ${kinds.join(', ')}`,
  furtherFindings: (n) => plural(n, 'further finding'),
  more: (n) => `${count(n)} more: see --json`,
}

const RECORD: Readonly<Record<InputKind, string>> = {
  capture: 'packet',
  'gc-log': 'collection',
  'socket-table': 'row',
  'app-log': 'event',
  'kernel-trace': 'event',
  counters: 'counter',
  manifest: 'entry',
  unknown: 'record',
}

function plural(n: number, noun: string): string {
  if (n === 1) return `1 ${noun}`
  return `${count(n)} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`
}

function bursts(n: number): string {
  return n === 1 ? '1 burst,' : `${count(n)} bursts, each`
}

function lag(withinMs: number): string {
  return withinMs <= 0 ? 'during a collection' : `within ${decimal(withinMs)} ms after a collection`
}
