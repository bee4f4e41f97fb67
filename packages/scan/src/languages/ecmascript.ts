import { NOTHING, type FunctionCode, type Target } from '../flow/code.ts'
import { conditions, isThere } from './conditions.ts'
import {
  branch,
  breaks,
  call,
  continues,
  declared,
  first,
  forEach,
  loop,
  member,
  name,
  nothing,
  nothingKnown,
  only,
  pack,
  quoted,
  returned,
  scoped,
  sequence,
  thrown,
  tries,
  word,
} from './forms.ts'
import type { Language } from './language.ts'
import { ecmascriptDialect } from './reading/ecmascript/dialect.ts'
import { lowering, type Form, type Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'
import { nameTarget, outside } from './targets.ts'

const FUNCTIONS = [
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'generator_function',
  'generator_function_declaration',
]

/** TypeScript and JavaScript, with or without JSX: tree-sitter-typescript's grammar has all of it. */
export const ecmascript: Language = {
  id: 'javascript',
  grammars: {
    '.ts': 'TypeScript',
    '.mts': 'TypeScript',
    '.cts': 'TypeScript',
    '.tsx': 'Tsx',
    '.js': 'Tsx',
    '.mjs': 'Tsx',
    '.cjs': 'Tsx',
    '.jsx': 'Tsx',
  },
  hasExceptions: true,
  functionKinds: new Set(FUNCTIONS),
  dialect: ecmascriptDialect,
  lowerFunction,
}

function lowerFunction(node: Syntax): FunctionCode {
  const body = node.field('body')
  const single = node.kind === 'arrow_function' ? node.field('parameter') : undefined
  const parameters = single === undefined ? (node.field('parameters')?.named ?? []) : [single]
  const functionName = node.field('name')?.text
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters: parameters.map((parameter) => targetOf(parameter.field('pattern') ?? parameter)),
    body: body === undefined ? sequence(node, lower) : lower(body),
    isExpression: body !== undefined && body.kind !== 'statement_block',
  }
}

const testOf = conditions({
  negation: 'unary_expression',
  operand: 'argument',
  nothing: /^(?:null|undefined)$/,
  special: (node, down) => (node.kind === 'identifier' ? isThere(node, down) : undefined),
})

const loops = loop({ init: 'initializer', update: 'increment', endless: /^\(?(?:true|;)\)?$/, testOf })

const assigned: Form = (node, down) => {
  const left = node.field('left') ?? node
  const assign = {
    kind: 'assign',
    target: targetOf(left),
    value: down(node.field('right')),
    declares: false,
  } as const
  // The grammar takes `using x = …` for an assignment after a word.
  if (/^using\s/.test(node.text)) return scoped(assign, undefined, NOTHING)
  return left.kind === 'identifier'
    ? assign
    : { kind: 'sequence', items: [down(left.field('object')), assign] }
}

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  identifier: name,
  shorthand_property_identifier: name,
  this: name,
  super: name,
  null: nothingKnown,
  undefined: nothingKnown,
  string: quoted,
  await_expression: first,
  parenthesized_expression: first,
  non_null_expression: first,
  as_expression: first,
  satisfies_expression: first,
  expression_statement: first,
  member_expression: member('object', 'property'),
  call_expression: call('function'),
  new_expression: call('constructor'),
  object: pack,
  array: pack,
  pair: only('value'),
  spread_element: pack,
  variable_declarator: (node, down) =>
    declared(targetOf(node.field('name') ?? node), node.field('value'), down),
  assignment_expression: assigned,
  augmented_assignment_expression: assigned,
  binary_expression: (node, down) => {
    const operator = node.field('operator')?.text ?? ''
    const left = node.field('left')
    if (operator === '&&' && left !== undefined)
      return {
        kind: 'branch',
        test: testOf(left, down),
        whenTrue: down(node.field('right')),
        whenFalse: NOTHING,
      }
    if (operator === '||' || operator === '??')
      return { kind: 'either', left: down(left), right: down(node.field('right')) }
    return sequence(node, down)
  },
  ternary_expression: branch(testOf),
  if_statement: branch(testOf),
  for_in_statement: forEach('right', 'left', targetOf),
  while_statement: loops,
  do_statement: loops,
  for_statement: loops,
  switch_statement: (node, down) => {
    const cases = node.field('body')?.named ?? []
    return {
      kind: 'switch',
      subject: down(node.field('value')),
      cases: cases.map((one) => sequence(one, down)),
      hasDefault: cases.some(({ kind }) => kind === 'switch_default'),
    }
  },
  try_statement: (node, down) => {
    const handler = node.field('handler')
    return tries(
      {
        body: down(node.field('body')),
        handlers: handler === undefined ? [] : [handler],
        bodyOf: (one) => one.field('body'),
        all: /(?:)/,
        last: node.field('finalizer')?.field('body'),
      },
      down,
    )
  },
  return_statement: returned,
  throw_statement: thrown,
  yield_expression: word('yield'),
  break_statement: breaks,
  continue_statement: continues,
  class_declaration: nothing,
  class: nothing,
  type_annotation: nothing,
  interface_declaration: nothing,
  type_alias_declaration: nothing,
})

function targetOf(node: Syntax): Target {
  switch (node.kind) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return nameTarget(node.text)
    case 'object_pattern':
      return { kind: 'members', entries: node.named.map(entryOf) }
    case 'assignment_pattern': {
      const left = node.field('left')
      return left === undefined ? outside(node) : targetOf(left)
    }
    case 'array_pattern':
      return { kind: 'tuple', items: node.named.map(targetOf) }
    default:
      return outside(node)
  }
}

function entryOf(entry: Syntax): { readonly member: string; readonly target: Target } {
  const value = entry.field('value')
  if (entry.kind === 'pair_pattern' && value !== undefined)
    return { member: entry.field('key')?.text ?? '', target: targetOf(value) }
  if (entry.kind === 'rest_pattern') return { member: '...', target: outside(entry) }
  const { text } = entry.field('left') ?? entry
  return { member: text, target: nameTarget(text) }
}
