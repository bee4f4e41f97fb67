import type { FlowQuestion, Outcome } from '../rule.ts'
import type { Call, FunctionCode } from './code.ts'
import { START, type Exit } from './state.ts'
import { TooTangled, walk } from './walk.ts'
import type { HelperAnswer } from './walker.ts'

/** What becomes of the thing in the function that opens it. */
export interface Fate {
  /** Absent when it is ended or given away on all ways. */
  readonly outcome?: Exclude<Outcome, 'always'>
  /** 0-based line of the `return` or `throw` that leaves it open. */
  readonly leavesAt?: number
  /** 0-based line of the member that opened it, where that is not the match itself. */
  readonly opensAt?: number
  /** The collection that it is put into. */
  readonly into?: string
  /** Some way gives it back to the caller: the function is itself an opening. */
  readonly isReturned: boolean
  /** Something in between lets it go to where nobody looked. */
  readonly isEscaping: boolean
}

export interface Opening {
  readonly code: FunctionCode
  /** Id of the expression that opens it; or the parameter that holds it from the start. */
  readonly openedBy?: number
  readonly parameter?: string
}

export interface FollowOptions {
  readonly question: FlowQuestion
  readonly hasExceptions: boolean
  readonly fullName?: (written: string) => string
  readonly askHelper?: (call: Call, argument: number) => HelperAnswer | undefined
}

/** Follows what is opened to all ends of the function. Undefined where the function is too tangled for that. */
export function follow({ code, openedBy, parameter }: Opening, options: FollowOptions): Fate | undefined {
  const start =
    parameter === undefined
      ? START
      : {
          ...START,
          status: options.question.opensOn === undefined ? ('open' as const) : ('waiting' as const),
          names: [parameter],
        }
  try {
    const exits = walk(code, [start], { ...options, ...(openedBy === undefined ? {} : { openedBy }) })
    return fateOf(exits)
  } catch (error) {
    if (error instanceof TooTangled) return undefined
    throw error
  }
}

/** What a helper does with one of its parameters. */
export function helperAnswer(code: FunctionCode, parameter: string, options: FollowOptions): HelperAnswer {
  const { question, hasExceptions } = options
  const exits = exitsOf(code, parameter, { question, hasExceptions })
  if (exits === undefined) return 'escapes'
  const spoken = exits.filter(({ state }) => !state.isImplicit)
  if (spoken.length === 0) return 'escapes'
  if (spoken.every(({ state }) => state.status === 'ended')) return 'ends'
  const returned = spoken.filter(({ state }) => state.isReturned === true)
  if (returned.length > 0 && spoken.every((exit) => exit.kind === 'throw' || returned.includes(exit)))
    return 'gives-back'
  return spoken.every(({ state }) => state.status === 'open' || state.status === 'waiting')
    ? 'looks'
    : 'escapes'
}

function exitsOf(code: FunctionCode, parameter: string, options: FollowOptions): Exit[] | undefined {
  try {
    return walk(code, [{ ...START, status: 'open', names: [parameter] }], options)
  } catch (error) {
    if (error instanceof TooTangled) return undefined
    throw error
  }
}

function fateOf(exits: readonly Exit[]): Fate {
  const seen = exits.filter(({ state }) => state.status !== 'none')
  const open = seen.filter(({ state }) => state.status === 'open')
  const spoken = open.filter(({ state }) => !state.isImplicit)
  const over = seen.filter(({ state }) => state.status === 'ended' || state.status === 'escaped')
  const kept = seen.find(({ state }) => state.status === 'kept')
  const leak = spoken.find(({ line }) => line !== undefined) ?? spoken[0] ?? open[0]
  const opensAt = leak?.state.openedAt
  const isEscaping = over.some(({ state }) => state.status === 'escaped')
  const fate = {
    isEscaping,
    isReturned: over.some(({ state }) => state.isReturned === true),
    ...(opensAt === undefined ? {} : { opensAt }),
  }
  if (spoken.length > 0)
    return over.length === 0 && kept === undefined
      ? { ...fate, outcome: 'never' }
      : { ...fate, outcome: 'some-path', ...(leak?.line === undefined ? {} : { leavesAt: leak.line }) }
  if (kept?.state.into !== undefined && over.length === 0)
    return { ...fate, outcome: 'collected', into: kept.state.into }
  // Somebody means to end it, and an exception comes between; what is returned is the caller's to end.
  const isEnded = over.some(({ state }) => state.status === 'ended') && !fate.isReturned
  return open.length > 0 && isEnded ? { ...fate, outcome: 'exception' } : fate
}
