/** The forms that languages share. A language file says which kinds of its grammar have them. */
import { NOTHING, type Code, type Target, type Test } from '../flow/code.ts'
import { other } from './conditions.ts'
import type { Form, Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'

export const nothing: Form = () => NOTHING
export const nothingKnown: Form = () => ({ kind: 'null' })
export const breaks: Form = () => ({ kind: 'break' })
export const continues: Form = () => ({ kind: 'continue' })
export const name: Form = ({ text }) => ({ kind: 'name', name: text })
export const quoted: Form = ({ text }) => ({ kind: 'text', text: text.slice(1, -1) })
export const pack: Form = ({ named }, down) => ({ kind: 'pack', items: named.map(down) })
export const sequence: Form = ({ named }, down) => ({ kind: 'sequence', items: named.map(down) })
export const first: Form = ({ named }, down) => down(named[0])
export const last: Form = ({ named }, down) => down(named.at(-1))

export function only(field: string): Form {
  return (node, down) => down(node.field(field))
}

/** Declarations of several variables: what else stands in them is of no interest. */
export function each(kind: string): Form {
  return ({ named }, down) => ({
    kind: 'sequence',
    items: named.filter((child) => child.kind === kind).map(down),
  })
}

/** `a.b.c`, read from its text: the most frequent form by far, and each node would cost microseconds. */
const DOTTED = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/

export function member(object: string, property: string): Form {
  return (node, down) => {
    if (DOTTED.test(node.text)) return dotted(node.text)
    return { kind: 'member', object: down(node.field(object)), name: node.field(property)?.text ?? '' }
  }
}

function dotted(text: string): Code {
  const [root = '', ...members] = text.split('.')
  return members.reduce<Code>((object, next) => ({ kind: 'member', object, name: next }), {
    kind: 'name',
    name: root,
  })
}

/** `a.b(c, d.e)`, read from its text as `member` is. */
const PLAIN_CALL =
  /^([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)\(((?:[A-Za-z_$][\w$.]*(?:, ?[A-Za-z_$][\w$.]*)*)?)\)$/
/** UTF-16 units; a longer text is not worth the look. */
const MAX_PLAIN = 200

/** A call of what stands in one of the fields. */
export function call(...fields: readonly string[]): Form {
  return (node, down) => {
    const plain = node.text.length > MAX_PLAIN ? null : PLAIN_CALL.exec(node.text)
    if (plain !== null) {
      const [, callee = '', args = ''] = plain
      return called(node, dotted(callee), args === '' ? [] : args.split(/, ?/).map(dotted))
    }
    const callee = fields.map((field) => node.field(field)).find((found) => found !== undefined)
    return called(node, down(callee), argumentsOf(node, down))
  }
}

/** `yield x`, `go f()`: like a call of the word. */
export function word(text: string): Form {
  return (node, down) => called(node, { kind: 'name', name: text }, node.named.map(down))
}

export function called(at: Syntax, callee: Code, args: readonly Code[]): Code {
  return { kind: 'call', at, callee, args }
}

export function argumentsOf(node: Syntax, down: Lower): readonly Code[] {
  return (node.field('arguments')?.named ?? []).map(down)
}

export function returns(at: Syntax, value: Code | undefined): Code {
  return { kind: 'return', ...(value === undefined ? {} : { value }), at }
}

export const returned: Form = (node, down) => {
  const [value] = node.named
  return returns(node, value === undefined ? undefined : down(value))
}

export const thrown: Form = (node, down) => {
  const [value] = node.named
  return { kind: 'throw', ...(value === undefined ? {} : { value: down(value) }), at: node }
}

/** Without a value it is null. */
export function declared(target: Target, value: Syntax | undefined, down: Lower): Code {
  return {
    kind: 'assign',
    target,
    value: value === undefined ? { kind: 'null' } : down(value),
    declares: true,
  }
}

export function assignment(targetOf: (node: Syntax) => Target): Form {
  return (node, down) => ({
    kind: 'assign',
    target: targetOf(node.field('left') ?? node),
    value: down(node.field('right')),
    declares: false,
  })
}

export type TestOf = (node: Syntax, down: Lower) => Test

/** `if (a) b else c`, `a ? b : c`. */
export function branch(testOf: TestOf): Form {
  return (node, down) => {
    const condition = node.field('condition')
    return {
      kind: 'branch',
      test: condition === undefined ? other(node, down) : testOf(condition, down),
      whenTrue: down(node.field('consequence')),
      whenFalse: down(node.field('alternative')),
    }
  }
}

/** A condition outside of an `if`: it has no value of interest, but what stands right of it may not run. */
export function tested(testOf: TestOf): Form {
  return (node, down) => ({
    kind: 'branch',
    test: testOf(node, down),
    whenTrue: NOTHING,
    whenFalse: NOTHING,
  })
}

/** `for (x of xs)`. */
export function forEach(over: string, into: string, targetOf: (node: Syntax) => Target): Form {
  return (node, down) => {
    const target = node.field(into)
    return {
      kind: 'loop',
      over: down(node.field(over)),
      ...(target === undefined ? {} : { into: targetOf(target) }),
      isEndless: false,
      isBodyFirst: false,
      body: down(node.field('body')),
    }
  }
}

interface LoopFields {
  readonly init: string
  readonly update: string
  /** Of a condition that is none. */
  readonly endless: RegExp
  readonly testOf: TestOf
}

/** `while`, `do` and the `for` of C. */
export function loop({ init, update, endless, testOf }: LoopFields): Form {
  return (node, down) => {
    const test = node.field('condition')
    const isEndless = test === undefined || endless.test(test.text)
    const body: Code = { kind: 'sequence', items: [down(node.field('body')), down(node.field(update))] }
    const round: Code = {
      kind: 'loop',
      ...(isEndless ? {} : { test: testOf(test, down) }),
      isEndless,
      isBodyFirst: node.kind === 'do_statement',
      body,
    }
    return { kind: 'sequence', items: [down(node.field(init)), round] }
  }
}

interface TryParts {
  readonly body: Code
  readonly handlers: readonly Syntax[]
  readonly bodyOf: (handler: Syntax) => Syntax | undefined
  /** Of the text of a handler that nothing passes by. */
  readonly all: RegExp
  readonly otherwise?: Syntax | undefined
  readonly last: Syntax | undefined
}

export function tries({ body, handlers, bodyOf, all, otherwise, last: end }: TryParts, down: Lower): Code {
  return {
    kind: 'try',
    body,
    handlers: handlers.map((handler) => down(bodyOf(handler))),
    catchesAll: handlers.some(({ text }) => all.test(text)),
    ...(otherwise === undefined ? {} : { otherwise: down(otherwise) }),
    ...(end === undefined ? {} : { finally: down(end) }),
  }
}

/** `using (var x = …) body`: the value is closed whatever happens in the body. */
export function scoped(value: Code, target: Target | undefined, body: Code): Code {
  return { kind: 'scoped', value, ...(target === undefined ? {} : { target }), body }
}
