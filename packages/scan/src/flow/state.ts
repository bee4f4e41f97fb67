/**
 * One way to have come to a place in the function. `waiting`: the thing exists but is harmless until one of
 * `opensOn` is used. `kept`: it was put into a collection.
 */
export interface State {
  readonly status: 'none' | 'waiting' | 'open' | 'ended' | 'escaped' | 'kept'
  /** Variables that hold the thing. */
  readonly names: readonly string[]
  /** Variables that hold something that holds the thing. */
  readonly carriers: readonly string[]
  /** Conditions whose answer is known on this way: text → answer. */
  readonly facts: ReadonlyMap<string, boolean>
  /** An exception that the code does not spell out lies on the way. */
  readonly isImplicit: boolean
  /** 0-based line of the member that opened what was waiting. */
  readonly openedAt?: number
  /** The collection that it was put into. */
  readonly into?: string
  /** It escaped to the caller, as the value of the function. */
  readonly isReturned?: true
}

export const START: State = {
  status: 'none',
  names: [],
  carriers: [],
  facts: new Map(),
  isImplicit: false,
}

/** The function left, or the thing lost sight of, in this state. */
export interface Exit {
  readonly kind: 'end' | 'return' | 'throw' | 'break' | 'continue' | 'lost'
  readonly state: State
  /** 0-based. */
  readonly line?: number
}

export function isOpen({ status }: State): boolean {
  return status === 'open'
}

/** What is known of a variable is void when it is assigned. */
export function forget(state: State, name: string): State {
  const isKnown = state.names.includes(name) || state.carriers.includes(name)
  const facts = withoutFactsOf(state.facts, name)
  if (!isKnown && facts === state.facts) return state
  return {
    ...state,
    names: state.names.filter((other) => other !== name),
    carriers: state.carriers.filter((other) => other !== name),
    facts,
  }
}

/** Closed or consumed, if it was there to be. */
export function end({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' || status === 'kept' ? 'ended' : status
}

/** Given to somebody else to look after. */
export function leave({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' || status === 'kept' ? 'escaped' : status
}

export function keep({ status }: State): State['status'] {
  return status === 'open' || status === 'waiting' ? 'kept' : status
}

/** Answers that are remembered on one way; the oldest are forgotten, which at worst leaves a way open that is none. */
const MAX_FACTS = 16

export function learn(state: State, text: string, answer: boolean): State {
  const facts = new Map(state.facts)
  facts.set(text, answer)
  const [oldest] = facts.keys()
  if (facts.size > MAX_FACTS && oldest !== undefined) facts.delete(oldest)
  return { ...state, facts }
}

/** The fact that a variable holds nothing. */
export function nullText(name: string): string {
  return `${name} is null`
}

export function withoutFacts(state: State): State {
  return state.facts.size === 0 ? state : { ...state, facts: START.facts }
}

/** The ways on which the answer is yes, and those on which it is no; the same question is answered the same. */
export function split(states: readonly State[], text: string): { yes: State[]; no: State[] } {
  const yes: State[] = []
  const no: State[] = []
  for (const state of states) {
    const known = state.facts.get(text)
    if (known !== false) yes.push(known === undefined ? learn(state, text, true) : state)
    if (known !== true) no.push(known === undefined ? learn(state, text, false) : state)
  }
  return { yes, no }
}

function withoutFactsOf(facts: ReadonlyMap<string, boolean>, name: string): ReadonlyMap<string, boolean> {
  if (facts.size === 0) return facts
  const kept = [...facts].filter(([text]) => !mentions(text, name))
  return kept.length === facts.size ? facts : new Map(kept)
}

/** Whether `name` stands in `text` as a word of its own. */
function mentions(text: string, name: string): boolean {
  if (name === '') return false
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!isWord(text[at - 1]) && !isWord(text[at + name.length])) return true
  return false
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\w$]/.test(character)
}

/** Equal states, merged; when there are too many, what tells them apart is dropped, as far as that may be. */
export function merge(states: readonly State[], limit: number): State[] {
  if (states.length < 2) return [...states]
  const merged = unique(states, keyOf)
  if (merged.length <= limit) return merged
  return unique(
    merged.map((state) => ({ ...state, facts: new Map<string, boolean>() })),
    keyOf,
  ).slice(0, limit)
}

/** The exits without repetitions. */
export function mergeExits(exits: readonly Exit[]): Exit[] {
  return exits.length < 2
    ? [...exits]
    : unique(exits, (exit) => `${exit.kind} ${exit.line} ${keyOf(exit.state)}`)
}

function unique<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}

/** Written out by hand, and the facts but once: most of the time of a walk was spent in joining strings here. */
function keyOf({ status, names, carriers, facts, isImplicit, openedAt, into, isReturned }: State): string {
  const rest = facts.size === 0 ? '' : keyOfFacts(facts)
  return `${status}\0${isImplicit}\0${openedAt}\0${into}\0${isReturned}\0${sorted(names)}\0/${sorted(carriers)}\0${rest}`
}

const FACTS = new WeakMap<ReadonlyMap<string, boolean>, string>()

function keyOfFacts(facts: ReadonlyMap<string, boolean>): string {
  const known = FACTS.get(facts)
  if (known !== undefined) return known
  const key = [...facts]
    .map(([text, answer]) => `${text}=${answer}`)
    .toSorted()
    .join('\0')
  FACTS.set(facts, key)
  return key
}

function sorted(names: readonly string[]): string {
  if (names.length === 0) return ''
  return names.length === 1 ? `${names[0]}` : names.toSorted().join('\0')
}

/** What leaves a loop or a `switch`, what starts its next round, and what goes on further out. */
export function sortExits(exits: readonly Exit[]): { breaks: State[]; continues: State[]; others: Exit[] } {
  return {
    breaks: exits.filter(({ kind }) => kind === 'break').map(({ state }) => state),
    continues: exits.filter(({ kind }) => kind === 'continue').map(({ state }) => state),
    others: exits.filter(({ kind }) => kind !== 'break' && kind !== 'continue'),
  }
}
