/**
 * What the flow engine reads instead of a syntax tree: the same few forms for every language. A language file
 * (languages/*.ts) turns the tree of one function into it.
 */
export type Code =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly object: Code; readonly name: string }
  | Call
  /** A literal, or anything that holds no value of interest; `text` only of literals. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'assign'; readonly target: Target; readonly value: Code; readonly declares: boolean }
  /** An array, object, tuple or template that carries its items. */
  | { readonly kind: 'pack'; readonly items: readonly Code[] }
  /**
   * Evaluated in order: a block, an operator, an argument list. The value is of no interest, except where the
   * language gives a block that of its last item.
   */
  | { readonly kind: 'sequence'; readonly items: readonly Code[]; readonly hasValue?: true }
  /** One of several values: a ternary's halves come from `branch`, `a ?? b` from here. */
  | { readonly kind: 'either'; readonly left: Code; readonly right: Code }
  | { readonly kind: 'branch'; readonly test: Test; readonly whenTrue: Code; readonly whenFalse: Code }
  | {
      readonly kind: 'loop'
      readonly over?: Code
      readonly into?: Target
      readonly test?: Test
      readonly isEndless: boolean
      readonly isBodyFirst: boolean
      readonly body: Code
    }
  | {
      readonly kind: 'switch'
      readonly subject: Code
      readonly cases: readonly Code[]
      readonly hasDefault: boolean
    }
  | Try
  /** `with`, `using`, try-with-resources: `value` is closed whatever happens in `body`. */
  | { readonly kind: 'scoped'; readonly value: Code; readonly target?: Target; readonly body: Code }
  | { readonly kind: 'return' | 'throw'; readonly value?: Code; readonly at: Origin }
  | { readonly kind: 'break' | 'continue' }
  | FunctionCode
  /** Go's `defer`: runs at every end of the function. */
  | { readonly kind: 'defer'; readonly call: Code }

/** Where in the source something stands. Asked for late: both questions may go to the parser. */
export interface Origin {
  /** The same for two expressions only where they are the same. */
  readonly id: number
  /** 0-based. */
  readonly line: number
}

export interface Call {
  readonly kind: 'call'
  /** Candidates are recognised by it. */
  readonly at: Origin
  readonly callee: Code
  readonly args: readonly Code[]
}

export interface Try {
  readonly kind: 'try'
  readonly body: Code
  readonly handlers: readonly Code[]
  /** Nothing passes the handlers by. */
  readonly catchesAll: boolean
  readonly otherwise?: Code
  readonly finally?: Code
}

export interface FunctionCode {
  readonly kind: 'function'
  readonly at: Origin
  /** Absent for an anonymous one. */
  readonly name?: string
  readonly parameters: readonly Target[]
  readonly body: Code
  /** `x => x.y`: the body's value is returned. */
  readonly isExpression: boolean
}

/** What can stand left of an assignment. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  /** `{ body, ok: isFine } = …`: which members go where. */
  | {
      readonly kind: 'members'
      readonly entries: readonly { readonly member: string; readonly target: Target }[]
    }
  | { readonly kind: 'tuple'; readonly items: readonly Target[] }
  /** A field, an element, something outside of the function: what is put there lives on. */
  | { readonly kind: 'outside'; readonly root: string; readonly code?: Code }

/** A condition, taken apart as far as the engine can decide it. */
export type Test =
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test }
  | { readonly kind: 'is-null'; readonly code: Code; readonly text: string }
  /** Anything else; the same `text` is taken to have the same answer until a name in it is assigned. */
  | { readonly kind: 'other'; readonly code: Code; readonly text: string }

export const NOTHING: Code = { kind: 'sequence', items: [] }

/** `EntityUtils.toString` of a callee; of what is called on a computed value only the last name: `.close`. */
export function calleeText(code: Code): string {
  if (code.kind === 'name') return code.name
  if (code.kind !== 'member') return ''
  const object = calleeText(code.object)
  return `${object}.${code.name}`
}
