/** What runs whatever happens: `try` with its handlers and `finally`, `with`, `using`, `defer`. */
import { bind } from './bind.ts'
import type { Code, Try } from './code.ts'
import { end, merge, mergeExits, type Exit, type State } from './state.ts'
import { MAX_STATES, type Walker } from './walker.ts'

export function tried(walk: Walker, code: Try, state: State): State[] {
  const outer = walk.exits
  walk.exits = []
  let ends = walk.all(code.body, [state])
  if (code.otherwise !== undefined) ends = walk.all(code.otherwise, ends)
  let exits = mergeExits(walk.exits)
  if (code.handlers.length > 0) {
    const thrown = exits.filter((exit) => exit.kind === 'throw')
    const caught = merge(
      thrown.map((exit) => exit.state),
      MAX_STATES,
    )
    const isPast = (exit: Exit): boolean =>
      exit.kind !== 'throw' || (!code.catchesAll && exit.state.isImplicit)
    walk.exits = exits.filter(isPast)
    ends = [...ends, ...code.handlers.flatMap((handler) => walk.all(handler, caught))]
    exits = mergeExits(walk.exits)
  }
  if (code.finally === undefined) {
    walk.exits = mergeExits([...outer, ...exits])
    return merge(ends, MAX_STATES)
  }
  return lastly(walk, code.finally, { outer, exits, ends })
}

/** `finally` runs on every way out of the body. */
function lastly(
  walk: Walker,
  last: Code,
  { outer, exits, ends }: { readonly outer: Exit[]; readonly exits: Exit[]; readonly ends: State[] },
): State[] {
  walk.exits = []
  const left = exits.flatMap((exit) =>
    exit.kind === 'lost' ? [exit] : walk.all(last, [exit.state]).map((after) => ({ ...exit, state: after })),
  )
  const after = walk.all(last, merge(ends, MAX_STATES))
  walk.exits = mergeExits([...outer, ...left, ...walk.exits])
  return after
}

export function scopedStates(walk: Walker, code: Code & { readonly kind: 'scoped' }, state: State): State[] {
  const { target } = code
  const states = walk.value(code.value, state).flatMap((result) => {
    const bound = target === undefined ? [result.state] : bind(walk, target, result, code.value)
    return result.value === 'thing' ? bound.map((after) => ({ ...after, status: end(after) })) : bound
  })
  return walk.all(code.body, states)
}

/** What is deferred runs at every end; that it runs later makes no difference to who ends the thing. */
export function deferred(walk: Walker, call: Code, state: State): State[] {
  const states = walk.all(call, [state])
  return walk.options.hasExceptions
    ? states
    : states.map((after) => ({ ...after, isImplicit: state.isImplicit }))
}
