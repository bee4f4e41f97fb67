import type { CauseId } from '@whyreset/core'
import type { LanguageId, Outcome, Severity } from './rule.ts'

/** One place in the source where a connection is lost, abandoned or cut. */
export interface Place {
  readonly rule: string
  readonly language: LanguageId
  /** From where the scan began, with `/`. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly severity: Severity
  readonly confidence: number
  readonly outcome: Outcome
  readonly message: string
  readonly causes: readonly CauseId[]
  readonly fix: string
  /** 1-based line of the `return` or `throw` that leaves it open. */
  readonly leavesAt?: number
  /** The name of the function around it. */
  readonly inFunction?: string
  /** Lines of source around the place. */
  readonly frame: { readonly from: number; readonly lines: readonly string[] }
  /** Stays the same when lines are added above: for baselines. */
  readonly fingerprint: string
  /** What the evidence says for this place, strongest first. */
  readonly evidence?: readonly string[]
}

/** A file or a part of it that was not looked at, and why. */
export interface ScanProblem {
  readonly file: string
  readonly line?: number
  readonly says: string
}
