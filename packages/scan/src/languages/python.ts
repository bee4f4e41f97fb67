import { NOTHING, type Code, type FunctionCode, type Target, type Test } from '../flow/code.ts'
import { isNull, isThere, other } from './conditions.ts'
import {
  breaks,
  call,
  continues,
  first,
  forEach,
  member,
  name,
  nothing,
  nothingKnown,
  only,
  pack,
  returned,
  scoped,
  sequence,
  thrown,
  tries,
  word,
} from './forms.ts'
import type { Language } from './language.ts'
import { lowering, type Form, type Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'
import { nameTarget, outside } from './targets.ts'

const FUNCTIONS = ['function_definition', 'lambda']

export const python: Language = {
  id: 'python',
  grammars: { '.py': 'python' },
  hasExceptions: true,
  functionKinds: new Set(FUNCTIONS),
  lowerFunction,
}

/** Names that the function being lowered declares `global` or `nonlocal`: what is put there lives on. */
let outer: ReadonlySet<string> = new Set()

function lowerFunction(node: Syntax): FunctionCode {
  const before = outer
  outer = new Set(
    [...node.text.matchAll(/^\s*(?:global|nonlocal)\s+(.+)$/gm)].flatMap(([, names = '']) =>
      names.split(/\s*,\s*/),
    ),
  )
  try {
    return lowerBody(node)
  } finally {
    outer = before
  }
}

function lowerBody(node: Syntax): FunctionCode {
  const body = node.field('body')
  const functionName = node.field('name')?.text
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters: (node.field('parameters')?.named ?? []).map((item) =>
      nameTarget((item.field('name') ?? item.named[0] ?? item).text),
    ),
    body: body === undefined ? sequence(node, lower) : lower(body),
    isExpression: node.kind === 'lambda',
  }
}

const assigned: Form = (node, down) => {
  const left = node.field('left') ?? node.field('name')
  const right = node.field('right') ?? node.field('value')
  if (left === undefined || right === undefined) return sequence(node, down)
  const pairs = pairsOf(left, right) ?? [[left, right]]
  const items = pairs.map(([to, from]): Code => {
    return { kind: 'assign', target: targetOf(to), value: down(from), declares: true }
  })
  const [single] = items
  return items.length === 1 && single !== undefined ? single : { kind: 'sequence', items }
}

