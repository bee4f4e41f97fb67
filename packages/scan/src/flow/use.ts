import type { Call } from './code.ts'
import { hasMember } from './members.ts'
import type { Result } from './result.ts'
import { end, leave, type State } from './state.ts'
import type { Walker } from './walker.ts'

/** A member of the thing, called or not. */
export function use({ options }: Walker, before: State, name: string, call?: Call): Result {
  const { ends, looks, derives, opensOn } = options.question
  if (hasMember(ends, name, call)) return { state: { ...before, status: end(before) }, value: 'other' }
  if (hasMember(opensOn, name, call)) {
    const state: State =
      before.status === 'waiting' ? { ...before, status: 'open', openedAt: call?.at.line ?? 0 } : before
    return { state, value: 'other' }
  }
  if (hasMember(derives, name, call)) return { state: before, value: 'thing' }
  if (looks === 'all' || hasMember(looks, name, call)) return { state: before, value: 'other' }
  return { state: { ...before, status: leave(before) }, value: 'other' }
}
