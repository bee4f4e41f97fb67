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
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'generator_function',
  'generator_function_declaration',
])

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
  functionKinds: FUNCTIONS,
  lowerFunction,
}

function lowerFunction(node: Node): FunctionCode {
  const body = node.field('body')
  const single = node.field('parameter')
  const parameters = single === null ? named(node.field('parameters')) : [single]
  const name = node.field('name')?.text()
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters: parameters.map(parameterTarget),
    body: body === null ? sequence(named(node), lower) : lower(body),
    isExpression: body !== null && body.kind() !== 'statement_block',
    line: lineOf(node),
  }
}

function parameterTarget(node: Node): Target {
  const pattern = node.field('pattern')
  return targetOf(pattern ?? node)
}

const lower: Lower = lowering((node, kind, down): Code => {
  if (FUNCTIONS.has(kind)) return lowerFunction(node)
  switch (kind) {
    case 'identifier':
    case 'shorthand_property_identifier':
      return { kind: 'name', name: node.text() }
    case 'this':
    case 'super':
      return { kind: 'name', name: kind }
    case 'null':
    case 'undefined':
      return { kind: 'null' }
    case 'string':
      return { kind: 'text', text: node.text().slice(1, -1) }
    case 'await_expression':
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'expression_statement': {
      const [inner] = named(node)
      return down(inner)
    }
    case 'member_expression':
      return {
        kind: 'member',
        object: down(node.field('object')),
        name: node.field('property')?.text() ?? '',
        id: node.id(),
      }
    case 'call_expression':
    case 'new_expression':
      return {
        kind: 'call',
        id: node.id(),
        callee: down(node.field('function') ?? node.field('constructor')),
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    case 'object':
    case 'array':
      return { kind: 'pack', items: named(node).map(down) }
    case 'pair':
      return down(node.field('value'))
    case 'spread_element':
      return { kind: 'pack', items: named(node).map(down) }
    case 'lexical_declaration':
    case 'variable_declaration':
      return sequence(named(node), down)
    case 'variable_declarator': {
      const value = node.field('value')
      const target = targetOf(node.field('name') ?? node)
      return {
        kind: 'assign',
        target,
        value: value === null ? { kind: 'null' } : down(value),
        declares: true,
      }
    }
    case 'assignment_expression':
    case 'augmented_assignment_expression': {
      const left = node.field('left') ?? node
      const assign: Code = {
        kind: 'assign',
        target: targetOf(left),
        value: down(node.field('right')),
        declares: false,
      }
      // The grammar takes `using x = …` for an assignment after a word.
      if (/^using\s/.test(node.text())) return { kind: 'scoped', value: assign, body: NOTHING }
      return left.kind() === 'identifier'
        ? assign
        : { kind: 'sequence', items: [down(left.field('object')), assign] }
    }
    case 'binary_expression': {
      const operator = node.field('operator')?.text() ?? ''
      const left = node.field('left')
      const right = node.field('right')
      if (operator === '&&' && left !== null)
        return { kind: 'branch', test: testOf(left, down), whenTrue: down(right), whenFalse: NOTHING }
      if (operator === '||' || operator === '??')
        return { kind: 'either', left: down(left), right: down(right) }
      return sequence(named(node), down)
    }
    case 'ternary_expression':
      return {
        kind: 'branch',
        test: testOf(node.field('condition') ?? node, down),
        whenTrue: down(node.field('consequence')),
        whenFalse: down(node.field('alternative')),
      }
    case 'if_statement': {
      const [inner] = named(node.field('condition'))
      return {
        kind: 'branch',
        test: testOf(inner ?? node, down),
        whenTrue: down(node.field('consequence')),
        whenFalse: down(node.field('alternative')),
      }
    }
    case 'for_in_statement': {
      const left = node.field('left')
      return {
        kind: 'loop',
        over: down(node.field('right')),
        ...(left === null ? {} : { into: targetOf(left) }),
        isEndless: false,
        isBodyFirst: false,
        body: down(node.field('body')),
      }
    }
    case 'while_statement':
    case 'do_statement':
    case 'for_statement': {
      const condition = node.field('condition')
      const inner = condition?.kind() === 'parenthesized_expression' ? named(condition)[0] : condition
      const isEndless =
        inner === null || inner === undefined || inner.text() === 'true' || inner.text() === ';'
      const loop: Code = {
        kind: 'loop',
        ...(isEndless ? {} : { test: testOf(inner, down) }),
        isEndless,
        isBodyFirst: kind === 'do_statement',
        body: { kind: 'sequence', items: [down(node.field('body')), down(node.field('increment'))] },
      }
      return { kind: 'sequence', items: [down(node.field('initializer')), loop] }
    }
    case 'switch_statement': {
      const cases = named(node.field('body'))
      return {
        kind: 'switch',
        subject: down(node.field('value')),
        cases: cases.map((one) => sequence(named(one), down)),
        hasDefault: cases.some((one) => one.kind() === 'switch_default'),
      }
    }
    case 'try_statement': {
      const handler = node.field('handler')
      const last = node.field('finalizer')
      return {
        kind: 'try',
        body: down(node.field('body')),
        handlers: handler === null ? [] : [down(handler.field('body'))],
        catchesAll: true,
        ...(last === null ? {} : { finally: down(last.field('body')) }),
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
    case 'yield_expression':
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: 'yield' },
        args: named(node).map(down),
        line: lineOf(node),
      }
    case 'break_statement':
      return { kind: 'break' }
    case 'continue_statement':
      return { kind: 'continue' }
    case 'class_declaration':
    case 'class':
    case 'type_annotation':
    case 'interface_declaration':
    case 'type_alias_declaration':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

function testOf(node: Node, down: Lower): Test {
  const kind = node.kind()
  if (kind === 'parenthesized_expression') return testOf(named(node)[0] ?? node, down)
  if (kind === 'unary_expression' && hasToken(node, '!')) {
    const inner = node.field('argument')
    return inner === null ? other(node, down) : { kind: 'not', test: testOf(inner, down) }
  }
  if (kind === 'binary_expression') {
    const operator = node.field('operator')?.text() ?? ''
    const left = node.field('left')
    const right = node.field('right')
    if (left !== null && right !== null) {
      if (operator === '&&') return { kind: 'and', left: testOf(left, down), right: testOf(right, down) }
      if (operator === '||') return { kind: 'or', left: testOf(left, down), right: testOf(right, down) }
      if (/^[!=]==?$/.test(operator) && /^(?:null|undefined)$/.test(right.text())) {
        const isNull: Test = { kind: 'is-null', code: down(left), text: `${left.text()} is null` }
        return operator.startsWith('!') ? { kind: 'not', test: isNull } : isNull
      }
    }
  }
  if (kind === 'identifier')
    return { kind: 'not', test: { kind: 'is-null', code: down(node), text: `${node.text()} is null` } }
  return other(node, down)
}

function targetOf(node: Node): Target {
  switch (node.kind()) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return nameTarget(node.text())
    case 'object_pattern':
      return {
        kind: 'members',
        entries: named(node).map((entry) => {
          const value = entry.field('value')
          if (entry.kind() === 'pair_pattern' && value !== null)
            return { member: entry.field('key')?.text() ?? '', target: targetOf(value) }
          if (entry.kind() === 'rest_pattern') return { member: '...', target: outside(entry) }
          const name = (entry.field('left') ?? entry).text()
          return { member: name, target: nameTarget(name) }
        }),
      }
    case 'assignment_pattern': {
      const left = node.field('left')
      return left === null ? outside(node) : targetOf(left)
    }
    case 'array_pattern':
      return { kind: 'tuple', items: named(node).map((item) => targetOf(item)) }
    default:
      return outside(node)
  }
}
