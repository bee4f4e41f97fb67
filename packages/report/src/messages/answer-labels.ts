import type { Family, InputKind, ResetBy, Warning } from '@whyreset/core'

/** Every word that the reports add by themselves; what the analysis says is a message of core's catalogue. */
export interface Labels {
  /** Names of the blocks, in the order of the answer. */
  readonly who: string
  readonly when: string
  readonly what: string
  readonly proof: string
  readonly not: string
  readonly maybe: string
  readonly fix: string
  readonly next: string
  readonly seen: string
  readonly read: string
  /** Names of what follows the blocks. */
  readonly also: string
  readonly warning: string
  readonly problem: string
  readonly clock: string
  /** After a name that introduces something. */
  readonly colon: string
  readonly comma: string
  readonly semicolon: string
  /** Between names of equal rank. */
  readonly enumeration: string
  readonly party: Readonly<Record<ResetBy, string>>
  readonly resetBy: Readonly<Record<ResetBy, string>>
  readonly family: Readonly<Record<Family, string>>
  readonly inputKind: Readonly<Record<InputKind, string>>
  readonly warningKind: Readonly<Record<Warning['kind'], string>>
  /** What a log said, by core's word for it; other words are shown as they are. */
  readonly logWord: Readonly<Record<string, string>>
  readonly sentTheResets: string
  readonly sentByMiddlebox: string
  readonly resets: string
  readonly collections: string
  readonly evidence: string
  /** Several endpoints as core joins them: `10.0.0.1 and 41 others`. */
  readonly endpoints: (endpoints: string) => string
  /** A remark after a word. */
  readonly remark: (text: string) => string
  readonly confidence: (share: number) => string
  readonly percent: (share: number) => string
  readonly atMost: (share: number) => string
  readonly logged: (words: readonly { readonly count: number; readonly word: string }[]) => string
  readonly trigger: (t: {
    bursts: number
    matched: number
    of: number
    withinMs: number
    expectedByChance: number
    pValue: number
  }) => string
  readonly connections: (n: number) => string
  readonly records: (kind: InputKind, n: number) => string
  readonly summary: (s: {
    connections: number
    durationSeconds: number
    reset: number
    gracefullyClosed: number
    open: number
    refused: number
    packets: number
  }) => string
  readonly incidentsOmitted: (n: number) => string
  readonly growth: (perMinute: number) => string
  readonly oldest: (seconds: number) => string
  readonly frame: (n: number) => string
  readonly line: (n: number) => string
  readonly row: (n: number) => string
  readonly byte: (n: number) => string
  readonly notGiven: (kinds: readonly string[]) => string
  readonly furtherFindings: (n: number) => string
  readonly more: (n: number) => string
}
