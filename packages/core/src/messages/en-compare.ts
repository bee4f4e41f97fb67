import type { CauseId, InputKind } from '../diagnosis.ts'
import type {
  CloseWaitValues,
  CompareCauseValues,
  CompareMessageValues,
  CompareWarningValues,
  Lack,
} from './compare-values.ts'
import { duration, grouped, n, p } from './en-numbers.ts'

type CompareSentences = {
  readonly [K in keyof CompareMessageValues]: (values: CompareMessageValues[K]) => string
}

export const COMPARE_SENTENCES: CompareSentences = {
  'compare-verdict': (v) => `${causeSentence(v)}${alsoSentence(v)}${closeWaitSentence(v)}`,
  'compare-verdict-no-causes': (v) =>
    `Nothing was lost on either side: ${connections(v.beforeOf)} before, ${grouped(v.afterOf)} after.${closeWaitSentence(v)}`,
  'compare-verdict-nothing': (v) =>
    `Resets cannot be compared: ${lacks(v.side, v.lack)}.${closeWaitSentence(v)}`,
  'compare-cause': causeSentence,
  'compare-warning': warningSentence,
  'compare-service': (v) =>
    `${v.server}: ${came(v.before, v.beforePerMinute)}${lived(v.beforeMedianSeconds)} before, ${came(v.after, v.afterPerMinute)}${lived(v.afterMedianSeconds)} after`,
  'compare-note-lack': (v) => lacks(v.side, v.lack),
  'compare-note-matched': (v) =>
    `${n(v.count, 'row')} matched by ${MATCHED[v.matchedBy]}, because addresses differ between the sides`,
  'compare-note-load': (v) =>
    `${connections(v.before)} a minute before, ${grouped(v.after)} after: if that is other traffic and not the change, the difference could be chance (${p(v.pValue)})`,
  'compare-note-evidence': (v) =>
    `${v.side} has no ${KINDS[v.evidence]}, the other side has: a cause may be named less precisely there, or be missed`,
  'compare-note-log-only': (v) =>
    `${v.side}: a log of that time reports ${n(v.events, 'reset')} that the capture does not show`,
  'compare-note-interrupted': (v) => `${v.side} was interrupted: not all of it was read`,
  'compare-note-omitted': (v) =>
    `${v.side}: ${n(v.resets, 'further reset')} counted, not told apart by cause`,
  'compare-note-damaged': (v) =>
    `${v.side}: ${n(v.inputs, 'input')} damaged or unreadable: what was lost there cannot show`,
}

function causeSentence(v: CompareCauseValues): string {
  const subject = SUBJECTS[v.cause]
  switch (v.change) {
    case 'gone':
      return v.couldBeChance
        ? `No ${subject} after, but that could be chance: ${counts(v)}${tested(v)}.${wouldTell(v)}`
        : `The ${subject} are gone: ${counts(v)}${tested(v, 'by chance: ')}.`
    case 'new':
      return v.couldBeChance
        ? `New, or chance: ${subject}: ${counts(v)}${tested(v)}.`
        : `New: ${subject}: ${counts(v)}${tested(v, 'by chance: ')}.`
    case 'stayed':
      return `The ${subject} stayed${renamed(v)}: ${counts(v)}${trend(v)}.`
    case 'incomparable':
      return `The ${subject} cannot be compared: ${lackOf(v)}; ${counts(v)}.`
  }
}

function renamed({ causeAfter }: CompareCauseValues): string {
  return causeAfter === undefined ? '' : `, as far as the evidence tells, now named ${causeAfter}`
}

