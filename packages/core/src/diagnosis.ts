import type { Problem } from './errors.ts'
import type { SourceReport } from './source-report.ts'

/** A sentence for people: `id` and `values` are the contract, `text` is its English. */
export interface Message {
  readonly id: string
  readonly values: Readonly<Record<string, string | number | boolean>>
  readonly text: string
}

export type CauseId =
  | 'garbage-collected'
  | 'unread-data'
  | 'request-unread'
  | 'caller-gave-up'
  | 'process-exit'
  | 'listener-closed'
  | 'tls-failure'
  | 'abortive-close'
  | 'idle-timeout-reset'
  | 'keep-alive-race'
  | 'data-after-close'
  | 'half-open'
  | 'port-reuse'
  | 'connection-refused'
  | 'accept-queue-overflow'
  | 'keepalive-timeout'
  | 'retransmission-timeout'
  | 'middlebox-idle-timeout'
  | 'policy-reject'
  | 'injected-reset'
  | 'nat-state-lost'
  | 'health-probe'
  | 'port-scan'
  | 'late-reset'
  | 'ignored-reset'
  | 'no-reset-on-wire'
  | 'unknown'

export type Family =
  | 'abnormal'
  | 'deliberate'
  | 'unknown-connection'
  | 'refused'
  | 'unresponsive'
  | 'middlebox'
  | 'benign'
  | 'unknown'

export type Severity = 'error' | 'warning' | 'info'
export type ResetBy = 'client' | 'server' | 'middlebox' | 'unknown' | 'none'
export type InputKind =
  | 'capture'
  | 'gc-log'
  | 'socket-table'
  | 'app-log'
  | 'kernel-trace'
  | 'counters'
  | 'manifest'
  | 'unknown'

export interface InputReport {
  readonly path: string
  readonly kind: InputKind
  /** `pcap`, `pcapng`, `jvm G1`, `v8`, `ss`, `netstat`, `nstat`, … */
  readonly format: string
  /** Packets, collections, rows, events: whatever the kind counts. */
  readonly records: number
  /** ISO 8601, nanoseconds, Z. */
  readonly from?: string
  readonly to?: string
  /** How this input's clock was turned into UTC, when that was not printed in it. */
  readonly clock?: Message
  readonly problems: readonly Problem[]
}

/** Where in the user's own files the proof is: exactly one of frame, line, row, each 1-based. */
export type Proof = { readonly input: number; readonly says: Message } & (
  | { readonly frame: number }
  | { readonly line: number }
  | { readonly row: number }
)

export interface Trigger {
  readonly kind: 'garbage-collection'
  readonly bursts: number
  readonly matched: number
  readonly of: number
  readonly withinMs: number
  readonly expectedByChance: number
  readonly pValue: number
  /** What a picture of the coincidence needs: counts per equal slice of `from` … `to`. */
  readonly series?: {
    readonly from: string
    readonly to: string
    readonly resets: readonly number[]
    readonly collections: readonly number[]
  }
}

/** What the evidence says of the program at one end. */
export interface Party {
  /** Process name and pid from a socket table, a kernel trace or a log. */
  readonly process?: string
  readonly pid?: number
  /** What its log said of these connections, most frequent word first. */
  readonly logged?: readonly { readonly word: string; readonly count: number }[]
}

export interface Finding {
  readonly cause: CauseId
  readonly family: Family
  readonly severity: Severity
  readonly resetBy: ResetBy
  /** Addresses: `10.91.1.1`; `several` values are joined only up to three, then counted: `10.0.0.1 and 41 others`. */
  readonly client: string
  readonly server: string
  readonly connections: number
  readonly confidence: number
  readonly statement: Message
  readonly because: readonly Message[]
  readonly proof: readonly Proof[]
  readonly trigger?: Trigger
  readonly parties?: { readonly client?: Party; readonly server?: Party }
  /** ISO times of the first and the last reset of the finding. */
  readonly from: string
  readonly to: string
  /** The kinds of event that can make a stack send RST, and what excludes each that is excluded. */
  readonly excluded: readonly { readonly family: Family; readonly because: Message }[]
  readonly alternatives: readonly {
    readonly cause: CauseId
    readonly confidence: number
    readonly wouldTell: Message
  }[]
  readonly fix: { readonly summary: Message; readonly doc: string }
  /** What to do now; `command` can be pasted. */
  readonly next: readonly { readonly says: Message; readonly command?: string }[]
  readonly incidents: readonly string[]
}

export interface Incident {
  readonly id: string
  readonly client: string
  readonly server: string
  readonly time: string
  readonly resetBy: ResetBy
  readonly form: 'active' | 'reply' | 'unclear'
  readonly input: number
  readonly frame: number
  /** As tshark numbers them within that input. */
  readonly stream: number
  readonly phase: 'handshake' | 'request' | 'response' | 'idle' | 'closing' | 'data' | 'unseen'
  readonly unreadBytes?: number
  readonly silenceMs?: number
  readonly cause: CauseId
  readonly ruledOut: readonly { readonly cause: CauseId; readonly because: Message }[]
}

export interface Warning {
  readonly kind: 'close-wait-leak' | 'stalled-reader' | 'unanswered-data'
  readonly process?: string
  readonly peer?: string
  readonly count: number
  readonly growthPerMinute?: number
  readonly oldestSeconds?: number
  readonly says: Message
  readonly proof: readonly Proof[]
}

/** How the connections of one service come and go. */
export interface ServiceSummary {
  /** `10.0.0.2:8080`. */
  readonly server: string
  /** As the capture shows them that shows most of them. */
  readonly connections: number
  /** That opened them; no more than 256 are told apart. */
  readonly clients: number
  /** Connections of the client that opened most. */
  readonly mostOfOneClient: number
  /** Of the connections whose begin and end were seen: half, and nine in ten, lived no longer. */
  readonly lifetime?: { readonly medianSeconds: number; readonly p90Seconds: number }
}

/** The answer. Field by field as published in `diagnosis.schema.json`. */
export interface Diagnosis {
  readonly schema: 'whyreset.diagnosis/1'
  readonly verdict: Message
  readonly inputs: readonly InputReport[]
  readonly summary: {
    readonly packets: number
    readonly connections: number
    readonly reset: number
    readonly gracefullyClosed: number
    readonly open: number
    readonly refused: number
    readonly durationSeconds: number
    readonly incidentsOmitted: number
    /** The busiest to which connections were established, at most 50. Absent in answers of before they were counted. */
    readonly services?: readonly ServiceSummary[]
    readonly servicesOmitted?: number
    /** Before captures of the same connection are joined, as tshark counts. */
    readonly raw: { readonly streams: number; readonly rstSegments: number }
  }
  readonly findings: readonly Finding[]
  readonly incidents: readonly Incident[]
  readonly warnings: readonly Warning[]
  /** The lines of source that explain it; only where source was looked at. */
  readonly source?: SourceReport
}
