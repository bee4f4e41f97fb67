import type { Code, FunctionCode, Test } from '../flow/code.ts'
import { conditions, isNull } from './conditions.ts'
import {
  argumentsOf,
  assignment,
  branch,
  breaks,
  call,
  called,
  tested,
  continues,
  declared,
  each,
  forEach,
  last,
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
import { nameTarget, outside, variable } from './targets.ts'

const FUNCTIONS = [
  'method_declaration',
  'constructor_declaration',
  'local_function_statement',
  'lambda_expression',
  'anonymous_method_expression',
  'accessor_declaration',
]

export const csharp: Language = {
  id: 'csharp',
  grammars: { '.cs': 'csharp' },
  hasExceptions: true,
  functionKinds: new Set(FUNCTIONS),
  lowerFunction,
}

function lowerFunction(node: Syntax): FunctionCode {
  const body = node.field('body')
  const parameters = node.field('parameters')
  const functionName = node.field('name')?.text
  const arrow = body?.kind === 'arrow_expression_clause' ? body.named[0] : undefined
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters:
      parameters?.kind === 'implicit_parameter'
        ? [nameTarget(parameters.text)]
        : (parameters?.named ?? []).map((item) => nameTarget((item.field('name') ?? item).text)),
    body: lower(arrow ?? body),
    isExpression: arrow !== undefined || (body !== undefined && body.kind !== 'block'),
  }
}

const testOf = conditions({ negation: 'prefix_unary_expression', nothing: /^null$/, special: pattern })

/** `a is null`, `a is not null`. */
function pattern({ kind, text, named }: Syntax, down: Lower): Test | undefined {
  const match = kind === 'is_pattern_expression' ? /\bis\s+(not\s+)?null$/.exec(text) : null
  return match === null ? undefined : isNull(named[0], down, match[1] !== undefined)
}

const loops = loop({ init: 'initializer', update: 'update', endless: /^true$/, testOf })

/** `using var x = …;` closes at the end of the block that it stands in. */
const block: Form = ({ named }, down) => blockOf(named, down)

function blockOf(nodes: readonly Syntax[], down: Lower): Code {
  const at = nodes.findIndex(
    ({ kind, text }) => kind === 'local_declaration_statement' && /^(?:await\s+)?using\b/.test(text),
  )
  const declaration = nodes[at]
  if (declaration === undefined) return { kind: 'sequence', items: nodes.map(down) }
  const rest = blockOf(nodes.slice(at + 1), down)
  const resource = scopedOf(declaration.child('variable_declaration'), rest, down)
  return { kind: 'sequence', items: [...nodes.slice(0, at).map(down), resource] }
}

function scopedOf(resource: Syntax | undefined, body: Code, down: Lower): Code {
  const declarator = resource?.child('variable_declarator')
  if (declarator === undefined) return scoped(down(resource), undefined, body)
  return scoped(down(declarator.named[1]), nameTarget(declarator.field('name')?.text ?? ''), body)
}

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  identifier: name,
  this: name,
  null_literal: nothingKnown,
  string_literal: quoted,
  await_expression: last,
  parenthesized_expression: last,
  expression_statement: last,
  postfix_unary_expression: last,
  argument: last,
  cast_expression: only('value'),
  as_expression: only('left'),
  member_access_expression: (node, down) => {
    // `this.field` has no node for `this`.
    if (node.named.length < 2) return { kind: 'name', name: `this.${node.field('name')?.text ?? ''}` }
    return member('expression', 'name')(node, down)
  },
  conditional_access_expression: conditionalAccess,
  block,
  switch_section: block,
  invocation_expression: call('function'),
  object_creation_expression: (node, down) => {
    const initializer = node.field('initializer')
    const type = (node.field('type')?.text ?? '').replace(/<.*/s, '')
    const items = initializer === undefined ? [] : [down(initializer)]
    return called(node, { kind: 'name', name: type }, [...argumentsOf(node, down), ...items])
  },
  initializer_expression: pack,
  tuple_expression: pack,
  implicit_object_creation_expression: (node, down) =>
    called(node, { kind: 'name', name: 'new' }, argumentsOf(node, down)),
  local_declaration_statement: (node, down) => down(node.child('variable_declaration')),
  variable_declaration: each('variable_declarator'),
  variable_declarator: (node, down) => {
    const variableName = node.field('name')
    // `var (a, b) = …` has no name.
    const target = variableName === undefined ? outside(node) : nameTarget(variableName.text)
    return declared(target, node.named[1], down)
  },
  assignment_expression: assignment(variable('identifier')),
  binary_expression: (node, down) => {
    const operator = node.field('operator')?.text
    if (operator === '??')
      return { kind: 'either', left: down(node.field('left')), right: down(node.field('right')) }
    return operator === '&&' || operator === '||' ? tested(testOf)(node, down) : sequence(node, down)
  },
  conditional_expression: branch(testOf),
  if_statement: branch(testOf),
  foreach_statement: forEach('right', 'left', ({ text }) => nameTarget(text)),
  while_statement: loops,
  do_statement: loops,
  for_statement: loops,
  switch_statement: (node, down) => {
    const sections = node.field('body')?.named ?? []
    return {
      kind: 'switch',
      subject: down(node.field('value')),
      cases: sections.map(down),
      hasDefault: sections.some((section) => section.hasToken('default')),
    }
  },
  try_statement: (node, down) =>
    tries(
      {
        body: down(node.field('body')),
        handlers: node.named.filter(({ kind }) => kind === 'catch_clause'),
        bodyOf: (handler) => handler.field('body'),
        all: /^catch\s*(?:\{|\(\s*(?:System\.)?Exception\b)/,
        last: node.child('finally_clause')?.named[0],
      },
      down,
    ),
  using_statement: (node, down) => {
    const body = node.field('body')
    const resource = node.named.find(({ id }) => id !== body?.id)
    return scopedOf(resource, down(body), down)
  },
  return_statement: returned,
  throw_statement: thrown,
  throw_expression: thrown,
  break_statement: breaks,
  continue_statement: continues,
  type_argument_list: nothing,
  type_parameter_list: nothing,
  class_declaration: nothing,
})

/** `a?.b.c()`: the grammar hangs what follows below a binding without an object. */
function conditionalAccess(node: Syntax, down: Lower): Code {
  const [object, binding] = node.named
  const text = binding?.text ?? ''
  const property = /^\.(\w+)$/.exec(text)?.[1]
  if (property !== undefined) return { kind: 'member', object: down(object), name: property }
  const method = /^\.(\w+)\s*\(/.exec(text)?.[1]
  if (method === undefined || binding === undefined) return sequence(node, down)
  return called(node, { kind: 'member', object: down(object), name: method }, argumentsOf(binding, down))
}
