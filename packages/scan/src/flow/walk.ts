import type { FlowQuestion } from '../rule.ts'
import { type Call, type Code, type FunctionCode, type Target, type Test, type Try } from './code.ts'
import { hasCallee, hasMember } from './members.ts'
import { localsOf, namesIn } from './names.ts'
import { forget, isOpen, merge, mergeExits, START, type Exit, type State } from './state.ts'

/** What an expression gave on one way: the thing itself, something that holds it, or nothing of interest. */
interface Result {
  readonly state: State
  readonly value: Value
}
type Value = 'thing' | 'carrier' | 'other'

/** What a helper does with the argument that is the thing. */
export type HelperAnswer = 'ends' | 'looks' | 'gives-back' | 'escapes'

export interface WalkOptions {
  readonly question: FlowQuestion
  /** Id of the expression whose value is the thing. */
  readonly openedBy?: number
  readonly hasExceptions: boolean
  /** Answers for a function of the same project; undefined where it is not known. */
  readonly askHelper?: (call: Call, argument: number) => HelperAnswer | undefined
}

/** States at one place; more than these are merged, and what told them apart is forgotten. */
const MAX_STATES = 48
/** Steps of one walk. Past them the function is too tangled to say anything. */
const MAX_STEPS = 60_000
/** Loops are gone through so often; a third time shows nothing new. */
const ROUNDS = 2

/** The function is too tangled to say anything of it. */
export class TooTangled extends Error {
  override readonly name = 'TooTangled'
}

/** Follows the thing through a function: every way out of it, and in which state. */
export function walk(code: FunctionCode, start: readonly State[], options: WalkOptions): Exit[] {
  return new Walk(code, options).run(start)
}

/** A class, because a walk has state for as long as it lasts: the exits found so far, the steps left. */
class Walk {
  readonly #code: FunctionCode
  readonly #options: WalkOptions
  readonly #question: FlowQuestion
  readonly #locals: ReadonlySet<string>
  #exits: Exit[] = []
  /** Where `return` goes inside of a function that is run in place. */
  #returned: Result[] | undefined
  #steps = 0

  constructor(code: FunctionCode, options: WalkOptions) {
    this.#code = code
    this.#options = options
    this.#question = options.question
    this.#locals = localsOf(code)
  }

  run(start: readonly State[]): Exit[] {
    const ends = this.#body(this.#code, start)
    return mergeExits([...this.#exits, ...ends.map((state): Exit => ({ kind: 'end', state }))])
  }

  /** States behind the body; `return` and `throw` go to the exits. */
  #body({ body, isExpression, line }: FunctionCode, states: readonly State[]): State[] {
    if (!isExpression) return this.#all(body, states)
    for (const state of states) for (const result of this.#value(body, state)) this.#return(result, line)
    return []
  }

  #return(result: Result, line: number): void {
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
    this.#exits.push({ kind: 'return', state: left, line })
  }

  #all(code: Code, states: readonly State[]): State[] {
    return merge(
      states.flatMap((state) => this.#value(code, state).map((result) => result.state)),
      MAX_STATES,
    )
  }

  #value(code: Code, state: State): Result[] {
    if (++this.#steps > MAX_STEPS) throw new TooTangled()
    const results = this.#evaluate(code, state)
    return results.length > MAX_STATES ? this.#fewer(results) : results
  }

  #fewer(results: readonly Result[]): Result[] {
    const values: readonly Value[] = ['thing', 'carrier', 'other']
    return values.flatMap((value) =>
      merge(
        results.filter((result) => result.value === value).map((result) => result.state),
        MAX_STATES,
      ).map((state) => ({ state, value })),
    )
  }

