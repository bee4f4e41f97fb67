import { assign } from './bind.ts'
import { callResults } from './calls.ts'
import { captured } from './captured.ts'
import type { Code, FunctionCode, Origin } from './code.ts'
import { looped, switched } from './loops.ts'
import { isLeaving, localsOf, pathTo } from './names.ts'
import { others, valueOf, type Result, type Value } from './result.ts'
import { deferred, scopedStates, tried } from './scopes.ts'
import { leave, merge, mergeExits, type Exit, type State } from './state.ts'
import { tested } from './tests.ts'
import { use } from './use.ts'
import { MAX_STATES, type Walker, type WalkOptions } from './walker.ts'

/** Steps of one walk. Past them the function is too tangled to say anything. */
const MAX_STEPS = 120_000

/** The function is too tangled to say anything of it. */
export class TooTangled extends Error {
  override readonly name = 'TooTangled'
}

/** Follows the thing through a function: every way out of it, and in which state. */
export function walk(code: FunctionCode, start: readonly State[], options: WalkOptions): Exit[] {
  return new Walk(code, options).run(start)
}

/** A class, because a walk has state for as long as it lasts: the exits found so far, the steps left. */
class Walk implements Walker {
  readonly options: WalkOptions
  readonly locals: ReadonlySet<string>
  exits: Exit[] = []
  readonly #code: FunctionCode
  /** Where the opening is; absent where the thing is there from the start. */
  readonly #path: ReadonlySet<Code> | undefined
  /** Where `return` goes inside of a function that is run in place. */
  #returned: Result[] | undefined
  #steps = 0

  constructor(code: FunctionCode, options: WalkOptions) {
    this.options = options
    this.locals = localsOf(code)
    this.#code = code
    this.#path = options.openedBy === undefined ? undefined : pathTo(code.body, options.openedBy)
  }

  run(start: readonly State[]): Exit[] {
    const ends = this.#body(this.#code, start)
    return mergeExits([...this.exits, ...ends.map((state): Exit => ({ kind: 'end', state }))])
  }

  all(code: Code, states: readonly State[]): State[] {
    const [only] = states
    if (states.length === 1 && only !== undefined) {
      const results = this.value(code, only)
      return results.length === 1 ? results.map(stateOf) : merge(results.map(stateOf), MAX_STATES)
    }
    return merge(
      states.flatMap((state) => this.value(code, state).map(stateOf)),
      MAX_STATES,
    )
  }

  value(code: Code, state: State): Result[] {
    if (state.status === 'none' && this.#path?.has(code) === false) return this.#passed(code, state)
    const results = this.#evaluate(code, state)
    this.#steps += 1 + results.length
    if (this.#steps > MAX_STEPS) throw new TooTangled()
    return results.length > MAX_STATES ? fewer(results) : results
  }

  sequence(items: readonly Code[], states: readonly State[]): State[] {
    let current = [...states]
    for (const item of items) {
      current = this.all(item, current)
      if (current.length === 0) break
    }
    return current
  }

  items(items: readonly Code[], state: State): { readonly state: State; readonly values: Value[] }[] {
    let ways: { state: State; values: Value[] }[] = [{ state, values: [] }]
    for (const item of items)
      ways = ways.flatMap((way) =>
        this.value(item, way.state).map((result) => ({
          state: result.state,
          values: [...way.values, result.value],
        })),
      )
    return ways
  }

  inPlace(code: FunctionCode, states: readonly State[]): Result[] {
    if (code.isExpression) return states.flatMap((state) => this.value(code.body, state))
    const outer = this.#returned
    const returned: Result[] = []
    this.#returned = returned
    const ends = this.all(code.body, states)
    this.#returned = outer
    return [...returned, ...others(ends)]
  }

  mayThrow(state: State): void {
    if (this.options.hasExceptions) this.exits.push({ kind: 'throw', state: { ...state, isImplicit: true } })
  }

  /** States behind the body; `return` and `throw` go to the exits. */
  #body({ body, isExpression, at }: FunctionCode, states: readonly State[]): State[] {
    if (!isExpression) return this.all(body, states)
    for (const state of states) for (const result of this.value(body, state)) this.#return(result, at)
    return []
  }

  #return(result: Result, at: Origin): void {
    if (this.#returned !== undefined) {
      this.#returned.push(result)
      return
    }
    const { state, value } = result
    const left: State =
      value === 'other'
        ? state
        : {
            ...state,
            status: leave(state),
            ...(value === 'thing' && leave(state) !== state.status ? { isReturned: true } : {}),
          }
    this.exits.push({ kind: 'return', state: left, line: at.line })
  }

