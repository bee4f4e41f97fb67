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

const FUNCTIONS = new Set([
  'method_declaration',
  'constructor_declaration',
  'lambda_expression',
  'static_initializer',
  'compact_constructor_declaration',
])

export const java: Language = {
  id: 'java',
  grammars: { '.java': 'java' },
  hasExceptions: true,
  functionKinds: FUNCTIONS,
  lowerFunction,
}

function lowerFunction(node: Node): FunctionCode {
  const body = node.field('body') ?? named(node).find((child) => child.kind() === 'block') ?? null
  const parameters = node.field('parameters')
  const name = node.field('name')?.text()
  const items = parameters?.kind() === 'identifier' ? [parameters] : named(parameters)
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters: items.map((item) => nameTarget((item.field('name') ?? item).text())),
    body: lower(body),
    isExpression: body !== null && !/^(?:block|constructor_body)$/.test(String(body.kind())),
    line: lineOf(node),
  }
}

const lower: Lower = lowering((node, kind, down): Code => {
  if (FUNCTIONS.has(kind)) return lowerFunction(node)
  switch (kind) {
    case 'identifier':
    case 'this':
      return { kind: 'name', name: node.text() }
    case 'null_literal':
      return { kind: 'null' }
    case 'string_literal':
      return { kind: 'text', text: node.text().slice(1, -1) }
    case 'parenthesized_expression':
    case 'expression_statement':
      return down(named(node)[0])
    case 'cast_expression':
      return down(node.field('value'))
    case 'field_access':
      return {
        kind: 'member',
        object: down(node.field('object')),
        name: node.field('field')?.text() ?? '',
        id: node.id(),
      }
    case 'method_invocation': {
      const object = node.field('object')
      const name = node.field('name')?.text() ?? ''
      return {
        kind: 'call',
        id: node.id(),
        callee:
          object === null ? { kind: 'name', name } : { kind: 'member', object: down(object), name, id: -1 },
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    }
    case 'explicit_constructor_invocation':
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: 'this()' },
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    case 'object_creation_expression': {
      const body = named(node).find((child) => child.kind() === 'class_body')
      const call: Code = {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: (node.field('type')?.text() ?? '').replace(/<.*/s, '') },
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
      // A class without a name knows the variables around it: like a function that runs later.
      return body === undefined ? call : { kind: 'sequence', items: [laterCode(body, down), call] }
    }
    case 'array_initializer':
      return { kind: 'pack', items: named(node).map(down) }
    case 'local_variable_declaration':
      return sequence(
        named(node).filter((child) => child.kind() === 'variable_declarator'),
        down,
      )
    case 'variable_declarator': {
      const value = node.field('value')
      const target = nameTarget(node.field('name')?.text() ?? '')
      return {
        kind: 'assign',
        target,
        value: value === null ? { kind: 'null' } : down(value),
        declares: true,
      }
    }
    case 'assignment_expression': {
      const left = node.field('left') ?? node
      return { kind: 'assign', target: targetOf(left), value: down(node.field('right')), declares: false }
    }
    case 'binary_expression': {
      const operator = node.field('operator')?.text()
      if (operator === '&&' || operator === '||')
        return { kind: 'branch', test: testOf(node, down), whenTrue: NOTHING, whenFalse: NOTHING }
      return sequence(named(node), down)
    }
    case 'ternary_expression':
    case 'if_statement': {
      const condition = node.field('condition')
      return {
        kind: 'branch',
        test: condition === null ? other(node, down) : testOf(condition, down),
        whenTrue: down(node.field('consequence')),
        whenFalse: down(node.field('alternative')),
      }
    }
    case 'enhanced_for_statement':
      return {
        kind: 'loop',
        over: down(node.field('value')),
        into: nameTarget(node.field('name')?.text() ?? ''),
        isEndless: false,
        isBodyFirst: false,
        body: down(node.field('body')),
      }
    case 'while_statement':
    case 'do_statement':
    case 'for_statement': {
      const condition = node.field('condition')
      const isEndless = condition === null || /^\(?\s*true\s*\)?$/.test(condition.text())
      const update = node.field('update')
      const loop: Code = {
        kind: 'loop',
        ...(isEndless ? {} : { test: testOf(condition, down) }),
        isEndless,
        isBodyFirst: kind === 'do_statement',
        body: { kind: 'sequence', items: [down(node.field('body')), down(update)] },
      }
      return { kind: 'sequence', items: [down(node.field('init')), loop] }
    }
    case 'switch_expression':
    case 'switch_statement': {
      const cases = named(node.field('body'))
      return {
        kind: 'switch',
        subject: down(node.field('condition')),
        cases: cases.map((one) => ({
          kind: 'sequence',
          items: named(one)
            .filter((child) => child.kind() !== 'switch_label')
            .map(down),
        })),
        hasDefault: cases.some((one) => named(one).some((child) => child.text().startsWith('default'))),
      }
    }
    case 'try_statement':
    case 'try_with_resources_statement': {
      const resources = named(node.field('resources'))
      const body = resources.reduceRight<Code>(
        (inner, resource) => scopedOf(resource, inner, down),
        down(node.field('body')),
      )
      const clauses = named(node)
      const handlers = clauses.filter((child) => child.kind() === 'catch_clause')
      const last = clauses.find((child) => child.kind() === 'finally_clause')
      return {
        kind: 'try',
        body,
        handlers: handlers.map((handler) => down(handler.field('body'))),
        catchesAll: handlers.some((handler) =>
          /^\s*catch\s*\([^)]*\b(?:Exception|Throwable)\b/.test(handler.text()),
        ),
        ...(last === undefined ? {} : { finally: down(named(last)[0]) }),
      }
    }
    case 'return_statement':
    case 'throw_statement': {
      const [value] = named(node)
      return {
        kind: kind === 'return_statement' ? 'return' : 'throw',
        ...(value === undefined ? {} : { value: down(value) }),
        line: lineOf(node),
      }
    }
    case 'break_statement':
      return { kind: 'break' }
    case 'continue_statement':
      return { kind: 'continue' }
    case 'class_declaration':
    case 'type_arguments':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

function scopedOf(resource: Node, body: Code, down: Lower): Code {
  const name = resource.field('name')?.text()
  const value = resource.field('value') ?? named(resource)[0]
  return {
    kind: 'scoped',
    value: down(value),
    ...(name === undefined ? {} : { target: nameTarget(name) }),
    body,
  }
}

function laterCode(body: Node, down: Lower): Code {
  return {
    kind: 'function',
    id: -1,
    parameters: [],
    body: { kind: 'sequence', items: named(body).map(down) },
    isExpression: false,
    line: lineOf(body),
  }
}

function testOf(node: Node, down: Lower): Test {
  const kind = node.kind()
  if (kind === 'parenthesized_expression') return testOf(named(node)[0] ?? node, down)
  if (kind === 'unary_expression' && hasToken(node, '!')) {
    const inner = node.field('operand')
    return inner === null ? other(node, down) : { kind: 'not', test: testOf(inner, down) }
  }
  if (kind === 'binary_expression') {
    const operator = node.field('operator')?.text() ?? ''
    const left = node.field('left')
    const right = node.field('right')
    if (left !== null && right !== null) {
      if (operator === '&&') return { kind: 'and', left: testOf(left, down), right: testOf(right, down) }
      if (operator === '||') return { kind: 'or', left: testOf(left, down), right: testOf(right, down) }
      if (/^[!=]=$/.test(operator) && right.kind() === 'null_literal') {
        const isNull: Test = { kind: 'is-null', code: down(left), text: `${left.text()} is null` }
        return operator === '!=' ? { kind: 'not', test: isNull } : isNull
      }
    }
  }
  return other(node, down)
}

function targetOf(node: Node): Target {
  return node.kind() === 'identifier' ? nameTarget(node.text()) : outside(node)
}