  #evaluate(code: Code, state: State): Result[] {
    switch (code.kind) {
      case 'name':
        return [{ state, value: valueOf(code.name, state) }]
      case 'text':
      case 'null':
        return [{ state, value: 'other' }]
      case 'member':
        return this.#member(code, state)
      case 'call':
        return this.#call(code, state)
      case 'assign':
        return this.#assign(code.target, code.value, state)
      case 'pack':
        return this.#items(code.items, state).map(({ state: after, values }) => ({
          state: after,
          value: values.every((value) => value === 'other') ? 'other' : 'carrier',
        }))
      case 'sequence': {
        const last = code.hasValue === true ? code.items.at(-1) : undefined
        if (last === undefined) return others(this.#sequence(code.items, [state]))
        const before = this.#sequence(code.items.slice(0, -1), [state])
        return before.flatMap((way) => this.#value(last, way))
      }
      case 'either':
        return this.#value(code.left, state).flatMap((left): Result[] =>
          left.value === 'thing' ? [left] : [left, ...this.#value(code.right, left.state)],
        )
      case 'branch': {
        const { yes, no } = this.#test(code.test, [state])
        return [
          ...yes.flatMap((way) => this.#value(code.whenTrue, way)),
          ...no.flatMap((way) => this.#value(code.whenFalse, way)),
        ]
      }
      case 'loop':
        return others(this.#loop(code, state))
      case 'switch':
        return this.#switch(code, state)
      case 'try':
        return others(this.#try(code, state))
      case 'scoped':
        return others(this.#scoped(code, state))
      case 'return':
        if (code.value === undefined) this.#return({ state, value: 'other' }, code.line)
        else for (const result of this.#value(code.value, state)) this.#return(result, code.line)
        return []
      case 'throw':
        for (const after of code.value === undefined ? [state] : this.#thrown(code.value, state))
          this.#exits.push({ kind: 'throw', state: after, line: code.line })
        return []
      case 'break':
      case 'continue':
        this.#exits.push({ kind: code.kind, state })
        return []
      case 'function':
        return [{ state: this.#captured(code, state), value: 'other' }]
      case 'defer':
        return others(this.#deferred(code.call, state))
    }
  }

  /** An error that holds the thing takes it along, to wherever it is caught. */
  #thrown(value: Code, state: State): State[] {
    return this.#value(value, state).map((result) =>
      result.value === 'other' ? result.state : { ...result.state, status: leave(result.state) },
    )
  }

  #sequence(items: readonly Code[], states: readonly State[]): State[] {
    let current = [...states]
    for (const item of items) {
      current = this.#all(item, current)
      if (current.length === 0) break
    }
    return current
  }

  #items(items: readonly Code[], state: State): { readonly state: State; readonly values: Value[] }[] {
    let ways: { state: State; values: Value[] }[] = [{ state, values: [] }]
    for (const item of items)
      ways = ways.flatMap((way) =>
        this.#value(item, way.state).map((result) => ({
          state: result.state,
          values: [...way.values, result.value],
        })),
      )
    return ways
  }

  #member(code: Code & { readonly kind: 'member' }, state: State): Result[] {
    return this.#value(code.object, state).map((object) => {
      if (this.#options.openedBy === code.id) return { state: this.#open(object.state), value: 'thing' }
      if (object.value !== 'thing') return { state: object.state, value: 'other' }
      return this.#use(object.state, code.name)
    })
  }

  /** A member of the thing, called or not. */
  #use(before: State, name: string, call?: Call): Result {
    const { ends, looks, derives, opensOn } = this.#question
    if (hasMember(ends, name, call)) return { state: { ...before, status: end(before) }, value: 'other' }
    if (hasMember(opensOn, name, call)) {
      const state: State =
        before.status === 'waiting' ? { ...before, status: 'open', openedAt: call?.line ?? 0 } : before
      return { state, value: 'other' }
    }
    if (hasMember(derives, name, call)) return { state: before, value: 'thing' }
    if (looks === 'all' || hasMember(looks, name, call)) return { state: before, value: 'other' }
    return { state: { ...before, status: leave(before) }, value: 'other' }
  }

  #call(call: Call, state: State): Result[] {
    const { callee } = call
    if (callee.kind === 'function') return this.#immediately(callee, call, state)
    if (callee.kind === 'member')
      return this.#value(callee.object, state).flatMap((object) =>
        object.value === 'thing' && this.#options.openedBy !== callee.id
          ? this.#method(call, callee.name, object.state)
          : this.#function(call, object.state),
      )
    if (callee.kind === 'name') return this.#function(call, state)
    return this.#value(callee, state).flatMap((result) => this.#function(call, result.state))
  }

  /** `thing.name(…)`. */
  #method(call: Call, name: string, state: State): Result[] {
    const [first, ...rest] = call.args
    if (hasMember(this.#question.hands, name)) {
      if (first?.kind !== 'function') return [{ state: this.#pass(call, 0, state), value: 'other' }]
      return this.#handed(first, this.#sequence(rest, [state]))
    }
    return this.#items(call.args, state).flatMap(({ state: after, values }) => {
      const isGiven = values.some((value) => value !== 'other')
      const before = isGiven ? { ...after, status: leave(after) } : after
      const result = this.#use(before, name, call)
      return this.#opened(call, result)
    })
  }

  /** `name(…)`, `something.name(…)`, where `something` is not the thing. */
  #function(call: Call, state: State): Result[] {
    const { callee } = call
    const { endsElsewhere } = this.#question
    return this.#items(call.args, state).flatMap(({ state: after, values }) => {
      const given = values.findIndex((value) => value !== 'other')
      if (given !== -1) return this.#opened(call, this.#given(call, given, after, values[given]))
      if (callee.kind === 'member' && hasMember(endsElsewhere, callee.name, call))
        return [{ state: { ...after, status: end(after) }, value: 'other' as const }]
      if (isOpen(after)) this.#mayThrow(after)
      return this.#opened(call, { state: after, value: 'other' })
    })
  }

  /** The value of the call itself may be what is followed. */
  #opened(call: Call, { state, value }: Result): Result[] {
    if (this.#options.openedBy !== call.id) return [{ state, value }]
    return [{ state: this.#open(state), value: 'thing' }]
  }

  #open(state: State): State {
    if (state.status !== 'none') this.#exits.push({ kind: 'lost', state })
    const { openedAt: _opened, into: _into, isReturned: _returned, ...fresh } = state
    const status = this.#question.opensOn === undefined ? 'open' : 'waiting'
    return { ...fresh, status, names: [], carriers: [], isImplicit: false }
  }

  #given(call: Call, argument: number, state: State, value: Value | undefined): Result {
    const { endsIn, looksIn, wrapsIn } = this.#question
    const { callee } = call
    if (hasCallee(wrapsIn, callee)) return { state, value: 'thing' }
    if (hasCallee(endsIn, callee)) return { state: { ...state, status: end(state) }, value: 'other' }
    if (hasCallee(looksIn, callee)) {
      if (isOpen(state)) this.#mayThrow(state)
      return { state, value: 'other' }
    }
    if (
      callee.kind === 'member' &&
      ADDS.test(callee.name) &&
      callee.object.kind === 'name' &&
      value === 'thing' &&
      state.names.length === 0
    )
      return { state: { ...state, status: keep(state), into: callee.object.name }, value: 'other' }
    const answer = value === 'thing' ? this.#options.askHelper?.(call, argument) : undefined
    if (answer === 'looks') return { state, value: 'other' }
    if (answer === 'gives-back') return { state, value: 'thing' }
    return { state: { ...state, status: answer === 'ends' ? end(state) : leave(state) }, value: 'other' }
  }

  #pass(call: Call, argument: number, state: State): State {
    const answer = this.#options.askHelper?.(call, argument)
    if (answer === 'looks') return state
    return { ...state, status: answer === 'ends' ? end(state) : leave(state) }
  }

  /** `thing.then(value => …)`: the function runs with the thing; its value is the value of the whole. */
  #handed(code: FunctionCode, states: readonly State[]): Result[] {
    const [parameter] = code.parameters
    const inside = states.flatMap((state) =>
      parameter === undefined
        ? [{ ...state, names: [...new Set([...state.names, IMPLICIT_PARAMETER])] }]
        : this.#bind(parameter, state, 'thing'),
    )
    return this.#inPlace(code, inside)
  }

  #immediately(code: FunctionCode, call: Call, state: State): Result[] {
    return this.#inPlace(code, this.#sequence(call.args, [state]))
  }

  /** Runs a function where it stands: what it returns is a result, not a way out. */
  #inPlace(code: FunctionCode, states: readonly State[]): Result[] {
    if (code.isExpression) return states.flatMap((state) => this.#value(code.body, state))
    const outer = this.#returned
    const returned: Result[] = []
    this.#returned = returned
    const ends = this.#all(code.body, states)
    this.#returned = outer
    return [...returned, ...others(ends)]
  }

  #deferred(call: Code, state: State): State[] {
    const { hasExceptions } = this.#options
    // What is deferred runs at every end; that it runs later makes no difference to who ends the thing.
    const states = this.#all(call, [state])
    return hasExceptions ? states : states.map((after) => ({ ...after, isImplicit: state.isImplicit }))
  }

  /** A function that is defined here and knows the thing by name: it runs some time, and does what it says. */
  #captured(code: FunctionCode, state: State): State {
    if (state.status === 'none' || state.names.length + state.carriers.length === 0) return state
    const names = namesIn(code)
    if (![...state.names, ...state.carriers].some((name) => names.has(name))) return state
    const outer = this.#exits
    this.#exits = []
    const inside = code.parameters.reduce(
      (before, parameter) => this.#bind(parameter, before, 'other')[0] ?? before,
      state,
    )
    const results = this.#inPlace(code, [inside])
    const statuses = [
      ...results.map(({ value, state: after }) => (value === 'other' ? after.status : leave(after))),
      ...this.#exits.map((exit) => exit.state.status),
    ]
    this.#exits = outer
    const found = (['escaped', 'kept', 'ended'] as const).find((status) => statuses.includes(status))
    return found === undefined ? state : { ...state, status: found === 'kept' ? 'escaped' : found }
  }

  #assign(target: Target, value: Code, state: State): Result[] {
    return this.#value(value, state).flatMap((result) =>
      this.#bind(target, result.state, result.value, value).map((after) => ({
        state: after,
        value: result.value,
      })),
    )
  }

  #bind(target: Target, state: State, value: Value, code?: Code): State[] {
    switch (target.kind) {
      case 'name': {
        const after = forget(state, target.name)
        if (value === 'other')
          return [code?.kind === 'null' ? learn(after, nullText(target.name), true) : after]
        if (!this.#locals.has(target.name)) return [{ ...after, status: leave(after) }]
        return [
          value === 'thing'
            ? { ...after, names: [...after.names, target.name] }
            : { ...after, carriers: [...after.carriers, target.name] },
        ]
      }
      case 'members':
        return [
          target.entries.reduce((before, { member, target: into }) => {
            if (value !== 'thing') return this.#bind(into, before, 'other')[0] ?? before
            const used = this.#use(before, member)
            return this.#bind(into, used.state, used.value)[0] ?? used.state
          }, state),
        ]
      case 'tuple': {
        // `response, err := …`: where there is a response there is no error.
        const [first, ...rest] = target.items
        if (first === undefined) return [state]
        let after = this.#bind(first, state, value)[0] ?? state
        for (const other of rest) {
          after = this.#bind(other, after, 'other')[0] ?? after
          if (value === 'thing' && other.kind === 'name') after = learn(after, nullText(other.name), true)
        }
        return [after]
      }
      case 'outside':
        return value === 'other' ? [state] : [{ ...state, status: leave(state) }]
    }
  }

  #test(test: Test, states: readonly State[]): { yes: State[]; no: State[] } {
    switch (test.kind) {
      case 'not': {
        const { yes, no } = this.#test(test.test, states)
        return { yes: no, no: yes }
      }
      case 'and': {
        const left = this.#test(test.left, states)
        const right = this.#test(test.right, left.yes)
        return { yes: right.yes, no: merge([...left.no, ...right.no], MAX_STATES) }
      }
      case 'or': {
        const left = this.#test(test.left, states)
        const right = this.#test(test.right, left.no)
        return { yes: merge([...left.yes, ...right.yes], MAX_STATES), no: right.no }
      }
      case 'is-null': {
        const ways = states.flatMap((state) => this.#value(test.code, state))
        const things = ways.filter(({ value }) => value !== 'other').map(({ state }) => state)
        const rest = ways.filter(({ value }) => value === 'other').map(({ state }) => state)
        const key = test.code.kind === 'name' ? nullText(test.code.name) : test.text
        const { yes, no } = split(rest, key)
        return { yes, no: [...no, ...things] }
      }
      case 'other': {
        const ways = states.flatMap((state) => this.#value(test.code, state))
        const things = ways.filter(({ value }) => value !== 'other').map(({ state }) => state)
        const { yes, no } = split(
          ways.filter(({ value }) => value === 'other').map(({ state }) => state),
          test.text,
        )
        const { isYes, isNo } = withoutBody(test.text)
        return {
          yes: [...yes, ...things].map((state) => (isYes ? { ...state, status: end(state) } : state)),
          no: no.map((state) => (isNo ? { ...state, status: end(state) } : state)),
        }
      }
    }
  }

  #loop(code: Code & { readonly kind: 'loop' }, state: State): State[] {
    const out: State[] = []
    let states: State[] = [state]
    if (code.over !== undefined) {
      const over = this.#value(code.over, state)
      // `for await (const chunk of response.body)` reads it.
      states = over.map((result) =>
        result.value === 'thing' ? { ...result.state, status: end(result.state) } : result.state,
      )
    }
    for (let round = 0; round < ROUNDS && states.length > 0; round++) {
      const entered = code.isBodyFirst && round === 0 ? states : this.#enter(code, states, out)
      const outer = this.#exits
      this.#exits = []
      const ends = this.#all(code.body, entered)
      const { breaks, continues, others: kept } = sortExits(this.#exits)
      this.#exits = mergeExits([...outer, ...kept])
      out.push(...breaks)
      states = merge([...ends, ...continues], MAX_STATES).map(withoutFacts)
    }
    if (!code.isEndless) {
      if (code.test === undefined) out.push(...states)
      else out.push(...this.#test(code.test, states).no)
    }
    return merge(out, MAX_STATES)
  }

  /** What goes into the body; what does not goes to `out`. */
  #enter(code: Code & { readonly kind: 'loop' }, states: readonly State[], out: State[]): State[] {
    let entered = [...states]
    if (code.test !== undefined) {
      const { yes, no } = this.#test(code.test, states)
      if (!code.isEndless) out.push(...no)
      entered = yes
    } else if (!code.isEndless) out.push(...states)
    const { into } = code
    return into === undefined ? entered : entered.flatMap((state) => this.#bind(into, state, 'other'))
  }

  #switch(code: Code & { readonly kind: 'switch' }, state: State): Result[] {
    const states = this.#all(code.subject, [state])
    const outer = this.#exits
    this.#exits = []
    const results = code.cases.flatMap((one) => states.flatMap((way) => this.#value(one, way)))
    const { breaks, continues, others: kept } = sortExits(this.#exits)
    this.#exits = [...outer, ...kept, ...continues.map((after): Exit => ({ kind: 'continue', state: after }))]
    return [...results, ...others(breaks), ...(code.hasDefault ? [] : others(states))]
  }

  #try(code: Try, state: State): State[] {
    const outer = this.#exits
    this.#exits = []
    let ends = this.#all(code.body, [state])
    if (code.otherwise !== undefined) ends = this.#all(code.otherwise, ends)
    let exits = mergeExits(this.#exits)
    if (code.handlers.length > 0) {
      const thrown = exits.filter((exit) => exit.kind === 'throw')
      const caught = merge(
        thrown.map((exit) => exit.state),
        MAX_STATES,
      )
      const isPast = (exit: Exit): boolean =>
        exit.kind !== 'throw' || (!code.catchesAll && exit.state.isImplicit)
      this.#exits = exits.filter(isPast)
      ends = [...ends, ...code.handlers.flatMap((handler) => this.#all(handler, caught))]
      exits = mergeExits(this.#exits)
    }
    if (code.finally === undefined) {
      this.#exits = mergeExits([...outer, ...exits])
      return merge(ends, MAX_STATES)
    }
    const { finally: last } = code
    this.#exits = []
    const left = exits.flatMap((exit) =>
      exit.kind === 'lost'
        ? [exit]
        : this.#all(last, [exit.state]).map((after) => ({ ...exit, state: after })),
    )
    const after = this.#all(last, merge(ends, MAX_STATES))
    this.#exits = mergeExits([...outer, ...left, ...this.#exits])
    return after
  }

  #scoped(code: Code & { readonly kind: 'scoped' }, state: State): State[] {
    const { target } = code
    const states = this.#value(code.value, state).flatMap((result) => {
      const bound =
        target === undefined ? [result.state] : this.#bind(target, result.state, result.value, code.value)
      return result.value === 'thing' ? bound.map((after) => ({ ...after, status: end(after) })) : bound
    })
    return this.#all(code.body, states)
  }

  #mayThrow(state: State): void {
    if (this.#options.hasExceptions)
      this.#exits.push({ kind: 'throw', state: { ...state, isImplicit: true } })
  }
}

/** Kotlin's name of a lambda's only parameter. */
const IMPLICIT_PARAMETER = 'it'
const ADDS = /^(?:add|push|append|put|offer|addLast|addFirst|Add|Enqueue|Push)$/

function others(states: readonly State[]): Result[] {
  return states.map((state) => ({ state, value: 'other' }))
}

function valueOf(name: string, { status, names, carriers }: State): Value {
  if (status === 'none') return 'other'
  if (names.includes(name)) return 'thing'
  return carriers.includes(name) ? 'carrier' : 'other'
}

function end({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' || status === 'kept' ? 'ended' : status
}

function leave({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' || status === 'kept' ? 'escaped' : status
}

function keep({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' ? 'kept' : status
}

function learn(state: State, text: string, answer: boolean): State {
  return { ...state, facts: new Map([...state.facts, [text, answer]]) }
}

function nullText(name: string): string {
  return `${name} is null`
}

/** The ways on which the answer is yes, and those on which it is no; the same question is answered the same. */
function split(states: readonly State[], text: string): { yes: State[]; no: State[] } {
  const yes: State[] = []
  const no: State[] = []
  for (const state of states) {
    const known = state.facts.get(text)
    if (known !== false) yes.push(known === undefined ? learn(state, text, true) : state)
    if (known !== true) no.push(known === undefined ? learn(state, text, false) : state)
  }
  return { yes, no }
}

/** On which answer there is no body at all (RFC 9110 §6.4.1): of a HEAD, of 204, 205 and 304. */
function withoutBody(text: string): { readonly isYes: boolean; readonly isNo: boolean } {
  if (!NO_BODY.test(text)) return { isYes: false, isNo: false }
  const isNo = /!=|\bis not\b|!\w+\.equals/.test(text)
  return { isYes: !isNo, isNo }
}

const NO_BODY =
  /\b(?:204|205|304|HEAD|NO_CONTENT|NoContent|NOT_MODIFIED|StatusNoContent|StatusNotModified|MethodHead|SC_NO_CONTENT|SC_NOT_MODIFIED|HTTP_NOT_MODIFIED|HTTP_NO_CONTENT)\b/

function withoutFacts(state: State): State {
  return state.facts.size === 0 ? state : { ...state, facts: START.facts }
}

function sortExits(exits: readonly Exit[]): { breaks: State[]; continues: State[]; others: Exit[] } {
  return {
    breaks: exits.filter(({ kind }) => kind === 'break').map(({ state }) => state),
    continues: exits.filter(({ kind }) => kind === 'continue').map(({ state }) => state),
    others: exits.filter(({ kind }) => kind !== 'break' && kind !== 'continue'),
  }
}
