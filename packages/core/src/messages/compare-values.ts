import type { Change, MatchedBy, SideName } from '../compare/comparison.ts'
import type { CauseId, InputKind, Warning } from '../diagnosis.ts'

/** Why one side cannot show what the other one has. */
export type Lack = 'packets' | 'connections' | 'service' | 'socket-table' | 'second-socket-table' | 'app-log'

/** One cause before and after; counts that could not be looked for are absent. */
export interface CompareCauseValues {
  readonly cause: CauseId
  readonly causeAfter?: CauseId
  readonly change: Change
  readonly trend?: 'higher' | 'lower' | 'same'
  readonly before?: number
  readonly beforeOf?: number
  readonly after?: number
  readonly afterOf?: number
  /** What the chance was counted in. */
  readonly burstsBefore?: number
  readonly burstsAfter?: number
  readonly couldBeChance: boolean
  readonly pValue?: number
  readonly tellCollections?: number
  readonly tellMinutes?: number
  readonly tellConnections?: number
  /** Of what cannot be compared: which side lacks what. */
  readonly side?: SideName
  readonly lack?: Lack
}

export interface CompareWarningValues {
  readonly kind: Warning['kind']
  readonly change: Change
  readonly before?: number
  readonly after?: number
  readonly couldBeChance: boolean
  readonly tellMinutes?: number
  readonly side?: SideName
  readonly lack?: Lack
}

/** How connections to one service came and went. */
export interface CompareServiceValues {
  readonly server: string
  readonly before: number
  readonly after: number
  readonly beforePerMinute?: number
  readonly afterPerMinute?: number
  readonly beforeMedianSeconds?: number
  readonly afterMedianSeconds?: number
}

/** What became of CLOSE_WAIT, all peers together; without any on either side nothing is said. */
export interface CloseWaitValues {
  readonly closeWait?: Change
  readonly closeWaitBefore?: number
  readonly closeWaitAfter?: number
  readonly closeWaitChance?: boolean
  readonly closeWaitTellMinutes?: number
  readonly closeWaitSide?: SideName
  readonly closeWaitLack?: Lack
}

/** Sentences of a comparison. */
export interface CompareMessageValues {
  readonly 'compare-verdict-no-causes': CloseWaitValues & {
    readonly beforeOf: number
    readonly afterOf: number
  }
  readonly 'compare-verdict-nothing': CloseWaitValues & { readonly side: SideName; readonly lack: Lack }
  readonly 'compare-verdict': CompareCauseValues &
    CloseWaitValues & {
      /** The other causes, most important first: `new connection-refused, gone unknown`. */
      readonly also: string
    }
  readonly 'compare-cause': CompareCauseValues
  readonly 'compare-warning': CompareWarningValues
  readonly 'compare-service': CompareServiceValues
  readonly 'compare-note-lack': { readonly side: SideName; readonly lack: Lack }
  readonly 'compare-note-matched': { readonly matchedBy: MatchedBy; readonly count: number }
  readonly 'compare-note-load': {
    readonly before: number
    readonly after: number
    readonly pValue: number
  }
  readonly 'compare-note-evidence': { readonly side: SideName; readonly evidence: InputKind }
  readonly 'compare-note-log-only': { readonly side: SideName; readonly events: number }
  readonly 'compare-note-interrupted': { readonly side: SideName }
  readonly 'compare-note-omitted': { readonly side: SideName; readonly resets: number }
  readonly 'compare-note-damaged': { readonly side: SideName; readonly inputs: number }
}
