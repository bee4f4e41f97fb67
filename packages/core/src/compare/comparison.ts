import type { CauseId, Message, ResetBy, Severity, Warning } from '../diagnosis.ts'

/**
 * `gone`: before only, and after had the evidence to show it. `new`: after only, likewise. `stayed`: in both.
 * `incomparable`: in one only, and the other lacks the evidence that would show it.
 */
export type Change = 'gone' | 'stayed' | 'new' | 'incomparable'
export type SideName = 'before' | 'after'

/**
 * What was taken for the same thing in both: the same addresses; the same server with other clients; the same server
 * port at another address; the same cause where no port could tell; or a cause that is named more or less precisely.
 */
export type MatchedBy = 'endpoints' | 'server' | 'port' | 'cause' | 'kin'

/** Whether chance alone could have made the difference. */
export interface Chance {
  /** What was counted: bursts that a collection set off, or resets no more than a second apart taken as one. */
  readonly unit: 'trigger-bursts' | 'bursts'
  readonly before: number
  readonly after: number
  /** What the counts were held against. Absent where nothing was known on both sides. */
  readonly per?: 'collections' | 'minutes' | 'connections'
  /** Two-sided. */
  readonly pValue?: number
  readonly couldBeChance: boolean
  /** The same held against the connections: fewer of them may be the fix, or just less traffic. */
  readonly pValueByConnections?: number
  /** How long AFTER has to run without a single one to tell: one of the three. */
  readonly wouldTell?: {
    readonly collections?: number
    readonly minutes?: number
    readonly connections?: number
  }
}

/** One cause on one side. A zero was looked for; what could not be looked for is absent. */
export interface CauseCount {
  readonly client?: string
  readonly server?: string
  readonly connections: number
  readonly per1000Connections?: number
  readonly perMinute?: number
}

export interface CauseChange {
  readonly change: Change
  /** Of what stayed: whether its rate changed by more than chance allows. */
  readonly trend?: 'higher' | 'lower' | 'same'
  readonly cause: CauseId
  /** What AFTER calls it, where that differs. */
  readonly causeAfter?: CauseId
  /** The worse of the two. */
  readonly severity: Severity
  readonly resetBy: ResetBy
  readonly matchedBy?: MatchedBy
  readonly before?: CauseCount
  readonly after?: CauseCount
  readonly chance?: Chance
  readonly says: Message
}

export interface WarningCount {
  readonly process?: string
  readonly peer?: string
  readonly connections: number
  readonly growthPerMinute?: number
}

export interface WarningChange {
  readonly change: Change
  readonly kind: Warning['kind']
  readonly matchedBy?: MatchedBy
  readonly before?: WarningCount
  readonly after?: WarningCount
  /** The other side ran too short for as many to pile up. */
  readonly couldBeChance?: boolean
  /** How long that side has to run to tell. */
  readonly wouldTellMinutes?: number
  readonly says: Message
}

/** How the connections of one service come and go on one side. */
export interface ServiceCount {
  readonly server: string
  readonly connections: number
  readonly connectionsPerMinute?: number
  readonly clients: number
  readonly mostOfOneClient: number
  /** How long connections live: half of them, and nine in ten, no longer. */
  readonly medianSeconds?: number
  readonly p90Seconds?: number
}

/** A service that both sides used. */
export interface ServiceChange {
  readonly before: ServiceCount
  readonly after: ServiceCount
  readonly says: Message
}

export interface ComparedSide {
  /** What the user calls it; absent when anonymous. */
  readonly name?: string
  readonly verdict: Message
  readonly packets: number
  readonly connections: number
  readonly reset: number
  readonly refused: number
  readonly gracefullyClosed: number
  readonly open: number
  /** Time that captures cover, overlaps once. */
  readonly minutes?: number
  readonly connectionsPerMinute?: number
  readonly socketTables: number
}

/** Two diagnoses held against each other. Field by field as published in `comparison.schema.json`. */
export interface Comparison {
  readonly schema: 'whyreset.comparison/1'
  readonly verdict: Message
  readonly before: ComparedSide
  readonly after: ComparedSide
  /** Ordered by severity, connections, cause. */
  readonly causes: readonly CauseChange[]
  readonly warnings: readonly WarningChange[]
  /** Connection churn: the services that both sides used, the busiest first, at most ten. */
  readonly services: readonly ServiceChange[]
  /** What limits the comparison: evidence that one side lacks, addresses that changed, damage. */
  readonly notes: readonly Message[]
}
