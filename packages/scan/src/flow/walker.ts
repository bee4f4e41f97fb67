import type { FlowQuestion } from '../rule.ts'
import type { Call, Code, FunctionCode } from './code.ts'
import type { Result, Value } from './result.ts'
import type { Exit, State } from './state.ts'

/** What a helper does with the argument that is the thing. */
export type HelperAnswer = 'ends' | 'looks' | 'gives-back' | 'escapes'

/** Instead of an argument's number: what a function is called on. */
export const RECEIVER = -1

export interface WalkOptions {
  readonly question: FlowQuestion
  /** Id of the expression whose value is the thing. */
  readonly openedBy?: number
  readonly hasExceptions: boolean
  /** A callee as it is written, in full, where the file imports what it is called by. */
  readonly fullName?: (written: string) => string
  /** Answers for a function of the same project; undefined where it is not known. */
  readonly askHelper?: (call: Call, argument: number) => HelperAnswer | undefined
}

/** States at one place; more than these are merged, and what told them apart is forgotten. */
export const MAX_STATES = 48

/** A walk through a function as its parts see it: each construct of the languages has its own file beside this one. */
export interface Walker {
  readonly options: WalkOptions
  /** Variables that the function declares. */
  readonly locals: ReadonlySet<string>
  /** The ways out that were found so far; a construct may catch those of what stands in it. */
  exits: Exit[]
  value(code: Code, state: State): Result[]
  /** The states behind the code, whatever its value. */
  all(code: Code, states: readonly State[]): State[]
  sequence(items: readonly Code[], states: readonly State[]): State[]
  items(items: readonly Code[], state: State): readonly { readonly state: State; readonly values: Value[] }[]
  /** Runs a function where it stands: what it returns is a result, not a way out. */
  inPlace(code: FunctionCode, states: readonly State[]): Result[]
  mayThrow(state: State): void
}
