import type { CauseId, ResetBy, Warning } from '@whyreset/core'

/** One finding that a perfect diagnosis of the recording would have. */
export interface TrueFinding {
  readonly cause: CauseId
  readonly resetBy: ResetBy
  /** As the scenario's own programs counted them. */
  readonly connections: number
}

/** `truth.json`: what really happened in a recorded scenario. Empty findings are a healthy run. */
export interface Truth {
  readonly case: string
  readonly explain: string
  readonly findings: readonly TrueFinding[]
  /** What piles up though nothing is reset; absent where nothing does, or where findings say more. */
  readonly warnings?: readonly Warning['kind'][]
}
