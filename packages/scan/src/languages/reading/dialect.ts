import type { Source } from '../source.ts'
import type { Syntax } from '../syntax.ts'

/** What was read; or where reading gave up. */
export type Reading = Syntax | number

/** How what is simple in a language is read from its text. */
export interface Dialect {
  /** Kinds of the language's grammar that may be read. */
  readonly kinds: ReadonlySet<string>
  /** The node that the parser made of this text, with all that the language file asks of it. */
  readonly read: (source: Source, start: number, end: number, kind: string) => Reading
}
