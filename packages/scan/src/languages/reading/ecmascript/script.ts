import type { Comments, Cursor, Read, ReadSyntax } from '../cursor.ts'

/** What stands inside of each other: a file of this folder reaches those above it by this. */
export interface Grammar extends Comments {
  readonly expression: (script: Script) => Read
  readonly statement: (script: Script) => Read
  readonly statements: (script: Script) => readonly ReadSyntax[] | undefined
  readonly block: (script: Script) => Read
  readonly functionOf: (script: Script, kind: 'function_declaration' | 'function_expression') => Read
  readonly arrow: (script: Script) => Read
  readonly method: (script: Script) => Read
}

export type Script = Cursor<Grammar>
