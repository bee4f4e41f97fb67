import { NOTHING, type Code, type FunctionCode, type Target, type Test } from '../flow/code.ts'
import {
  hasToken,
  lineOf,
  lowering,
  named,
  nameTarget,
  other,
  outside,
  sequence,
  type Language,
  type Lower,
  type Node,
} from './language.ts'

const FUNCTIONS = new Set(['function_declaration', 'method_declaration', 'func_literal'])

export const go: Language = {
  id: 'go',
  grammars: { '.go': 'go' },
  hasExceptions: false,
  functionKinds: FUNCTIONS,
  lowerFunction,
}

function lowerFunction(node: Node): FunctionCode {
  const name = node.field('name')?.text()
  const results = named(node.field('result')).flatMap((item) => item.fieldChildren('name'))
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters: [
      ...named(node.field('parameters')).flatMap((item) => {
        const names = named(item).filter((child) => child.kind() === 'identifier')
        return names.length > 0 ? names.map((child) => nameTarget(child.text())) : [outside(item)]
      }),
      // Results with names are variables like any other; what is put there is given to the caller: see `lower`.
      ...results.map((result): Target => ({ kind: 'outside', root: result.text() })),
    ],
    body: lower(node.field('body')),
    isExpression: false,
    line: lineOf(node),
  }
}

const lower: Lower = lowering((node, kind, down): Code => {
  if (FUNCTIONS.has(kind)) return lowerFunction(node)
  switch (kind) {
    case 'identifier':
      return { kind: 'name', name: node.text() }
    case 'nil':
      return { kind: 'null' }
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return { kind: 'text', text: node.text().slice(1, -1) }
    case 'parenthesized_expression':
    case 'expression_statement':
    case 'literal_element':
      return down(named(node)[0])
    case 'unary_expression':
      return hasToken(node, '&') || hasToken(node, '*')
        ? down(node.field('operand'))
        : sequence(named(node), down)
    case 'selector_expression':
      return {
        kind: 'member',
        object: down(node.field('operand')),
        name: node.field('field')?.text() ?? '',
        id: node.id(),
      }
    case 'call_expression':
      return {
        kind: 'call',
        id: node.id(),
        callee: down(node.field('function')),
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    case 'composite_literal':
      // `http.Client{Transport: t}` is a construction: rules name it as they name functions.
      return {
        kind: 'call',
        id: node.id(),
        callee: typeCode(node.field('type')),
        args: [{ kind: 'pack', items: named(node.field('body')).map(down) }],
        line: lineOf(node),
      }
    case 'keyed_element':
      return down(named(node)[1])
    case 'expression_list': {
      const items = named(node)
      return items.length === 1 ? down(items[0]) : { kind: 'pack', items: items.map(down) }
    }
    case 'short_var_declaration':
    case 'assignment_statement':
      return assignOf(node.field('left'), node.field('right'), kind === 'short_var_declaration', down)
    case 'var_spec': {
      const names = named(node).filter((child) => child.kind() === 'identifier')
      const value = node.field('value')
      return {
        kind: 'assign',
        target: tupleOf(names.map((name) => nameTarget(name.text()))),
        value: value === null ? { kind: 'null' } : down(value),
        declares: true,
      }
    }
    case 'if_statement': {
      const condition = node.field('condition')
      const branch: Code = {
        kind: 'branch',
        test: condition === null ? other(node, down) : testOf(condition, down),
        whenTrue: down(node.field('consequence')),
        whenFalse: down(node.field('alternative')),
      }
      return { kind: 'sequence', items: [down(node.field('initializer')), branch] }
    }
    case 'for_statement':
      return loopOf(node, down)
    case 'expression_switch_statement':
    case 'type_switch_statement':
    case 'select_statement': {
      const cases = named(node).filter((child) => String(child.kind()).endsWith('_case'))
      const isSelect = kind === 'select_statement'
      const subject = {
        kind: 'sequence',
        items: [down(node.field('initializer')), down(node.field('value'))],
      } as const
      return {
        kind: 'switch',
        subject,
        cases: cases.map((one) => sequence(named(one), down)),
        hasDefault: isSelect || cases.some((one) => one.kind() === 'default_case'),
      }
    }
    case 'return_statement': {
      const [value] = named(node)
      return { kind: 'return', ...(value === undefined ? {} : { value: down(value) }), line: lineOf(node) }
    }
    case 'defer_statement':
      return { kind: 'defer', call: down(named(node)[0]) }
    case 'go_statement':
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: 'go' },
        args: [laterOf(named(node)[0], down)],
        line: lineOf(node),
      }
    case 'send_statement':
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: '<-' },
        args: [down(node.field('value'))],
        line: lineOf(node),
      }
    case 'break_statement':
      return named(node).length > 0 ? NOTHING : { kind: 'break' }
    case 'continue_statement':
      return { kind: 'continue' }
    case 'type_declaration':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

