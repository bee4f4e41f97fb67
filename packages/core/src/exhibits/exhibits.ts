import type { HostSockets } from './hosts-exhibit.ts'
import type { Ladder } from './ladder-exhibit.ts'
import type { Lanes } from './lanes-exhibit.ts'
import type { TimelineExhibit } from './timeline-exhibit.ts'

/*
 * `whyreset.exhibits/1`: what pictures need and a Diagnosis does not say. Numbers that come in thousands lie in columns
 * (one array per field, the same place in each is one thing), because a page carries them as JSON; `lanesOf` and
 * `segmentsOf` of columns.ts read them as objects. Nothing of the Diagnosis is told again: `incident`, `finding`, `input` and
 * `proof` are places in its lists.
 *
 * Every text is from captures, logs and tables: hostile, at most `MAX_TEXT` characters, with control characters in it.
 * A `null` in a column, like an absent field, is what was not seen.
 */

export interface Exhibits {
  readonly schema: 'whyreset.exhibits/1'
  /** ISO 8601, nanoseconds, Z. Every `…Ns` counts from here unless it says otherwise: whole, exact for 104 days. */
  readonly epoch: string
  /** From the first to the last thing on any picture. */
  readonly fromNs: number
  readonly toNs: number
  /** Addresses, which lanes name by their place here. */
  readonly addresses: readonly string[]
  readonly timeline: TimelineExhibit
  readonly lanes: Lanes
  /** Segments of connections that findings cite, best cited first; then those of some that were not reset. */
  readonly ladders: readonly Ladder[]
  /** Socket tables, by host and in order of time. */
  readonly hosts: readonly HostSockets[]
  /** Log lines that proofs cite, and those nearest to resets; by input and line. */
  readonly lines: readonly LogLine[]
}

export interface LogLine {
  readonly input: number
  readonly line: number
  /** Absent where the line has no time. */
  readonly ns?: number
  readonly word: string
  readonly text: string
}
