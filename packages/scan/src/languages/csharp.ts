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
  'local_function_statement',
  'lambda_expression',
  'anonymous_method_expression',
  'accessor_declaration',
])

export const csharp: Language = {
  id: 'csharp',
  grammars: { '.cs': 'csharp' },
  hasExceptions: true,
  functionKinds: FUNCTIONS,
  lowerFunction,
}

function lowerFunction(node: Node): FunctionCode {
  const body = node.field('body')
  const parameters = node.field('parameters')
  const name = node.field('name')?.text()
  const arrow = body?.kind() === 'arrow_expression_clause' ? named(body)[0] : undefined
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters:
      parameters?.kind() === 'implicit_parameter'
        ? [nameTarget(parameters.text())]
        : named(parameters).map((item) => nameTarget((item.field('name') ?? item).text())),
    body: lower(arrow ?? body),
    isExpression: arrow !== undefined || (body !== null && body.kind() !== 'block'),
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
    case 'await_expression':
    case 'parenthesized_expression':
    case 'expression_statement':
    case 'postfix_unary_expression':
    case 'argument':
      return down(named(node).at(-1))
    case 'cast_expression':
      return down(node.field('value'))
    case 'as_expression':
      return down(node.field('left'))
    case 'member_access_expression': {
      const object = node.field('expression') ?? named(node).at(0)
      const name = node.field('name')?.text() ?? ''
      // `this.field` has no node for `this`.
      if (object === undefined || named(node).length < 2) return { kind: 'name', name: `this.${name}` }
      return { kind: 'member', object: down(object), name, id: node.id() }
    }
    case 'conditional_access_expression':
      return conditionalAccess(node, down)
    case 'block':
    case 'switch_section':
      return blockOf(named(node), down)
    case 'invocation_expression':
      return {
        kind: 'call',
        id: node.id(),
        callee: down(node.field('function')),
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    case 'object_creation_expression': {
      const initializer = node.field('initializer')
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: (node.field('type')?.text() ?? '').replace(/<.*/s, '') },
        args: [
          ...named(node.field('arguments')).map(down),
          ...(initializer === null ? [] : [down(initializer)]),
        ],
        line: lineOf(node),
      }
    }
    case 'initializer_expression':
    case 'tuple_expression':
    case 'implicit_object_creation_expression':
      return { kind: 'pack', items: named(node).map(down) }
    case 'local_declaration_statement': {
      const declaration = named(node).find((child) => child.kind() === 'variable_declaration')
      return down(declaration)
    }
    case 'variable_declaration':
      return sequence(
        named(node).filter((child) => child.kind() === 'variable_declarator'),
        down,
      )
    case 'variable_declarator': {
      const [, value] = named(node)
      const target = nameTarget(node.field('name')?.text() ?? '')
      return {
        kind: 'assign',
        target,
        value: value === undefined ? { kind: 'null' } : down(value),
        declares: true,
      }
    }
    case 'assignment_expression': {
      const left = node.field('left') ?? node
      const assign: Code = {
        kind: 'assign',
        target: targetOf(left),
        value: down(node.field('right')),
        declares: false,
      }
      return assign
    }
    case 'binary_expression': {
      const operator = node.field('operator')?.text()
      if (operator === '??')
        return { kind: 'either', left: down(node.field('left')), right: down(node.field('right')) }
      if (operator === '&&' || operator === '||')
        return { kind: 'branch', test: testOf(node, down), whenTrue: NOTHING, whenFalse: NOTHING }
      return sequence(named(node), down)
    }
    case 'conditional_expression':
    case 'if_statement': {
      const condition = node.field('condition')
      return {
        kind: 'branch',
        test: condition === null ? other(node, down) : testOf(condition, down),
        whenTrue: down(node.field('consequence')),
        whenFalse: down(node.field('alternative')),
      }
    }
    case 'foreach_statement':
      return {
        kind: 'loop',
        over: down(node.field('right')),
        into: nameTarget(node.field('left')?.text() ?? ''),
        isEndless: false,
        isBodyFirst: false,
        body: down(node.field('body')),
      }
    case 'while_statement':
    case 'do_statement':
    case 'for_statement': {
      const condition = node.field('condition')
      const isEndless = condition === null || condition.text() === 'true'
      const loop: Code = {
        kind: 'loop',
        ...(isEndless ? {} : { test: testOf(condition, down) }),
        isEndless,
        isBodyFirst: kind === 'do_statement',
        body: { kind: 'sequence', items: [down(node.field('body')), down(node.field('update'))] },
      }
      return { kind: 'sequence', items: [down(node.field('initializer')), loop] }
    }
    case 'switch_statement': {
      const sections = named(node.field('body'))
      return {
        kind: 'switch',
        subject: down(node.field('value')),
        cases: sections.map(down),
        hasDefault: sections.some((one) => hasToken(one, 'default')),
      }
    }
    case 'try_statement': {
      const clauses = named(node)
      const handlers = clauses.filter((child) => child.kind() === 'catch_clause')
      const last = clauses.find((child) => child.kind() === 'finally_clause')
      return {
        kind: 'try',
        body: down(node.field('body')),
        handlers: handlers.map((handler) => down(handler.field('body'))),
        catchesAll: handlers.some((handler) =>
          /^catch\s*(?:\{|\(\s*(?:System\.)?Exception\b)/.test(handler.text()),
        ),
        ...(last === undefined ? {} : { finally: down(named(last)[0]) }),
      }
    }
    case 'using_statement': {
      const body = node.field('body')
      const resource = named(node).find((child) => child.id() !== body?.id())
      return scopedOf(resource, down(body), down)
    }
    case 'return_statement':
    case 'throw_statement':
    case 'throw_expression': {
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
    case 'type_argument_list':
    case 'type_parameter_list':
    case 'class_declaration':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

/** `using var x = …;` closes at the end of the block that it stands in. */
function blockOf(nodes: readonly Node[], down: Lower): Code {
  const at = nodes.findIndex(
    (child) => child.kind() === 'local_declaration_statement' && hasToken(child, 'using'),
  )
  const declaration = nodes[at]
  if (declaration === undefined) return sequence(nodes, down)
  const resource = named(declaration).find((child) => child.kind() === 'variable_declaration')
  const rest = blockOf(nodes.slice(at + 1), down)
  return { kind: 'sequence', items: [...nodes.slice(0, at).map(down), scopedOf(resource, rest, down)] }
}

function scopedOf(resource: Node | undefined, body: Code, down: Lower): Code {
  const declarator = named(resource).find((child) => child.kind() === 'variable_declarator')
  if (declarator === undefined) return { kind: 'scoped', value: down(resource), body }
  const [, value] = named(declarator)
  return {
    kind: 'scoped',
    value: down(value),
    target: nameTarget(declarator.field('name')?.text() ?? ''),
    body,
  }
}

/** `a?.b.c()`: the grammar hangs what follows below a binding without an object. */
function conditionalAccess(node: Node, down: Lower): Code {
  const [object, binding] = named(node)
  const name = /^\.(\w+)$/.exec(binding?.text() ?? '')?.[1]
  if (name !== undefined) return { kind: 'member', object: down(object), name, id: node.id() }
  const called = /^\.(\w+)\s*\(/.exec(binding?.text() ?? '')?.[1]
  if (called === undefined || binding === undefined) return sequence(named(node), down)
  return {
    kind: 'call',
    id: node.id(),
    callee: { kind: 'member', object: down(object), name: called, id: -1 },
    args: named(binding.field('arguments')).map(down),
    line: lineOf(node),
  }
}

function testOf(node: Node, down: Lower): Test {
  const kind = node.kind()
  if (kind === 'parenthesized_expression') return testOf(named(node)[0] ?? node, down)
  if (kind === 'prefix_unary_expression' && hasToken(node, '!'))
    return { kind: 'not', test: testOf(named(node)[0] ?? node, down) }
  if (kind === 'is_pattern_expression' && /\bis\s+(?:not\s+)?null$/.test(node.text())) {
    const [left] = named(node)
    const isNull: Test = { kind: 'is-null', code: down(left), text: `${left?.text() ?? ''} is null` }
    return /\bnot\s+null$/.test(node.text()) ? { kind: 'not', test: isNull } : isNull
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
