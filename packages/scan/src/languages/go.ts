import { NOTHING, type Code, type FunctionCode, type Target } from '../flow/code.ts'
import { conditions } from './conditions.ts'
import {
  branch,
  call,
  called,
  continues,
  first,
  member,
  name,
  nothing,
  nothingKnown,
  pack,
  quoted,
  returned,
  sequence,
} from './forms.ts'
import type { Language } from './language.ts'
import { lowering, type Form, type Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'
import { nameTarget, outside, variable } from './targets.ts'

const FUNCTIONS = ['function_declaration', 'method_declaration', 'func_literal']

export const go: Language = {
  id: 'go',
  grammars: { '.go': 'go' },
  hasExceptions: false,
  functionKinds: new Set(FUNCTIONS),
  lowerFunction,
}

function lowerFunction(node: Syntax): FunctionCode {
  const functionName = node.field('name')?.text
  const results = (node.field('result')?.named ?? []).flatMap((item) => item.fields('name'))
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters: [
      ...(node.field('parameters')?.named ?? []).flatMap((item) => {
        const names = item.named.filter(({ kind }) => kind === 'identifier')
        return names.length > 0 ? names.map(({ text }) => nameTarget(text)) : [outside(item)]
      }),
      // Results with names are variables like any other; what is put there is given to the caller.
      ...results.map((result): Target => ({ kind: 'outside', root: result.text })),
    ],
    body: lower(node.field('body')),
    isExpression: false,
  }
}

const testOf = conditions({ negation: 'unary_expression', operand: 'operand', nothing: /^nil$/ })
const targetOf = variable('identifier')

const assigned: Form = (node, down) => {
  const declares = node.kind === 'short_var_declaration'
  const right = node.field('right')
  const targets = node.field('left')?.named ?? []
  const values = right?.named ?? []
  if (targets.length < 2 || targets.length !== values.length)
    return { kind: 'assign', target: tupleOf(targets.map(targetOf)), value: down(right), declares }
  return {
    kind: 'sequence',
    items: targets.map((target, index) => ({
      kind: 'assign',
      target: targetOf(target),
      value: down(values[index]),
      declares,
    })),
  }
}

const switches: Form = (node, down) => {
  const cases = node.named.filter(({ kind }) => kind.endsWith('_case'))
  return {
    kind: 'switch',
    subject: { kind: 'sequence', items: [down(node.field('initializer')), down(node.field('value'))] },
    cases: cases.map((one) => sequence(one, down)),
    hasDefault: node.kind === 'select_statement' || cases.some(({ kind }) => kind === 'default_case'),
  }
}

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  identifier: name,
  nil: nothingKnown,
  interpreted_string_literal: quoted,
  raw_string_literal: quoted,
  parenthesized_expression: first,
  expression_statement: first,
  literal_element: first,
  unary_expression: (node, down) =>
    /^[&*]/.test(node.text) ? down(node.field('operand')) : sequence(node, down),
  selector_expression: member('operand', 'field'),
  call_expression: call('function'),
  // `http.Client{Transport: t}` is a construction: rules name it as they name functions.
  composite_literal: (node, down) =>
    called(node, typeCode(node.field('type')), [
      { kind: 'pack', items: (node.field('body')?.named ?? []).map(down) },
    ]),
  keyed_element: ({ named }, down) => down(named[1]),
  expression_list: (node, down) => (node.named.length === 1 ? first(node, down) : pack(node, down)),
  short_var_declaration: assigned,
  assignment_statement: assigned,
  var_spec: (node, down) => {
    const names = node.named.filter(({ kind }) => kind === 'identifier')
    const value = node.field('value')
    return {
      kind: 'assign',
      target: tupleOf(names.map(({ text }) => nameTarget(text))),
      value: value === undefined ? { kind: 'null' } : down(value),
      declares: true,
    }
  },
  if_statement: (node, down) => ({
    kind: 'sequence',
    items: [down(node.field('initializer')), branch(testOf)(node, down)],
  }),
  for_statement: loopOf,
  expression_switch_statement: switches,
  type_switch_statement: switches,
  select_statement: switches,
  return_statement: returned,
  defer_statement: ({ named }, down) => ({ kind: 'defer', call: down(named[0]) }),
  go_statement: (node, down) => called(node, { kind: 'name', name: 'go' }, [laterOf(down(node.named[0]))]),
  send_statement: (node, down) => called(node, { kind: 'name', name: '<-' }, [down(node.field('value'))]),
  break_statement: ({ named }) => (named.length > 0 ? NOTHING : { kind: 'break' }),
  continue_statement: continues,
  type_declaration: nothing,
})

/** What a goroutine is given or knows by name, it keeps. */
function laterOf(code: Code): Code {
  return code.kind === 'call' ? { kind: 'pack', items: [...code.args, code.callee] } : code
}

function loopOf(node: Syntax, down: Lower): Code {
  const body = node.field('body')
  const clause = node.named.find(({ id }) => id !== body?.id)
  const base = { kind: 'loop', isEndless: false, isBodyFirst: false } as const
  if (clause === undefined) return { ...base, isEndless: true, body: down(body) }
  if (clause.kind === 'range_clause') {
    const left = clause.field('left')
    return {
      ...base,
      over: down(clause.field('right')),
      ...(left === undefined ? {} : { into: tupleOf(left.named.map(targetOf)) }),
      body: down(body),
    }
  }
  if (clause.kind !== 'for_clause') return { ...base, test: testOf(clause, down), body: down(body) }
  const condition = clause.field('condition')
  const loop: Code = {
    ...base,
    isEndless: condition === undefined,
    ...(condition === undefined ? {} : { test: testOf(condition, down) }),
    body: { kind: 'sequence', items: [down(body), down(clause.field('update'))] },
  }
  return { kind: 'sequence', items: [down(clause.field('initializer')), loop] }
}

function tupleOf(items: readonly Target[]): Target {
  const [only, ...more] = items
  return only !== undefined && more.length === 0 ? only : { kind: 'tuple', items }
}

function typeCode(type: Syntax | undefined): Code {
  const [root = '', property] = (type?.text ?? '').split('.')
  const object: Code = { kind: 'name', name: root }
  return property === undefined ? object : { kind: 'member', object, name: property }
}
