/**
 * Every human string, by id, with the values it is made from. `en.ts` here and the catalogues of other
 * languages in the report package have this type, so that a missing translation fails to compile.
 */
export interface MessageValues {
  /** Verdict when nothing above `info` was found. */
  readonly 'verdict-nothing-lost': { readonly connections: number }
}

export type MessageId = keyof MessageValues
export type Catalogue = { readonly [K in MessageId]: (values: MessageValues[K]) => string }
