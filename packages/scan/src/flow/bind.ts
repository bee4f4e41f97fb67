import type { Code, Target } from './code.ts'
import type { Result, Value } from './result.ts'
import { forget, learn, leave, nullText, type State } from './state.ts'
import { use } from './use.ts'
import type { Walker } from './walker.ts'

export function assign(walk: Walker, target: Target, value: Code, state: State): Result[] {
  return walk
    .value(value, state)
    .flatMap((result) =>
      bind(walk, target, result, value).map((after) => ({ state: after, value: result.value })),
    )
}

/** Puts a value where an assignment, a parameter or a pattern puts it. */
export function bind(walk: Walker, target: Target, { state, value }: Result, code?: Code): State[] {
  switch (target.kind) {
    case 'name': {
      const after = forget(state, target.name)
      if (value === 'other')
        return [code?.kind === 'null' ? learn(after, nullText(target.name), true) : after]
      // Thrown away.
      if (target.name === '_') return [after]
      if (!walk.locals.has(target.name)) return [{ ...after, status: leave(after) }]
      return [holding(after, target.name, value)]
    }
    case 'members':
      return [
        target.entries.reduce((before, { member, target: into }) => {
          const used = value === 'thing' ? use(walk, before, member) : OTHER(before)
          return bind(walk, into, used)[0] ?? used.state
        }, state),
      ]
    case 'tuple': {
      // `response, err := …`: where there is a response there is no error.
      const [first, ...rest] = target.items
      if (first === undefined) return [state]
      let after = bind(walk, first, { state, value })[0] ?? state
      for (const other of rest) {
        after = bind(walk, other, OTHER(after))[0] ?? after
        if (value === 'thing' && other.kind === 'name') after = learn(after, nullText(other.name), true)
      }
      return [after]
    }
    case 'outside':
      return value === 'other' ? [state] : [{ ...state, status: leave(state) }]
  }
}

const OTHER = (state: State): Result => ({ state, value: 'other' })

function holding(state: State, name: string, value: Exclude<Value, 'other'>): State {
  return value === 'thing'
    ? { ...state, names: [...state.names, name] }
    : { ...state, carriers: [...state.carriers, name] }
}
