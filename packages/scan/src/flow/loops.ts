import { bind } from './bind.ts'
import type { Code } from './code.ts'
import { others, type Result } from './result.ts'
import { end, merge, mergeExits, sortExits, withoutFacts, type Exit, type State } from './state.ts'
import { tested } from './tests.ts'
import { MAX_STATES, type Walker } from './walker.ts'

/** Loops are gone through so often; a third time shows nothing new. */
const ROUNDS = 2

type Loop = Code & { readonly kind: 'loop' }

export function looped(walk: Walker, code: Loop, state: State): State[] {
  const out: State[] = []
  let states: State[] = [state]
  if (code.over !== undefined)
    // `for await (const chunk of response.body)` reads it.
    states = walk
      .value(code.over, state)
      .map((result) =>
        result.value === 'thing' ? { ...result.state, status: end(result.state) } : result.state,
      )
  for (let round = 0; round < ROUNDS && states.length > 0; round++) {
    const entered = code.isBodyFirst && round === 0 ? states : enter(walk, code, states, out)
    const outer = walk.exits
    walk.exits = []
    const ends = walk.all(code.body, entered)
    const { breaks, continues, others: kept } = sortExits(walk.exits)
    walk.exits = mergeExits([...outer, ...kept])
    out.push(...breaks)
    states = merge([...ends, ...continues], MAX_STATES).map(withoutFacts)
  }
  if (!code.isEndless) out.push(...(code.test === undefined ? states : tested(walk, code.test, states).no))
  return merge(out, MAX_STATES)
}

/** What goes into the body; what does not goes to `out`. */
function enter(
  walk: Walker,
  { test, isEndless, into }: Loop,
  states: readonly State[],
  out: State[],
): State[] {
  let entered = [...states]
  if (test !== undefined) {
    const { yes, no } = tested(walk, test, states)
    if (!isEndless) out.push(...no)
    entered = yes
  } else if (!isEndless) out.push(...states)
  return into === undefined
    ? entered
    : entered.flatMap((state) => bind(walk, into, { state, value: 'other' }))
}

export function switched(walk: Walker, code: Code & { readonly kind: 'switch' }, state: State): Result[] {
  const states = walk.all(code.subject, [state])
  const outer = walk.exits
  walk.exits = []
  const results = code.cases.flatMap((one) => states.flatMap((way) => walk.value(one, way)))
  const { breaks, continues, others: kept } = sortExits(walk.exits)
  walk.exits = [...outer, ...kept, ...continues.map((after): Exit => ({ kind: 'continue', state: after }))]
  return [...results, ...others(breaks), ...(code.hasDefault ? [] : others(states))]
}