/** `127 of 225 connections before, 0 of 86 after`; the side that could not be looked at is left out. */
function counts({ before, beforeOf, after, afterOf }: CompareCauseValues): string {
  return [
    before === undefined ? '' : `${share(before, beforeOf, connections)} before`,
    after === undefined ? '' : `${share(after, afterOf, before === undefined ? connections : grouped)} after`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function share(count: number, of: number | undefined, write: (count: number) => string): string {
  return of === undefined || of < count ? write(count) : `${grouped(count)} of ${write(of)}`
}

function tested({ pValue }: CompareCauseValues, by = ''): string {
  return pValue === undefined ? '' : ` (${by}${p(pValue)})`
}

function trend(v: CompareCauseValues): string {
  const { trend: direction, pValue, burstsBefore = 0, burstsAfter = 0 } = v
  if (direction === undefined || pValue === undefined) return ''
  const bursts = `in ${grouped(burstsBefore)} and ${n(burstsAfter, 'burst')}`
  return direction === 'same'
    ? ` (${bursts}: within chance, ${p(pValue)})`
    : ` (${bursts}: the rate is ${direction}, by chance: ${p(pValue)})`
}

function wouldTell({ tellCollections, tellMinutes, tellConnections }: CompareCauseValues): string {
  if (tellCollections !== undefined)
    return ` To tell, ${n(tellCollections, 'collection')} without one are needed.`
  if (tellMinutes !== undefined) return ` To tell, run it for ${minutes(tellMinutes)} without one.`
  return tellConnections === undefined
    ? ''
    : ` To tell, ${connections(tellConnections)} without one are needed.`
}

/** ` Also new: refused connections. Also gone: forged resets.` */
function alsoSentence({ also, cause: main }: CompareMessageValues['compare-verdict']): string {
  const byChange = new Map<string, string[]>()
  for (const item of also.split(', ')) {
    const [change = '', cause = ''] = item.split(' ')
    const word = CHANGES.get(change)
    if (word === undefined) continue
    byChange.set(word, [
      ...(byChange.get(word) ?? []),
      `${subjectOf(cause)}${cause === main ? ' of another service' : ''}`,
    ])
  }
  return Array.from(byChange, ([word, subjects]) => ` Also ${word}: ${subjects.join(', ')}.`).join('')
}

function subjectOf(cause: string): string {
  const subjects: Readonly<Record<string, string>> = SUBJECTS
  return (Object.hasOwn(subjects, cause) ? subjects[cause] : undefined) ?? cause
}

/** What the verdict adds of CLOSE_WAIT. */
function closeWaitSentence(v: CloseWaitValues): string {
  if (v.closeWait === undefined) return ''
  return ` ${warningSentence({
    kind: 'close-wait-leak',
    change: v.closeWait,
    couldBeChance: v.closeWaitChance ?? false,
    ...(v.closeWaitBefore === undefined ? {} : { before: v.closeWaitBefore }),
    ...(v.closeWaitAfter === undefined ? {} : { after: v.closeWaitAfter }),
    ...(v.closeWaitTellMinutes === undefined ? {} : { tellMinutes: v.closeWaitTellMinutes }),
    ...(v.closeWaitSide === undefined ? {} : { side: v.closeWaitSide }),
    ...(v.closeWaitLack === undefined ? {} : { lack: v.closeWaitLack }),
  })}`
}

function warningSentence(v: CompareWarningValues): string {
  const subject = v.kind === 'close-wait-leak' ? 'CLOSE_WAIT' : 'Stalled readers'
  const went = v.kind === 'close-wait-leak' ? 'went away' : 'are gone'
  const told = counts({ ...v, cause: 'unknown' })
  switch (v.change) {
    case 'gone': {
      if (!v.couldBeChance) return `${subject} ${went}: ${told}.`
      const run = v.tellMinutes === undefined ? '' : ` To tell, run it for ${minutes(v.tellMinutes)}.`
      return `${subject}: ${told}, but it ran too short for as many to pile up.${run}`
    }
    case 'new':
      return `New: ${subject === 'CLOSE_WAIT' ? subject : 'stalled readers'}: ${told}${v.couldBeChance ? '; before ran too short to show as many' : ''}.`
    case 'stayed':
      return `${subject} stayed: ${told}.`
    case 'incomparable':
      return `${subject} cannot be compared: ${lackOf(v)}; ${told}.`
  }
}

/** `34.2 connections a minute`. */
function came(count: number, perMinute: number | undefined): string {
  return perMinute === undefined ? connections(count) : `${connections(perMinute)} a minute`
}

function lived(medianSeconds: number | undefined): string {
  return medianSeconds === undefined ? '' : ` (median life ${duration(medianSeconds * 1000)})`
}

function lackOf({ side = 'after', lack = 'packets' }: Pick<CompareCauseValues, 'side' | 'lack'>): string {
  return lacks(side, lack)
}

function lacks(side: string, lack: Lack): string {
  return `${side} ${LACKS[lack]}`
}

function minutes(count: number): string {
  return duration(count * 60_000)
}

function connections(count: number): string {
  return n(count, 'connection')
}

const LACKS: Readonly<Record<Lack, string>> = {
  packets: 'holds no packets',
  connections: 'holds no TCP connection',
  service: 'shows no connection to that service',
  'socket-table': 'holds no socket table',
  'second-socket-table': 'holds one socket table, two some seconds apart are needed',
  'app-log': 'holds no application log',
}

const CHANGES: ReadonlyMap<string, string> = new Map([
  ['gone', 'gone'],
  ['maybe-gone', 'gone, or chance'],
  ['stayed', 'stayed'],
  ['new', 'new'],
  ['maybe-new', 'new, or chance'],
  ['incomparable', 'not comparable'],
])

const MATCHED: Readonly<Record<CompareMessageValues['compare-note-matched']['matchedBy'], string>> = {
  endpoints: 'addresses',
  server: 'the server, whoever its clients are,',
  port: "the server's port",
  cause: 'the cause alone',
  kin: 'who reset and the port, under different causes,',
}

const KINDS: Readonly<Record<InputKind, string>> = {
  capture: 'packet capture',
  'gc-log': 'garbage-collection log',
  'socket-table': 'socket table',
  'app-log': 'application log',
  'kernel-trace': 'kernel trace',
  counters: 'kernel counters',
  manifest: 'manifest',
  unknown: 'such input',
}

/** What each cause makes, in the plural. */
const SUBJECTS: Readonly<Record<CauseId, string>> = {
  'garbage-collected': 'resets by garbage collection',
  'unread-data': 'resets with data unread',
  'request-unread': 'resets with the request unread',
  'caller-gave-up': 'resets by a client that gave up',
  'process-exit': 'resets by a process that ended',
  'listener-closed': 'resets by a listener that closed',
  'tls-failure': 'resets after TLS failures',
  'abortive-close': 'resets on purpose',
  'idle-timeout-reset': 'resets by an idle timeout',
  'keep-alive-race': 'resets by the keep-alive race',
  'data-after-close': 'resets of data after the close',
  'half-open': 'resets of half-open connections',
  'port-reuse': 'resets by reused ports',
  'connection-refused': 'refused connections',
  'accept-queue-overflow': 'resets by a full accept queue',
  'keepalive-timeout': 'resets after unanswered keepalives',
  'retransmission-timeout': 'resets after unanswered retransmissions',
  'middlebox-idle-timeout': 'resets by an idle timeout on the path',
  'policy-reject': 'resets by a firewall or policy',
  'injected-reset': 'forged resets',
  'nat-state-lost': 'resets by lost NAT entries',
  'health-probe': 'resets by health probes',
  'port-scan': 'resets by port scans',
  'late-reset': 'late resets',
  'ignored-reset': 'resets without effect',
  'no-reset-on-wire': 'resets that only a log reports',
  unknown: 'resets of unknown cause',
}