/** Comprehensions: what they go through stands behind what they make of it. */
const comprehension: Form = ({ named }, down) => ({ kind: 'pack', items: named.toReversed().map(down) })

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  identifier: name,
  none: nothingKnown,
  string: ({ text }) => ({ kind: 'text', text: text.replace(/^\w*['"]+|['"]+$/g, '') }),
  await: first,
  parenthesized_expression: first,
  expression_statement: first,
  attribute: member('object', 'attribute'),
  call: call('function'),
  keyword_argument: only('value'),
  pair: only('value'),
  list: pack,
  tuple: pack,
  set: pack,
  dictionary: pack,
  expression_list: pack,
  list_splat: pack,
  dictionary_splat: pack,
  assignment: assigned,
  named_expression: assigned,
  boolean_operator: (node, down) => {
    const left = node.field('left')
    const right = down(node.field('right'))
    return left !== undefined && node.hasToken('and')
      ? { kind: 'branch', test: testOf(left, down), whenTrue: right, whenFalse: NOTHING }
      : { kind: 'either', left: down(left), right }
  },
  conditional_expression: (node, down) => {
    const [whenTrue, condition, whenFalse] = node.named
    return {
      kind: 'branch',
      test: condition === undefined ? other(node, down) : testOf(condition, down),
      whenTrue: down(whenTrue),
      whenFalse: down(whenFalse),
    }
  },
  if_statement: (node, down) =>
    branchOf(
      node,
      node.named.filter(({ kind }) => /^(?:elif|else)_clause$/.test(kind)),
      down,
    ),
  for_statement: forEach('right', 'left', targetOf),
  while_statement: (node, down) => {
    const condition = node.field('condition')
    const isEndless = condition === undefined || /^(?:True|1)$/.test(condition.text)
    return {
      kind: 'loop',
      ...(isEndless ? {} : { test: testOf(condition, down) }),
      isEndless,
      isBodyFirst: false,
      body: down(node.field('body')),
    }
  },
  match_statement: (node, down) => {
    const cases = node.field('body')?.named ?? []
    return {
      kind: 'switch',
      subject: down(node.field('subject')),
      cases: cases.map((one) => down(one.field('consequence'))),
      hasDefault: cases.some(({ text }) => text.startsWith('case _')),
    }
  },
  try_statement: (node, down) =>
    tries(
      {
        body: down(node.field('body')),
        handlers: node.named.filter(({ kind }) => /^except(?:_group)?_clause$/.test(kind)),
        bodyOf: ({ named }) => named.findLast(({ kind }) => kind === 'block'),
        all: /^except\s*(?::|(?:Base)?Exception\b)/,
        otherwise: node.child('else_clause')?.field('body'),
        last: node.child('finally_clause')?.named[0],
      },
      down,
    ),
  with_statement: (node, down) =>
    (node.child('with_clause')?.named ?? []).reduceRight<Code>(
      (body, item) => scopedOf(item, body, down),
      down(node.field('body')),
    ),
  return_statement: returned,
  raise_statement: thrown,
  yield: word('yield'),
  list_comprehension: comprehension,
  generator_expression: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  for_in_clause: (node, down) => ({ kind: 'pack', items: [down(node.field('right'))] }),
  break_statement: breaks,
  continue_statement: continues,
  class_definition: nothing,
  type: nothing,
  import_statement: nothing,
  import_from_statement: nothing,
  delete_statement: nothing,
})

function scopedOf(item: Syntax, body: Code, down: Lower): Code {
  const [value] = item.named
  if (value?.kind !== 'as_pattern') return scoped(down(value), undefined, body)
  const [source, alias] = value.named
  const target = alias?.named[0]
  return scoped(down(source), target === undefined ? undefined : targetOf(target), body)
}

function branchOf(node: Syntax, alternatives: readonly Syntax[], down: Lower): Code {
  const condition = node.field('condition')
  const [next, ...rest] = alternatives
  const isElse = next?.kind === 'else_clause'
  return {
    kind: 'branch',
    test: condition === undefined ? other(node, down) : testOf(condition, down),
    whenTrue: down(node.field('consequence')),
    whenFalse: next === undefined ? NOTHING : isElse ? down(next.field('body')) : branchOf(next, rest, down),
  }
}

function testOf(node: Syntax, down: Lower): Test {
  const [left, right, ...more] = node.named
  switch (node.kind) {
    case 'parenthesized_expression':
      return testOf(left ?? node, down)
    case 'not_operator':
      return { kind: 'not', test: testOf(node.field('argument') ?? node, down) }
    case 'boolean_operator': {
      if (left === undefined || right === undefined) return other(node, down)
      const kind = node.hasToken('and') ? 'and' : 'or'
      return { kind, left: testOf(left, down), right: testOf(right, down) }
    }
    case 'comparison_operator': {
      const isOfNothing = (right?.kind === 'none' || right?.kind === 'false') && more.length === 0
      return isOfNothing ? isNull(left, down, /\bis\s+not\b|!=/.test(node.text)) : other(node, down)
    }
    // The truth of a response is its `ok` (requests): only the engine knows whether the name holds one.
    case 'identifier':
      return isThere(node, down)
    default:
      return other(node, down)
  }
}

/** `a, b = x, y` is two assignments. */
function pairsOf(left: Syntax, right: Syntax): (readonly [Syntax, Syntax])[] | undefined {
  if (left.kind !== 'pattern_list' || right.kind !== 'expression_list') return undefined
  const { named: from } = right
  if (left.named.length !== from.length) return undefined
  return left.named.flatMap((target, index) => {
    const value = from[index]
    return value === undefined ? [] : [[target, value] as const]
  })
}

function targetOf(node: Syntax): Target {
  switch (node.kind) {
    case 'identifier':
      return outer.has(node.text) ? outside(node) : nameTarget(node.text)
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
      return { kind: 'tuple', items: node.named.map(targetOf) }
    default:
      return outside(node)
  }
}
