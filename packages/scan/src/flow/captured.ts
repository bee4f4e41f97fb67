import { bind } from './bind.ts'
import type { FunctionCode } from './code.ts'
import { namesIn } from './names.ts'
import { leave, type State } from './state.ts'
import type { Walker } from './walker.ts'

/** A function that is defined here and knows the thing by name: it runs some time, and does what it says. */
export function captured(walk: Walker, code: FunctionCode, state: State): State {
  const known = [...state.names, ...state.carriers]
  if (state.status === 'none' || known.length === 0) return state
  const names = namesIn(code)
  if (!known.some((name) => names.has(name))) return state
  const outer = walk.exits
  walk.exits = []
  const inside = code.parameters.reduce(
    (before, parameter) => bind(walk, parameter, { state: before, value: 'other' })[0] ?? before,
    state,
  )
  const results = walk.inPlace(code, [inside])
  const statuses = [
    ...results.map(({ value, state: after }) => (value === 'other' ? after.status : leave(after))),
    ...walk.exits.map((exit) => exit.state.status),
  ]
  walk.exits = outer
  const found = (['escaped', 'kept', 'ended'] as const).find((status) => statuses.includes(status))
  return found === undefined ? state : { ...state, status: found === 'kept' ? 'escaped' : found }
}
