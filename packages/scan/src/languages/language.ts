import type { FunctionCode } from '../flow/code.ts'
import type { LanguageId } from '../rule.ts'
import type { Dialect } from './reading/dialect.ts'
import type { Syntax } from './syntax.ts'

/** What the scan knows of a language: which files, which trees, and how a function becomes `Code`. */
export interface Language {
  readonly id: LanguageId
  /** Extension of a file → grammar that ast-grep parses it with. */
  readonly grammars: Readonly<Record<string, string>>
  /** A call may throw without the code saying so. */
  readonly hasExceptions: boolean
  /** Kinds of nodes that are functions. */
  readonly functionKinds: ReadonlySet<string>
  /** Its simple statements and expressions, read without the parser. */
  readonly dialect?: Dialect
  /** Of a function, or of a whole file: there its top level is the body. */
  lowerFunction(node: Syntax): FunctionCode
}
