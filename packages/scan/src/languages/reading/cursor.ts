import type { Source } from '../source.ts'
import { idOf, type Syntax } from '../syntax.ts'

type Fields = Readonly<Record<string, ReadSyntax | undefined>>

const MAX_DEPTH = 100
const MIN_STEPS = 100

const NONE: readonly ReadSyntax[] = []
const NO_FIELDS: Fields = {}

/** A node that was read from the text: it knows its named children and fields, and which words it holds. */
export class ReadSyntax implements Syntax {
  readonly kind: string
  readonly named: readonly ReadSyntax[]
  readonly start: number
  readonly end: number
  readonly #source: Source
  readonly #fields: Fields
  readonly #tokens: readonly string[]

  constructor(
    source: Source,
    kind: string,
    start: number,
    end: number,
    named: readonly ReadSyntax[],
    fields: Fields,
    tokens: readonly string[],
  ) {
    this.#source = source
    this.kind = kind
    this.start = start
    this.end = end
    this.named = named
    this.#fields = fields
    this.#tokens = tokens
  }

  get text(): string {
    return this.#source.text.slice(this.start, this.end)
  }

  get id(): number {
    return idOf(this.start, this.end)
  }

  get line(): number {
    return this.#source.lineAt(this.start)
  }

  field(name: string): ReadSyntax | undefined {
    return this.#fields[name]
  }

  fields(name: string): readonly ReadSyntax[] {
    const node = this.#fields[name]
    return node === undefined ? NONE : [node]
  }

  /** Nothing that is read is asked for its punctuation. */
  children(): readonly ReadSyntax[] {
    return this.named
  }

  child(...kinds: readonly string[]): ReadSyntax | undefined {
    return this.named.find(({ kind }) => kinds.includes(kind))
  }

  hasToken(token: string): boolean {
    return this.#tokens.includes(token)
  }
}

export interface Comments {
  /** Of a comment at this place. */
  readonly comment: RegExp
}

/** Goes over a text, past blanks and comments. Patterns are sticky. */
export class Cursor<Grammar extends Comments = Comments> {
  readonly source: Source
  readonly end: number
  readonly grammar: Grammar
  readonly #mostSteps: number
  at: number
  /** Behind the last thing that was taken: `at` may be behind blanks. */
  last: number
  #depth = 0
  #steps = 0

  constructor(source: Source, start: number, end: number, grammar: Grammar) {
    this.source = source
    this.at = start
    this.last = start
    this.end = end
    this.grammar = grammar
    this.#mostSteps = MIN_STEPS + 2 * (end - start)
  }

  /**
   * Reads what may stand inside of itself. Undefined where that is deeper than anybody writes, or where there were
   * more tries than the text has units: nested guesses would double with each level.
   */
  nested(read: (cursor: this) => Read): Read {
    if (this.#depth >= MAX_DEPTH || ++this.#steps > this.#mostSteps) return undefined
    this.#depth++
    const node = read(this)
    this.#depth--
    return node
  }

  get isAtEnd(): boolean {
    this.skip()
    return this.at >= this.end
  }

  skip(): void {
    const { text } = this.source
    const pattern = this.grammar.comment
    for (;;) {
      while (this.at < this.end && isBlank(text.charCodeAt(this.at))) this.at++
      pattern.lastIndex = this.at
      const comment = this.at < this.end ? pattern.exec(text)?.[0] : undefined
      if (comment === undefined) return
      this.at += comment.length
    }
  }

  /** The pattern's text behind blanks; the cursor moves on. */
  match(pattern: RegExp): string | undefined {
    this.skip()
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source.text)?.[0]
    if (found === undefined || this.at + found.length > this.end) return undefined
    this.step(found.length)
    return found
  }

  /** Whether the text goes on so; then the cursor moves on. */
  take(token: string): boolean {
    this.skip()
    if (!this.sees(token)) return false
    this.step(token.length)
    return true
  }

  /** Without blanks before it. */
  sees(token: string): boolean {
    return this.source.text.startsWith(token, this.at) && this.at + token.length <= this.end
  }

  step(length: number): void {
    this.at += length
    this.last = this.at
  }

  /** To where `last` was. */
  back(last: number): void {
    this.at = last
    this.last = last
  }

  /** A node from `start` to the last thing that was taken. */
  node(
    kind: string,
    start: number,
    named: readonly ReadSyntax[] = NONE,
    fields: Fields = NO_FIELDS,
    tokens: readonly string[] = [],
  ): ReadSyntax {
    return new ReadSyntax(this.source, kind, start, this.last, named, fields, tokens)
  }

  /** What `pattern` takes, as a node. */
  leaf(kind: string, pattern: RegExp): ReadSyntax | undefined {
    const text = this.match(pattern)
    return text === undefined ? undefined : this.node(kind, this.last - text.length)
  }
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d
}

export type Read = ReadSyntax | undefined

/** `a, b, c` up to the closing token; a comma may stand behind the last. Undefined where an item cannot be read. */
export function listed(cursor: Cursor, close: string, item: () => Read): readonly ReadSyntax[] | undefined {
  const items: ReadSyntax[] = []
  while (!cursor.take(close)) {
    const next = item()
    if (next === undefined) return undefined
    items.push(next)
    if (!cursor.take(',')) return cursor.take(close) ? items : undefined
  }
  return items
}

interface Operators {
  readonly pattern: RegExp
  readonly levels: ReadonlyMap<string, number>
  readonly operand: () => Read
  readonly make: (operator: ReadSyntax, left: ReadSyntax, right: ReadSyntax) => Read
}

/** Operators between operands, those of a higher level first, the left ones first. */
export function operation(cursor: Cursor, operators: Operators, least = 1): Read {
  let left = operators.operand()
  while (left !== undefined) {
    const { last } = cursor
    const operator = cursor.leaf('operator', operators.pattern)
    const level = operator === undefined ? undefined : operators.levels.get(operator.text)
    if (operator === undefined || level === undefined || level < least) {
      cursor.back(last)
      return left
    }
    const right = operation(cursor, operators, level + 1)
    left = right === undefined ? undefined : operators.make(operator, left, right)
  }
  return undefined
}

/** From groups of operators, those that bind least first. */
export function levelsOf(...groups: readonly string[]): ReadonlyMap<string, number> {
  return new Map(groups.flatMap((group, index) => group.split(' ').map((each) => [each, index + 1] as const)))
}
