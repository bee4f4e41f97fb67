/** A node of a syntax tree, whoever read it: the parser, or the scan itself from the text. */
export interface Syntax {
  readonly kind: string
  readonly text: string
  /** The children that mean something: neither punctuation nor comments. */
  readonly named: readonly Syntax[]
  /** Of an expression: where it stands. The same for two of them only where they are the same. */
  readonly id: number
  /** 0-based. */
  readonly line: number
  field(name: string): Syntax | undefined
  fields(name: string): readonly Syntax[]
  /** All children, punctuation included. */
  children(): readonly Syntax[]
  child(...kinds: readonly string[]): Syntax | undefined
  hasToken(token: string): boolean
}

/** UTF-16 units that a file may have at most, and then some. */
const MAX_UNITS = 2 ** 22

export function idOf(start: number, end: number): number {
  return start * MAX_UNITS + end
}
