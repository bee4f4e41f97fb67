import type { CauseId } from '../diagnosis.ts'
import type { CompareMessageValues } from './compare-values.ts'

/** Nothing to fill in. */
type None = Readonly<Record<string, never>>
/** Who reset how many of whose connections: what every statement is made from. */
export interface StatementValues {
  /** Who sent the resets, and whether that is the server: on loopback both have one address. */
  readonly by: string
  readonly byServer: boolean
  readonly client: string
  readonly server: string
  readonly count: number
  readonly total: number
  /** More resets were counted than were judged: `count` is a lower bound. */
  readonly atLeast: boolean
}

/** A line of a log that names a line of code: the place itself, or another one of its function. */
interface NamedCode {
  readonly log: string
  readonly logLine: number
  readonly file: string
  readonly fileLine: number
  readonly isWithin: boolean
}

type StatementId = `statement-${CauseId}`
type FixId = `fix-${CauseId}`
type WouldTellId = `would-tell-${CauseId}`

/**
 * Every human string, by id, with the values it is made from. `en.ts` here and the catalogues of other languages in
 * the report package have this type, so that a missing translation fails to compile. Durations are milliseconds.
 */
export type MessageValues = Readonly<Record<StatementId, StatementValues>> &
  Readonly<Record<FixId | WouldTellId, None>> &
  CompareMessageValues & {
    readonly 'verdict-nothing-lost': { readonly connections: number; readonly resets: number }
    readonly 'verdict-no-capture': { readonly events: number }
    readonly 'verdict-nothing-read': None
    readonly 'verdict-log-only': { readonly events: number; readonly captures: number }
    readonly 'verdict-partly-judged': { readonly judged: number; readonly resets: number }
    readonly 'verdict-interrupted': { readonly connections: number }
    readonly 'verdict-no-tcp': { readonly packets: number }
    readonly 'verdict-no-match': { readonly resets: number }
    readonly 'verdict-only-warnings': { readonly warnings: number }

    // Why a cause holds
    readonly 'unread-kernel': { readonly reason: string }
    readonly 'unread-zero-window': { readonly stalledMs: number }
    readonly 'unread-window-shrunk': { readonly bytes: number }
    readonly 'unread-may-hide': { readonly bytes: number }
    readonly 'unread-socket-table': { readonly bytes: number }
    readonly 'unread-in-flight': { readonly bytes: number }
    readonly 'unread-response-incomplete': { readonly delivered: number; readonly announced: number }
    readonly 'bursts-follow-collections': {
      readonly matched: number
      readonly of: number
      readonly withinMs: number
      readonly expected: number
      readonly pValue: number
    }
    readonly 'bursts-precede-collections': { readonly early: number; readonly matched: number }
    readonly 'references-found-dead': { readonly final: number; readonly phantom: number }
    readonly 'closed-by-finalizer': { readonly thread: string }
    readonly 'clock-fitted': { readonly offsetMs: number }
    readonly 'request-body-unread': {
      readonly status: number
      readonly delivered: number
      readonly announced: number
    }
    readonly 'gave-up-awaiting-response': { readonly afterMs: number }
    readonly 'gave-up-in-response': { readonly afterMs: number; readonly delivered: number }
    readonly 'same-wait-each-time': { readonly waitMs: number; readonly count: number }
    readonly 'log-says': { readonly word: string; readonly count: number }
    readonly 'process-gone': { readonly process: string }
    readonly 'ended-at-one-instant': { readonly count: number; readonly fins: number }
    readonly 'closed-at-once': { readonly count: number; readonly leastMs: number; readonly mostMs: number }
    readonly 'close-announced': None
    readonly 'process-may-live': None
    readonly 'port-refused-afterwards': { readonly afterMs: number }
    readonly 'process-stopped': { readonly text: string }
    readonly 'server-never-spoke': { readonly count: number }
    readonly 'socket-not-accepted': { readonly agoMs: number }
    readonly 'dropped-by-kernel': None
    readonly 'tls-alert': { readonly level: string; readonly description: string }
    readonly 'tls-mismatch-plain-client': None
    readonly 'others-speak-tls': { readonly count: number }
    readonly 'tls-mismatch-plain-server': None
    readonly 'tls-refused-after-hello': { readonly serverName: string }
    readonly 'tls-handshake-unfinished': None
    readonly 'nothing-unread-closed': None
    readonly 'closed-by-other': { readonly process: string }
    readonly 'kernel-reason': { readonly reason: string }
    readonly 'peer-stalled': { readonly stalledMs: number }
    readonly 'fixed-age': { readonly ageMs: number; readonly count: number }
    readonly 'server-says-timeout': None
    readonly 'request-after-server-fin': {
      readonly idleMs: number
      readonly afterFinMs: number
      readonly crossing: boolean
    }
    readonly 'idle-time-of-server': { readonly idleMs: number; readonly count: number }
    readonly 'data-after-fin': { readonly bytes: number; readonly afterFinMs: number }
    readonly 'peer-knows-nothing': { readonly silenceMs: number }
    readonly 'service-restarted': None
    readonly 'listener-answers': { readonly reason: string }
    readonly 'new-connections-accepted': None
    readonly 'challenge-ack-to-syn': None
    readonly 'syn-reused-ports': None
    readonly 'handshake-rejected': { readonly reason: string }
    readonly 'syn-answered-by-reset': None
    readonly 'queue-overflow-shape': None
    readonly 'queue-counters': { readonly overflows: number }
    readonly 'probes-unanswered': { readonly probes: number; readonly overMs: number }
    readonly 'window-stayed-closed': { readonly closedMs: number }
    readonly 'retransmits-answered-late': { readonly retransmits: number; readonly lateMs: number }
    readonly 'retransmits-unanswered': { readonly retransmits: number; readonly overMs: number }
    readonly 'longest-silence-then-foreign-reset': { readonly silenceMs: number; readonly survivedMs: number }
    readonly 'silence-then-foreign-reset': { readonly silenceMs: number }
    readonly 'same-silence-each-time': { readonly silenceMs: number; readonly count: number }
    readonly 'foreign-hops': { readonly hops: number; readonly usualHops: number }
    readonly 'foreign-timestamps': None
    readonly 'foreign-unseen-at-sender': None
    readonly 'foreign-several-sequences': { readonly count: number }
    readonly 'foreign-spoke-after': { readonly bytes: number }
    readonly 'foreign-both-named': None
    readonly 'foreign-socket-lived-on': None
    readonly 'socket-missing-before': None
    readonly 'foreign-no-kernel-event': None
    readonly 'listened-throughout': None
    readonly 'rejected-in-mid-flow': { readonly silenceMs: number }
    readonly 'syn-rejected-by-other-hop': { readonly hops: number; readonly usualHops: number }
    readonly 'stranger-answered': { readonly stranger: string }
    readonly 'wrong-host-answered': None
    readonly 'probe-shape': { readonly lifetimeMs: number }
    readonly 'scan-shape': { readonly targets: number }
    readonly 'ended-before': None
    readonly 'both-fins-first': None
    readonly 'only-alert-lost': None
    readonly 'answers-duplicate': None
    readonly 'connection-lived-on': { readonly bytes: number }
    readonly 'log-without-reset': { readonly word: string; readonly count: number; readonly wire: string }
    readonly candidates: { readonly causes: string }

    // Why a cause does not hold
    readonly 'not-active': None
    readonly 'not-reply': None
    readonly 'not-established': None
    readonly established: None
    readonly 'data-was-exchanged': None
    readonly 'no-data-unread': None
    readonly 'data-was-unread': None
    readonly 'not-by-server': None
    readonly 'not-by-client': None
    readonly 'no-fin-before': None
    readonly 'fin-came-first': { readonly by: string }
    readonly 'no-request-open': None
    readonly 'one-direction-only': None
    readonly 'request-was-read': None
    readonly 'nothing-else-ended': None
    readonly 'process-lives-on': { readonly process: string }
    readonly 'server-had-answered': None
    readonly 'no-tls': None
    readonly 'tls-was-established': None
    readonly 'no-fixed-age': None
    readonly 'no-silence': { readonly silenceMs: number }
    readonly 'after-silence': { readonly silenceMs: number }
    readonly 'silence-survived-elsewhere': { readonly silenceMs: number; readonly survivedMs: number }
    readonly 'not-foreign': None
    readonly foreign: { readonly signs: string }
    readonly 'everything-acknowledged': None
    readonly 'peer-unresponsive': None
    readonly 'probes-answered': None
    readonly 'closed-by-own-thread': { readonly thread: string }
    readonly 'no-coincidence': { readonly matched: number; readonly of: number; readonly pValue: number }
    readonly 'collections-closed-nothing': {
      readonly idle: number
      readonly matched: number
      readonly of: number
    }
    readonly 'ports-not-reused': None
    readonly 'took-effect': None
    readonly 'something-was-lost': None
    readonly 'other-kernel-reason': { readonly reason: string }
    readonly 'too-few-targets': { readonly targets: number }
    readonly 'waited-in-silence': { readonly waitMs: number }
    readonly 'came-back-to-ports': { readonly ports: number }
    readonly 'no-stranger': None
    readonly 'needs-gc-log': None
    readonly 'needs-last-use': None
    readonly 'needs-handshake': None
    readonly 'needs-more-resets': { readonly have: number; readonly want: number }

    // Proof
    readonly 'proof-rst': { readonly flags: string; readonly seq: string; readonly window: number }
    readonly 'proof-offending': { readonly bytes: number }
    readonly 'proof-fin': { readonly by: string }
    readonly 'proof-zero-window': { readonly by: string }
    readonly 'proof-request': { readonly request: string }
    readonly 'proof-response': { readonly response: string }
    readonly 'proof-collection': { readonly name: string; readonly lagMs: number }
    readonly 'proof-kernel': { readonly reason: string; readonly task?: string }
    readonly 'proof-socket': { readonly state: string; readonly recvQ: number; readonly process?: string }
    readonly 'proof-log': { readonly text: string }
    readonly 'proof-counter': { readonly name: string; readonly value: number }
    readonly 'proof-syn': None
    readonly 'proof-alert': None
    readonly 'proof-refused': None
    readonly 'proof-repeat': { readonly by: string; readonly repeats: number }
    readonly 'proof-last-segment': { readonly by: string }

    // Clocks and next steps
    readonly 'clock-zone-estimated': { readonly zone: string; readonly matched: number; readonly of: number }
    readonly 'clock-zone-assumed': None
    readonly 'clock-zone-given': { readonly zone: string }
    readonly 'clock-start-fitted': { readonly startedAt: string; readonly pValue: number }
    readonly 'clock-start-unknown': None
    readonly 'clock-trace-estimated': None
    readonly 'next-explain': { readonly cause: CauseId }
    readonly interrupted: None

    // Warnings
    readonly 'warning-close-wait-leak': { readonly count: number; readonly peer: string }
    readonly 'warning-stalled-reader': {
      readonly count: number
      readonly peer: string
      readonly seconds: number
    }
    readonly 'warning-unanswered-data': {
      readonly count: number
      readonly peer: string
      readonly seconds: number
    }

    // What speaks for a place in the source
    readonly 'seen-leak-report': NamedCode
    readonly 'seen-stack-trace': NamedCode & { readonly word: string }
    readonly 'seen-cause': { readonly cause: CauseId; readonly connections: number }
    /** The cause is one of those that an undecided finding leaves. */
    readonly 'seen-candidate': { readonly cause: CauseId; readonly connections: number }
    readonly 'seen-close-wait': { readonly count: number }
    readonly 'seen-stalled': { readonly count: number }
    /** `literal` stands in line `line` of the file. */
    readonly 'seen-path': { readonly path: string; readonly literal: string; readonly line: number }
    readonly 'seen-host': { readonly host: string; readonly line: number }
    readonly 'seen-thread': { readonly thread: string; readonly literal: string; readonly line: number }
    readonly 'seen-thread-runs': { readonly thread: string; readonly function: string }
    readonly 'seen-runtime': { readonly runtime: string }
  }

export type MessageId = keyof MessageValues
export type Catalogue = { readonly [K in MessageId]: (values: MessageValues[K]) => string }
