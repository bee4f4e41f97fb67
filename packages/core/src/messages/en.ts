import type { Catalogue } from './catalogue.ts'
import { FIXES, WOULD_TELL } from './en-advice.ts'
import { COMPARE_SENTENCES } from './en-compare.ts'
import { bytes, duration, grouped, n, p } from './en-numbers.ts'
import { EXCLUSIONS, REASONS } from './en-reasons.ts'
import { SOURCE_SENTENCES } from './en-source.ts'
import { STATEMENTS } from './en-statements.ts'

/** The English catalogue. */
export const en: Catalogue = {
  ...STATEMENTS,
  ...FIXES,
  ...WOULD_TELL,
  ...REASONS,
  ...EXCLUSIONS,
  ...SOURCE_SENTENCES,
  ...COMPARE_SENTENCES,
  'verdict-nothing-lost': (v) =>
    v.resets === 0
      ? `No connection was reset: ${n(v.connections, 'connection')} seen, nothing was lost.`
      : `Nothing was lost: ${n(v.resets, 'reset')} among ${n(v.connections, 'connection')}, all of them harmless.`,
  'verdict-no-capture': (v) =>
    `No capture was given: ${n(v.events, 'event')} of logs and traces read, but without packets no reset can be explained.`,
  'verdict-log-only': (v) =>
    v.captures > 1
      ? `No capture shows a reset, but a log of that time reports ${n(v.events, 'reset')}.`
      : `The capture shows no reset, but a log of that time reports ${n(v.events, 'reset')}: capture at the other end too.`,
  'verdict-interrupted': (v) =>
    `Interrupted: no reset was seen among ${n(v.connections, 'connection')} so far.`,
  'verdict-partly-judged': (v) =>
    `Interrupted: the first ${grouped(v.judged)} of ${n(v.resets, 'reset')} were harmless.`,
  'verdict-no-tcp': (v) =>
    `No TCP connection could be read from ${n(v.packets, 'packet')}: capture TCP itself, or in VLAN, MPLS, PPPoE, GRE, IP in IP, VXLAN or Geneve.`,
  'verdict-no-match': (v) => `None of the ${n(v.resets, 'reset connection')} matches what was asked for.`,
  'verdict-nothing-read': () => 'Nothing could be read.',
  'verdict-only-warnings': (v) =>
    `No connection was reset so far, but there ${v.warnings === 1 ? 'is' : 'are'} ${n(v.warnings, 'warning')}.`,

  // Proof
  'proof-rst': (v) => `${v.flags} ${v.seq}${v.window === 0 ? ', window 0' : ''}`,
  'proof-offending': (v) => `the segment that it answers (${v.bytes === 0 ? 'no data' : bytes(v.bytes)})`,
  'proof-fin': (v) => `FIN by ${v.by}`,
  'proof-zero-window': (v) => `window 0 advertised by ${v.by}`,
  'proof-request': (v) => v.request,
  'proof-response': (v) => `HTTP ${v.response.replace(/(\d+) bytes announced$/, announced)}`,
  'proof-collection': (v) =>
    v.lagMs <= 0 ? `${v.name}, under way at the reset` : `${v.name}, ${duration(v.lagMs)} before the reset`,
  'proof-kernel': (v) =>
    v.task === undefined || v.task === '' ? `kernel: ${v.reason}` : `kernel: ${v.reason}, ${v.task}`,
  'proof-socket': (v) =>
    `${v.state}, Recv-Q ${grouped(v.recvQ)}${v.process === undefined || v.process === '' ? '' : `, ${v.process}`}`,
  'proof-log': (v) => v.text,
  'proof-counter': (v) => `${v.name} +${v.value}`,
  'proof-syn': () => 'SYN',
  'proof-alert': () => 'TLS alert',
  'proof-refused': () => 'SYN to the same port refused',
  'proof-repeat': (v) => `repeated by ${v.by}, ${n(v.repeats, 'time')} in all, and never acknowledged`,
  'proof-last-segment': (v) => `last segment by ${v.by}`,

  // Clocks and next steps
  'clock-zone-estimated': (v) =>
    `prints no time zone, UTC${v.zone} estimated${v.of > 0 ? ` (${v.matched} of ${n(v.of, 'event')} met a reset)` : ''}`,
  'clock-zone-assumed': () => 'prints no time zone, UTC assumed (--log-timezone sets another)',
  'clock-zone-given': (v) => `prints no time zone, UTC${v.zone} as given`,
  'clock-start-fitted': (v) =>
    `prints uptimes only, process start estimated at ${v.startedAt.replace(/\.\d+Z$/, 'Z')} (${p(v.pValue)})`,
  'clock-start-unknown': () =>
    'prints uptimes only, the start of the process is not known (--gc-start TIME tells it)',
  'clock-trace-estimated': () =>
    'prints no clock offset, estimated from the resets that capture and trace share',
  'next-explain': () => 'what it is, how to confirm it, how to fix it',
  interrupted: () => 'interrupted: this is what was read until then',

  // Warnings
  'warning-close-wait-leak': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} in CLOSE_WAIT: the peer has closed, the program has not`,
  'warning-stalled-reader': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} stalled with a full window for up to ${duration(v.seconds * 1000)}: they will be reset when they are closed or collected`,
  'warning-unanswered-data': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} died in silence: what was sent again and again for up to ${duration(v.seconds * 1000)} was never acknowledged, and nobody reset`,
}

function announced(_all: string, length: string): string {
  return `${bytes(Number(length))} announced`
}
