import { bind } from './bind.ts'
import { calleeText, type Call, type FunctionCode } from './code.ts'
import { hasCallee, hasMember } from './members.ts'
import type { Result, Value } from './result.ts'
import { end, isOpen, keep, leave, type State } from './state.ts'
import { use } from './use.ts'
import { RECEIVER, type HelperAnswer, type Walker } from './walker.ts'

/** Kotlin's name of a lambda's only parameter. */
const IMPLICIT_PARAMETER = 'it'
/** Nothing comes behind these: the program ends, and its connections with it. */
const ENDS_PROGRAM =
  /^(?:process\.exit|System\.exit|os\.Exit|log\.Fatal(?:f|ln)?|sys\.exit|os\._exit|exitProcess|Environment\.Exit)$/
const ADDS = /^(?:add|push|append|put|offer|addLast|addFirst|Add|Enqueue|Push)$/

export function callResults(walk: Walker, call: Call, state: State): Result[] {
  const { callee } = call
  // A function that is called where it is written.
  if (callee.kind === 'function') return walk.inPlace(callee, walk.sequence(call.args, [state]))
  if (callee.kind === 'member')
    return walk
      .value(callee.object, state)
      .flatMap((object) =>
        object.value === 'thing'
          ? methodOfThing(walk, call, callee.name, object.state)
          : otherCall(walk, call, object.state),
      )
  if (callee.kind === 'name') return otherCall(walk, call, state)
  return walk.value(callee, state).flatMap((result) => otherCall(walk, call, result.state))
}

/** `thing.name(…)`. */
function methodOfThing(walk: Walker, call: Call, name: string, state: State): Result[] {
  const [first, ...rest] = call.args
  if (hasMember(walk.options.question.hands, name)) {
    if (first?.kind !== 'function') return [{ state: passed(walk, call, 0, state), value: 'other' }]
    return handed(walk, first, walk.sequence(rest, [state]))
  }
  return walk.items(call.args, state).flatMap(({ state: after, values }) => {
    const isGiven = values.some((value) => value !== 'other')
    const before = isGiven ? { ...after, status: leave(after) } : after
    const answer = isKnown(walk, name, call) ? undefined : walk.options.askHelper?.(call, RECEIVER)
    return opened(walk, call, answer === undefined ? use(walk, before, name, call) : answered(before, answer))
  })
}

/** Whether the rule says what such a member does. */
function isKnown({ options: { question } }: Walker, name: string, call: Call): boolean {
  const { ends, looks, derives, opensOn } = question
  return looks === 'all' || [ends, looks, derives, opensOn].some((members) => hasMember(members, name, call))
}

function answered(state: State, answer: HelperAnswer): Result {
  if (answer === 'looks') return { state, value: 'other' }
  if (answer === 'gives-back') return { state, value: 'thing' }
  return { state: { ...state, status: answer === 'ends' ? end(state) : leave(state) }, value: 'other' }
}

/** `name(…)`, `something.name(…)`, where `something` is not the thing. */
function otherCall(walk: Walker, call: Call, state: State): Result[] {
  const { callee } = call
  const { endsElsewhere } = walk.options.question
  if (ENDS_PROGRAM.test(calleeText(callee))) {
    walk.exits.push({ kind: 'end', state: { ...state, status: leave(state) } })
    return []
  }
  return walk.items(call.args, state).flatMap(({ state: after, values }) => {
    const given = values.findIndex((value) => value !== 'other')
    if (given !== -1) return opened(walk, call, givenTo(walk, call, given, after, values[given]))
    if (callee.kind === 'member' && hasMember(endsElsewhere, callee.name, call))
      return [{ state: { ...after, status: end(after) }, value: 'other' as const }]
    if (isOpen(after)) walk.mayThrow(after)
    return opened(walk, call, { state: after, value: 'other' })
  })
}

/** The value of the call itself may be what is followed. */
function opened(walk: Walker, call: Call, { state, value }: Result): Result[] {
  const { openedBy } = walk.options
  if (openedBy === undefined || openedBy !== call.at.id) return [{ state, value }]
  return [{ state: open(walk, state), value: 'thing' }]
}

function open(walk: Walker, state: State): State {
  if (state.status !== 'none') walk.exits.push({ kind: 'lost', state })
  const { openedAt: _opened, into: _into, isReturned: _returned, ...fresh } = state
  const status = walk.options.question.opensOn === undefined ? 'open' : 'waiting'
  return { ...fresh, status, names: [], carriers: [], isImplicit: false }
}

/** A function is given the thing, or something that holds it. */
function givenTo(walk: Walker, call: Call, argument: number, state: State, value: Value | undefined): Result {
  const { endsIn, looksIn, wrapsIn } = walk.options.question
  const { callee } = call
  const { fullName } = walk.options
  if (hasCallee(wrapsIn, callee, fullName)) return { state, value: 'thing' }
  if (hasCallee(endsIn, callee, fullName)) return { state: { ...state, status: end(state) }, value: 'other' }
  if (hasCallee(looksIn, callee, fullName)) {
    if (isOpen(state)) walk.mayThrow(state)
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
  const answer = value === 'thing' ? walk.options.askHelper?.(call, argument) : undefined
  return answered(state, answer ?? 'escapes')
}

function passed(walk: Walker, call: Call, argument: number, state: State): State {
  return answered(state, walk.options.askHelper?.(call, argument) ?? 'escapes').state
}

/** `thing.then(value => …)`: the function runs with the thing; its value is the value of the whole. */
function handed(walk: Walker, code: FunctionCode, states: readonly State[]): Result[] {
  const [parameter] = code.parameters
  const inside = states.flatMap((state) =>
    parameter === undefined
      ? [{ ...state, names: [...new Set([...state.names, IMPLICIT_PARAMETER])] }]
      : bind(walk, parameter, { state, value: 'thing' }),
  )
  return walk.inPlace(code, inside)
}