/** What a goroutine is given or knows by name, it keeps. */
function laterOf(call: Node | undefined, down: Lower): Code {
  const code = down(call)
  if (code.kind !== 'call') return code
  return { kind: 'pack', items: [...code.args, code.callee] }
}

function loopOf(node: Node, down: Lower): Code {
  const body = node.field('body')
  const clause = named(node).find((child) => child.id() !== body?.id())
  const base = { kind: 'loop', isEndless: false, isBodyFirst: false } as const
  if (clause === undefined) return { ...base, isEndless: true, body: down(body) }
  if (clause.kind() === 'range_clause') {
    const left = clause.field('left')
    return {
      ...base,
      over: down(clause.field('right')),
      ...(left === null ? {} : { into: tupleOf(named(left).map(targetOf)) }),
      body: down(body),
    }
  }
  if (clause.kind() !== 'for_clause') return { ...base, test: testOf(clause, down), body: down(body) }
  const condition = clause.field('condition')
  const loop: Code = {
    ...base,
    isEndless: condition === null,
    ...(condition === null ? {} : { test: testOf(condition, down) }),
    body: { kind: 'sequence', items: [down(body), down(clause.field('update'))] },
  }
  return { kind: 'sequence', items: [down(clause.field('initializer')), loop] }
}

function assignOf(left: Node | null, right: Node | null, declares: boolean, down: Lower): Code {
  const targets = named(left)
  const values = named(right)
  if (targets.length > 1 && targets.length === values.length)
    return {
      kind: 'sequence',
      items: targets.map((target, index) => ({
        kind: 'assign',
        target: targetOf(target),
        value: down(values[index]),
        declares,
      })),
    }
  return { kind: 'assign', target: tupleOf(targets.map(targetOf)), value: down(right), declares }
}

function tupleOf(items: readonly Target[]): Target {
  const [only, ...more] = items
  return only !== undefined && more.length === 0 ? only : { kind: 'tuple', items }
}

function typeCode(type: Node | null): Code {
  const [first = '', second] = (type?.text() ?? '').split('.')
  const name: Code = { kind: 'name', name: first }
  return second === undefined ? name : { kind: 'member', object: name, name: second, id: -1 }
}

function testOf(node: Node, down: Lower): Test {
  const kind = node.kind()
  if (kind === 'parenthesized_expression') return testOf(named(node)[0] ?? node, down)
  if (kind === 'unary_expression' && hasToken(node, '!'))
    return { kind: 'not', test: testOf(node.field('operand') ?? node, down) }
  if (kind === 'binary_expression') {
    const operator = node.field('operator')?.text() ?? ''
    const left = node.field('left')
    const right = node.field('right')
    if (left !== null && right !== null) {
      if (operator === '&&') return { kind: 'and', left: testOf(left, down), right: testOf(right, down) }
      if (operator === '||') return { kind: 'or', left: testOf(left, down), right: testOf(right, down) }
      if (/^[!=]=$/.test(operator) && right.kind() === 'nil') {
        const isNull: Test = { kind: 'is-null', code: down(left), text: `${left.text()} is null` }
        return operator === '!=' ? { kind: 'not', test: isNull } : isNull
      }
    }
  }
  return other(node, down)
}

function targetOf(node: Node): Target {
  if (node.kind() !== 'identifier') return outside(node)
  return node.text() === '_' ? nameTarget('_') : nameTarget(node.text())
}
