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

const FUNCTIONS = new Set(['function_definition', 'lambda'])

export const python: Language = {
  id: 'python',
  grammars: { '.py': 'python' },
  hasExceptions: true,
  functionKinds: FUNCTIONS,
  lowerFunction,
}

/** Names that the function being lowered declares `global` or `nonlocal`: what is put there lives on. */
let outer: ReadonlySet<string> = new Set()

function lowerFunction(node: Node): FunctionCode {
  const before = outer
  outer = new Set(
    [...node.text().matchAll(/^\s*(?:global|nonlocal)\s+(.+)$/gm)].flatMap(([, names = '']) =>
      names.split(/\s*,\s*/),
    ),
  )
  try {
    return lowerBody(node)
  } finally {
    outer = before
  }
}

function lowerBody(node: Node): FunctionCode {
  const body = node.field('body')
  const name = node.field('name')?.text()
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters: named(node.field('parameters')).map((item) =>
      nameTarget((item.field('name') ?? named(item)[0] ?? item).text()),
    ),
    body: body === null ? sequence(named(node), lower) : lower(body),
    isExpression: node.kind() === 'lambda',
    line: lineOf(node),
  }
}

const lower: Lower = lowering((node, kind, down): Code => {
  if (FUNCTIONS.has(kind)) return lowerFunction(node)
  switch (kind) {
    case 'identifier':
      return { kind: 'name', name: node.text() }
    case 'none':
      return { kind: 'null' }
    case 'string':
      return { kind: 'text', text: node.text().replace(/^\w*['"]+|['"]+$/g, '') }
    case 'await':
    case 'parenthesized_expression':
    case 'expression_statement':
      return down(named(node)[0])
    case 'attribute':
      return {
        kind: 'member',
        object: down(node.field('object')),
        name: node.field('attribute')?.text() ?? '',
        id: node.id(),
      }
    case 'call':
      return {
        kind: 'call',
        id: node.id(),
        callee: down(node.field('function')),
        args: named(node.field('arguments')).map(down),
        line: lineOf(node),
      }
    case 'keyword_argument':
    case 'pair':
      return down(node.field('value'))
    case 'list':
    case 'tuple':
    case 'set':
    case 'dictionary':
    case 'expression_list':
    case 'list_splat':
    case 'dictionary_splat':
      return { kind: 'pack', items: named(node).map(down) }
    case 'assignment':
    case 'named_expression': {
      const left = node.field('left') ?? node.field('name')
      const right = node.field('right') ?? node.field('value')
      if (left === null || right === null) return sequence(named(node), down)
      const pairs = pairsOf(left, right)
      if (pairs !== undefined)
        return {
          kind: 'sequence',
          items: pairs.map(([to, from]) => ({
            kind: 'assign',
            target: targetOf(to),
            value: down(from),
            declares: true,
          })),
        }
      return { kind: 'assign', target: targetOf(left), value: down(right), declares: true }
    }
    case 'boolean_operator': {
      const left = node.field('left')
      if (left !== null && hasToken(node, 'and'))
        return {
          kind: 'branch',
          test: testOf(left, down),
          whenTrue: down(node.field('right')),
          whenFalse: NOTHING,
        }
      return { kind: 'either', left: down(left), right: down(node.field('right')) }
    }
    case 'conditional_expression': {
      const [whenTrue, condition, whenFalse] = named(node)
      return {
        kind: 'branch',
        test: condition === undefined ? other(node, down) : testOf(condition, down),
        whenTrue: down(whenTrue),
        whenFalse: down(whenFalse),
      }
    }
    case 'if_statement': {
      const alternatives = named(node).filter((child) => /^(?:elif|else)_clause$/.test(String(child.kind())))
      return branchOf(node, alternatives, down)
    }
    case 'for_statement': {
      const left = node.field('left')
      const loop: Code = {
        kind: 'loop',
        over: down(node.field('right')),
        ...(left === null ? {} : { into: targetOf(left) }),
        isEndless: false,
        isBodyFirst: false,
        body: down(node.field('body')),
      }
      return loop
    }
    case 'while_statement': {
      const condition = node.field('condition')
      const isEndless = condition === null || /^(?:True|1)$/.test(condition.text())
      return {
        kind: 'loop',
        ...(isEndless ? {} : { test: testOf(condition, down) }),
        isEndless,
        isBodyFirst: false,
        body: down(node.field('body')),
      }
    }
    case 'match_statement': {
      const cases = named(node.field('body'))
      return {
        kind: 'switch',
        subject: down(node.field('subject')),
        cases: cases.map((one) => down(one.field('consequence'))),
        hasDefault: cases.some((one) => one.text().startsWith('case _')),
      }
    }
    case 'try_statement': {
      const clauses = named(node)
      const handlers = clauses.filter((child) => /^except(?:_group)?_clause$/.test(String(child.kind())))
      const last = clauses.find((child) => child.kind() === 'finally_clause')
      const otherwise = clauses.find((child) => child.kind() === 'else_clause')
      return {
        kind: 'try',
        body: down(node.field('body')),
        handlers: handlers.map((handler) =>
          down(named(handler).findLast((child) => child.kind() === 'block')),
        ),
        catchesAll: handlers.some((handler) => /^except\s*(?::|(?:Base)?Exception\b)/.test(handler.text())),
        ...(otherwise === undefined ? {} : { otherwise: down(otherwise.field('body')) }),
        ...(last === undefined ? {} : { finally: down(named(last)[0]) }),
      }
    }
    case 'with_statement': {
      const clause = named(node).find((child) => child.kind() === 'with_clause')
      return named(clause).reduceRight<Code>(
        (body, item) => scopedOf(item, body, down),
        down(node.field('body')),
      )
    }
    case 'return_statement':
    case 'raise_statement': {
      const [value] = named(node)
      return {
        kind: kind === 'return_statement' ? 'return' : 'throw',
        ...(value === undefined ? {} : { value: down(value) }),
        line: lineOf(node),
      }
    }
    case 'yield':
      return {
        kind: 'call',
        id: node.id(),
        callee: { kind: 'name', name: 'yield' },
        args: named(node).map(down),
        line: lineOf(node),
      }
    case 'list_comprehension':
    case 'generator_expression':
    case 'set_comprehension':
    case 'dictionary_comprehension':
      return { kind: 'pack', items: named(node).toReversed().map(down) }
    case 'for_in_clause':
      return { kind: 'pack', items: [down(node.field('right'))] }
    case 'break_statement':
      return { kind: 'break' }
    case 'continue_statement':
      return { kind: 'continue' }
    case 'class_definition':
    case 'type':
    case 'import_statement':
    case 'import_from_statement':
    case 'delete_statement':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

function scopedOf(item: Node, body: Code, down: Lower): Code {
  const [value] = named(item)
  if (value?.kind() !== 'as_pattern') return { kind: 'scoped', value: down(value), body }
  const [source, alias] = named(value)
  const target = named(alias)[0]
  return {
    kind: 'scoped',
    value: down(source),
    ...(target === undefined ? {} : { target: targetOf(target) }),
    body,
  }
}

function branchOf(node: Node, alternatives: readonly Node[], down: Lower): Code {
  const condition = node.field('condition')
  const [next, ...rest] = alternatives
  const isElse = next?.kind() === 'else_clause'
  return {
    kind: 'branch',
    test: condition === null ? other(node, down) : testOf(condition, down),
    whenTrue: down(node.field('consequence')),
    whenFalse: next === undefined ? NOTHING : isElse ? down(next.field('body')) : branchOf(next, rest, down),
  }
}

function testOf(node: Node, down: Lower): Test {
  const kind = node.kind()
  if (kind === 'parenthesized_expression') return testOf(named(node)[0] ?? node, down)
  if (kind === 'not_operator') return { kind: 'not', test: testOf(node.field('argument') ?? node, down) }
  if (kind === 'boolean_operator') {
    const left = node.field('left')
    const right = node.field('right')
    if (left !== null && right !== null)
      return {
        kind: hasToken(node, 'and') ? 'and' : 'or',
        left: testOf(left, down),
        right: testOf(right, down),
      }
  }
  if (kind === 'comparison_operator') {
    const [left, right, ...more] = named(node)
    if (left !== undefined && (right?.kind() === 'none' || right?.kind() === 'false') && more.length === 0) {
      const isNull: Test = { kind: 'is-null', code: down(left), text: `${left.text()} is null` }
      return /\bis\s+not\b|!=/.test(node.text()) ? { kind: 'not', test: isNull } : isNull
    }
  }
  // The truth of a response is its `ok` (requests): only the engine knows whether the name holds one.
  if (kind === 'identifier')
    return { kind: 'not', test: { kind: 'is-null', code: down(node), text: `${node.text()} is null` } }
  return other(node, down)
}

/** `a, b = x, y` is two assignments. */
function pairsOf(left: Node, right: Node): [Node, Node][] | undefined {
  if (left.kind() !== 'pattern_list' || right.kind() !== 'expression_list') return undefined
  const to = named(left)
  const from = named(right)
  if (to.length !== from.length) return undefined
  return to.flatMap((target, index): [Node, Node][] => {
    const value = from[index]
    return value === undefined ? [] : [[target, value]]
  })
}

function targetOf(node: Node): Target {
  switch (node.kind()) {
    case 'identifier':
      return outer.has(node.text()) ? outside(node) : nameTarget(node.text())
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
      return { kind: 'tuple', items: named(node).map(targetOf) }
    default:
      return outside(node)
  }
}