  /** `return response, nil`: the caller takes the first apart from the error. */
  #returnedBy(code: Code, state: State): Result[] {
    if (code.kind !== 'pack' || !isWithError(code.items)) return this.value(code, state)
    return this.items(code.items, state).flatMap(({ state: after, values }): Result[] => {
      const [first] = values
      return first === 'thing' ? [{ state: after, value: first }] : this.value(code, state)
    })
  }

  /** Nothing is open and nothing is opened here: what matters is which guards were passed. */
  #passed(code: Code, state: State): Result[] {
    if (code.kind === 'sequence')
      return others(
        code.items.reduce(
          (states, item) => states.flatMap((way) => this.value(item, way).map(stateOf)),
          [state],
        ),
      )
    if (code.kind !== 'branch') return [{ state, value: 'other' }]
    const isYesOver = isLeaving(code.whenTrue)
    const isNoOver = isLeaving(code.whenFalse)
    if (isYesOver === isNoOver) return [{ state, value: 'other' }]
    const { yes, no } = tested(this, code.test, [state])
    return others(isYesOver ? no : yes)
  }

  #evaluate(code: Code, state: State): Result[] {
    switch (code.kind) {
      case 'name':
        return [{ state, value: valueOf(code.name, state) }]
      case 'text':
      case 'null':
        return [{ state, value: 'other' }]
      case 'member':
        return this.value(code.object, state).map((object) =>
          object.value === 'thing'
            ? use(this, object.state, code.name)
            : { state: object.state, value: 'other' },
        )
      case 'call':
        return callResults(this, code, state)
      case 'assign':
        return assign(this, code.target, code.value, state)
      case 'pack':
        return this.items(code.items, state).map(({ state: after, values }) => ({
          state: after,
          value: values.every((value) => value === 'other') ? 'other' : 'carrier',
        }))
      case 'sequence': {
        const last = code.hasValue === true ? code.items.at(-1) : undefined
        if (last === undefined) return others(this.sequence(code.items, [state]))
        const before = this.sequence(code.items.slice(0, -1), [state])
        return before.flatMap((way) => this.value(last, way))
      }
      case 'either':
        return this.value(code.left, state).flatMap((left): Result[] =>
          left.value === 'thing' ? [left] : [left, ...this.value(code.right, left.state)],
        )
      case 'branch': {
        const { yes, no } = tested(this, code.test, [state])
        return [
          ...yes.flatMap((way) => this.value(code.whenTrue, way)),
          ...no.flatMap((way) => this.value(code.whenFalse, way)),
        ]
      }
      case 'loop':
        return others(looped(this, code, state))
      case 'switch':
        return switched(this, code, state)
      case 'try':
        return others(tried(this, code, state))
      case 'scoped':
        return others(scopedStates(this, code, state))
      case 'return':
        if (code.value === undefined) this.#return({ state, value: 'other' }, code.at)
        else for (const result of this.#returnedBy(code.value, state)) this.#return(result, code.at)
        return []
      case 'throw':
        for (const after of code.value === undefined ? [state] : this.#thrown(code.value, state))
          this.exits.push({ kind: 'throw', state: after, line: code.at.line })
        return []
      case 'break':
      case 'continue':
        this.exits.push({ kind: code.kind, state })
        return []
      case 'function':
        return [{ state: captured(this, code, state), value: 'other' }]
      case 'defer':
        return others(deferred(this, code.call, state))
    }
  }

  /** An error that holds the thing takes it along, to wherever it is caught. */
  #thrown(value: Code, state: State): State[] {
    return this.value(value, state).map((result) =>
      result.value === 'other' ? result.state : { ...result.state, status: leave(result.state) },
    )
  }
}

function stateOf({ state }: Result): State {
  return state
}

function fewer(results: readonly Result[]): Result[] {
  const values: readonly Value[] = ['thing', 'carrier', 'other']
  return values.flatMap((value) =>
    merge(results.filter((result) => result.value === value).map(stateOf), MAX_STATES).map((state) => ({
      state,
      value,
    })),
  )
}

/** Go's way to say how it went: the last of several values. */
function isWithError(items: readonly Code[]): boolean {
  const last = items.at(-1)
  return items.length > 1 && (last?.kind === 'null' || (last?.kind === 'name' && /^err/i.test(last.name)))
}
