import { NOTHING, type Code, type FunctionCode } from '../flow/code.ts'
import { conditions, isThere } from './conditions.ts'
import {
  argumentsOf,
  assignment,
  branch,
  breaks,
  called,
  tested,
  continues,
  declared,
  each,
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
} from './forms.ts'
import type { Language } from './language.ts'
import { lowering, type Form, type Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'
import { nameTarget, variable } from './targets.ts'

const FUNCTIONS = [
  'method_declaration',
  'constructor_declaration',
  'lambda_expression',
  'static_initializer',
  'compact_constructor_declaration',
]

export const java: Language = {
  id: 'java',
  grammars: { '.java': 'java' },
  hasExceptions: true,
  functionKinds: new Set(FUNCTIONS),
  lowerFunction,
}

function lowerFunction(node: Syntax): FunctionCode {
  const body = node.field('body') ?? node.child('block')
  const parameters = node.field('parameters')
  const items = parameters?.kind === 'identifier' ? [parameters] : (parameters?.named ?? [])
  const functionName = node.field('name')?.text
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters: items.map((item) => nameTarget((item.field('name') ?? item).text)),
    body: lower(body),
    isExpression: body !== undefined && !/^(?:block|constructor_body)$/.test(body.kind),
  }
}

const testOf = conditions({
  negation: 'unary_expression',
  operand: 'operand',
  nothing: /^null$/,
  // What is followed is of the kind that the rule is about: whatever is not, is something else.
  special: (node, down) => (node.kind === 'instanceof_expression' ? isThere(node, down) : undefined),
})

const loops = loop({ init: 'init', update: 'update', endless: /^\(?\s*true\s*\)?$/, testOf })

const switches: Form = (node, down) => {
  const cases = node.field('body')?.named ?? []
  return {
    kind: 'switch',
    subject: down(node.field('condition')),
    cases: cases.map((one) => ({
      kind: 'sequence',
      items: one.named.filter(({ kind }) => kind !== 'switch_label').map(down),
    })),
    hasDefault: cases.some((one) => one.named.some(({ text }) => text.startsWith('default'))),
  }
}

const trying: Form = (node, down) => {
  const resources = node.field('resources')?.named ?? []
  const body = down(node.field('body'))
  return tries(
    {
      body: resources.reduceRight<Code>((inner, resource) => scopedOf(resource, inner, down), body),
      handlers: node.named.filter(({ kind }) => kind === 'catch_clause'),
      bodyOf: (handler) => handler.field('body'),
      all: /^\s*catch\s*\([^)]*\b(?:Exception|Throwable)\b/,
      last: node.child('finally_clause')?.named[0],
    },
    down,
  )
}

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  identifier: name,
  this: name,
  null_literal: nothingKnown,
  string_literal: quoted,
  parenthesized_expression: first,
  expression_statement: first,
  cast_expression: only('value'),
  field_access: member('object', 'field'),
  method_invocation: (node, down) => {
    const object = node.field('object')
    const method = node.field('name')?.text ?? ''
    const callee: Code =
      object === undefined
        ? { kind: 'name', name: method }
        : { kind: 'member', object: down(object), name: method }
    return called(node, callee, argumentsOf(node, down))
  },
  explicit_constructor_invocation: (node, down) =>
    called(node, { kind: 'name', name: 'this()' }, argumentsOf(node, down)),
  object_creation_expression: (node, down) => {
    const body = node.child('class_body')
    const type = (node.field('type')?.text ?? '').replace(/<.*/s, '')
    const call = called(node, { kind: 'name', name: type }, argumentsOf(node, down))
    // A class without a name knows the variables around it: like a function that runs later.
    return body === undefined ? call : { kind: 'sequence', items: [laterCode(body, down), call] }
  },
  array_initializer: pack,
  local_variable_declaration: each('variable_declarator'),
  variable_declarator: (node, down) =>
    declared(nameTarget(node.field('name')?.text ?? ''), node.field('value'), down),
  assignment_expression: assignment(variable('identifier')),
  binary_expression: (node, down) =>
    /^(?:&&|\|\|)$/.test(node.field('operator')?.text ?? '')
      ? tested(testOf)(node, down)
      : sequence(node, down),
  instanceof_expression: (node, down) => {
    const left = node.field('left') ?? node.named[0]
    const own = node.field('name')
    // `a instanceof B b`: one thing, two names.
    return own === undefined ? down(left) : declared(nameTarget(own.text), left, down)
  },
  ternary_expression: branch(testOf),
  if_statement: branch(testOf),
  enhanced_for_statement: forEach('value', 'name', variable('identifier')),
  while_statement: loops,
  do_statement: loops,
  for_statement: loops,
  switch_expression: switches,
  switch_statement: switches,
  try_statement: trying,
  try_with_resources_statement: trying,
  return_statement: returned,
  throw_statement: thrown,
  break_statement: breaks,
  continue_statement: continues,
  class_declaration: nothing,
  type_arguments: nothing,
})

function scopedOf(resource: Syntax, body: Code, down: Lower): Code {
  const target = resource.field('name')?.text
  const value = down(resource.field('value') ?? resource.named[0])
  return scoped(value, target === undefined ? undefined : nameTarget(target), body)
}

function laterCode(body: Syntax, down: Lower): Code {
  return {
    kind: 'function',
    at: body,
    parameters: [],
    body: body.named.length === 0 ? NOTHING : sequence(body, down),
    isExpression: false,
  }
}
