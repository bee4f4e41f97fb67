import type { Deltas } from './deltas.ts'

export interface TimelineExhibit {
  /** Resets of connections; what was refused is apart. Each connection once, at its first reset. */
  readonly resets: EventSeries
  readonly refused: EventSeries
  /** Open connections in the captures. */
  readonly connections?: ConnectionCounts
  readonly collections: readonly GcSeries[]
  /** One for each input and word, in order of input. */
  readonly logs: readonly LogSeries[]
  /** Resets that a kernel trace reports, one series for each input. */
  readonly kernelResets: readonly (EventSeries & { readonly input: number })[]
  /** For findings with a trigger; how likely it was by chance is in `finding.trigger`. */
  readonly triggers: readonly TriggerExhibit[]
}

export interface EventSeries {
  readonly count: number
  /** Exact times in order: of all, or of the first `MAX_EVENTS`. */
  readonly timesNs: Deltas
  /** Place of each event in `diagnosis.incidents`, of those that have one: they come first. Only of resets. */
  readonly incidents?: Deltas
  /** Of all events; only where not all are listed. */
  readonly bins?: Bins
}

/** Counts of equal slices of time; `coarser` joins them. */
export interface Bins {
  readonly fromNs: number
  readonly binNs: number
  readonly counts: readonly number[]
}

export interface ConnectionCounts {
  readonly fromNs: number
  readonly binNs: number
  /** Most that were open at once in each slice. */
  readonly open: readonly number[]
  readonly opened: readonly number[]
  /** Below 1 the counts were raised from this share of the connections. */
  readonly share: number
}

export interface GcSeries {
  readonly input: number
  /** `jvm`, `v8`, `go`, `dotnet`. */
  readonly runtime: string
  readonly collector?: string
  readonly pid?: number
  readonly section?: string
  /** Collections in the log; those without a time on this axis are not listed. */
  readonly count: number
  readonly startNs: Deltas
  readonly lengthNs: readonly number[]
  /** How long the program stood still. */
  readonly pauseUs: readonly (number | null)[]
  /** `young`, `mixed`, `full`, `concurrent`, `other`: places in `GC_KINDS`. */
  readonly kind: readonly number[]
  /** Places in `names`. */
  readonly name: readonly number[]
  readonly names: readonly string[]
  readonly line: Deltas
}

export interface LogSeries extends EventSeries {
  readonly input: number
  /** What the lines say happened: `reset`, `broken-pipe`, `refused`, … (LogWord). */
  readonly word: string
  /** Of each listed event. */
  readonly line: Deltas
}

/** Bursts of resets and what they followed. */
export interface TriggerExhibit {
  readonly finding: number
  /** Place in `timeline.collections`. */
  readonly collections: number
  readonly burstNs: Deltas
  /** Resets in each burst. */
  readonly resets: readonly number[]
  /** Place of the collection in its series that the burst followed, and how long after its end. */
  readonly followed: readonly (number | null)[]
  readonly lagUs: readonly (number | null)[]
}
