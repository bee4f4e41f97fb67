import type { SgNode } from '@ast-grep/napi'
import type { Dialect } from './reading/dialect.ts'
import type { Source } from './source.ts'
import { idOf, type Syntax } from './syntax.ts'

/** UTF-16 units; what is longer is rarely simple. */
const MAX_READ = 5000

/** What all nodes of one tree share. */
export interface Tree {
  readonly source: Source
  readonly dialect?: Dialect | undefined
  /** Where reading the text gave up: what holds one of these is not tried again. */
  readonly stuckAt: number[]
}

/**
 * A node of the parser's tree. Each question to the parser costs 0.3 µs (a kind, a text) to 1.6 µs (each child, a
 * field), so answers are remembered, and what lies inside of a simple statement or expression is read from its text
 * instead: measured, a third of the processor time of a scan in which every function is followed.
 */
export class ParsedSyntax implements Syntax {
  readonly #node: SgNode
  readonly #tree: Tree
  #kind: string | undefined
  #text: string | undefined
  #named: readonly Syntax[] | undefined
  #place: { readonly start: number; readonly end: number } | undefined
  #read: Syntax | null | undefined

  constructor(node: SgNode, tree: Tree) {
    this.#node = node
    this.#tree = tree
  }

  get kind(): string {
    return (this.#kind ??= String(this.#node.kind()))
  }

  get text(): string {
    return (this.#text ??=
      this.#place === undefined
        ? this.#node.text()
        : this.#tree.source.text.slice(this.#place.start, this.#place.end))
  }

  get named(): readonly Syntax[] {
    return (this.#named ??=
      this.#fromText()?.named ??
      this.#node
        .namedChildren()
        .map((child) => new ParsedSyntax(child, this.#tree))
        .filter(({ kind }) => !kind.endsWith('comment')))
  }

  get id(): number {
    const { start, end } = this.#stands()
    return idOf(start, end)
  }

  get line(): number {
    return this.#tree.source.lineAt(this.#stands().start)
  }

  field(name: string): Syntax | undefined {
    const read = this.#fromText()
    if (read !== undefined) return read.field(name)
    const node = this.#node.field(name)
    return node === null ? undefined : new ParsedSyntax(node, this.#tree)
  }

  fields(name: string): readonly Syntax[] {
    return this.#node.fieldChildren(name).map((node) => new ParsedSyntax(node, this.#tree))
  }

  children(): readonly Syntax[] {
    return this.#node.children().map((node) => new ParsedSyntax(node, this.#tree))
  }

  child(...kinds: readonly string[]): Syntax | undefined {
    return this.named.find(({ kind }) => kinds.includes(kind))
  }

  hasToken(token: string): boolean {
    return this.#fromText()?.hasToken(token) ?? this.children().some(({ text }) => text === token)
  }

  #fromText(): Syntax | undefined {
    this.#read ??= this.#readText() ?? null
    return this.#read ?? undefined
  }

  #readText(): Syntax | undefined {
    const { source, dialect, stuckAt } = this.#tree
    if (dialect === undefined || !dialect.kinds.has(this.kind)) return undefined
    const { start, end } = this.#stands()
    if (end - start > MAX_READ || stuckAt.some((at) => at >= start && at < end)) return undefined
    const read = dialect.read(source, start, end, this.kind)
    if (typeof read !== 'number') return read
    stuckAt.push(read)
    return undefined
  }

  #stands(): { readonly start: number; readonly end: number } {
    if (this.#place === undefined) {
      // The cheapest way to ask for a place: a range has lines and columns too.
      const { startPos, endPos } = this.#node.replace('')
      this.#place = { start: startPos, end: endPos }
    }
    return this.#place
  }
}
