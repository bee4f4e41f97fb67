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

function withoutFactsOf(facts: ReadonlyMap<string, boolean>, name: string): ReadonlyMap<string, boolean> {
  const kept = [...facts].filter(([text]) => !mentions(text, name))
  return kept.length === facts.size ? facts : new Map(kept)
}

/** Whether `name` stands in `text` as a word of its own. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!isWord(text[at - 1]) && !isWord(text[at + name.length])) return true
  return false
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\w$]/.test(character)
}

/** Equal states, merged; when there are too many, what tells them apart is dropped, as far as that may be. */
export function merge(states: readonly State[], limit: number): State[] {
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

function keyOf({ status, names, carriers, facts, isImplicit, openedAt, into, isReturned }: State): string {
  const known = [...facts].map(([text, answer]) => `${text}=${answer}`).toSorted()
  return [
    status,
    names.toSorted(),
    '/',
    carriers.toSorted(),
    isImplicit,
    openedAt,
    into,
    isReturned,
    ...known,
  ].join('\u0000')
}
