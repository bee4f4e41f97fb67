import { NOTHING, type Code, type FunctionCode, type Target, type Test } from '../flow/code.ts'
import { isNull, other } from './conditions.ts'
import { called, first, last, name, nothing, returns, sequence, tested } from './forms.ts'
import type { Language } from './language.ts'
import { lowering, type Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'
import { nameTarget, outside, variable } from './targets.ts'

const FUNCTIONS = [
  'function_declaration',
  'anonymous_function',
  'lambda_literal',
  'secondary_constructor',
  'anonymous_initializer',
  'getter',
  'setter',
]

export const kotlin: Language = {
  id: 'kotlin',
  grammars: { '.kt': 'kotlin', '.kts': 'kotlin' },
  hasExceptions: true,
  functionKinds: new Set(FUNCTIONS),
  lowerFunction,
}

const targetOf = variable('simple_identifier')

function lowerFunction(node: Syntax): FunctionCode {
  const parameters = node.child('function_value_parameters', 'lambda_parameters')
  const functionName = node.child('simple_identifier')?.text
  return {
    kind: 'function',
    at: node,
    ...(functionName === undefined ? {} : { name: functionName }),
    parameters: (parameters?.named ?? [])
      .filter((item) => /^(?:parameter|variable_declaration|multi_variable_declaration)$/.test(item.kind))
      .map(declared),
    body: bodyOf(node),
    isExpression: false,
  }
}

function bodyOf(node: Syntax): Code {
  if (node.kind === 'source_file') return sequence(node, lower)
  if (node.kind === 'lambda_literal') return block(node.child('statements'), lower, returning(node))
  const body = node.child('function_body') ?? node
  if (!body.hasToken('=')) return lower(body.child('statements'))
  const value = body.named[0]
  return value === undefined ? NOTHING : into(value, lower, returning(node))
}

function returning(node: Syntax): Wrap {
  return (value) => returns(node, value)
}

const lower: Lower = lowering({
  ...Object.fromEntries(FUNCTIONS.map((kind) => [kind, lowerFunction])),
  simple_identifier: name,
  interpolated_identifier: name,
  this_expression: name,
  string_literal: ({ named }, down) =>
    named.every(({ kind }) => kind === 'string_content')
      ? { kind: 'text', text: named.map(({ text }) => text).join('') }
      : { kind: 'sequence', items: named.map(down) },
  parenthesized_expression: first,
  as_expression: first,
  postfix_expression: first,
  value_argument: last,
  statements: block,
  control_structure_body: (node, down) =>
    node.hasToken('{') ? block(node.child('statements'), down) : valueOf(node.named[0], down),
  // A property of Java is a call of its getter.
  navigation_expression: (node, down) => called(node, memberOf(node, down), []),
  call_expression: callOf,
  property_declaration: propertyOf,
  assignment: assignmentOf,
  conjunction_expression: tested(testOf),
  disjunction_expression: tested(testOf),
  elvis_expression: ({ named: [left, right] }, down) => ({
    kind: 'either',
    left: down(left),
    right: valueOf(right, down),
  }),
  if_expression: branchOf,
  when_expression: (node, down) => {
    const entries = node.named.filter(({ kind }) => kind === 'when_entry')
    return {
      kind: 'switch',
      subject: subjectOf(node.child('when_subject'), down),
      cases: entries.map(({ named }) => ({ kind: 'sequence', items: named.map(down), hasValue: true })),
      hasDefault: entries.some((entry) => entry.hasToken('else')),
    }
  },
  for_statement: (node, down) => {
    const [each, over] = node.named.filter((one) => !isBody(one))
    return {
      kind: 'loop',
      over: down(over),
      ...(each === undefined ? {} : { into: declared(each) }),
      isEndless: false,
      isBodyFirst: false,
      body: down(node.child('control_structure_body')),
    }
  },
  while_statement: loopOf,
  do_while_statement: loopOf,
  try_expression: (node, down) => tryOf(node, down),
  jump_expression: jumpOf,
  class_declaration: nothing,
  object_declaration: nothing,
  companion_object: nothing,
  type_arguments: nothing,
  user_type: nothing,
  import_list: nothing,
  package_header: nothing,
})

function loopOf(node: Syntax, down: Lower): Code {
  const condition = node.named.find((one) => !isBody(one))
  const isEndless = condition === undefined || condition.text === 'true'
  return {
    kind: 'loop',
    ...(isEndless ? {} : { test: testOf(condition, down) }),
    isEndless,
    isBodyFirst: node.kind === 'do_while_statement',
    body: down(node.child('control_structure_body')),
  }
}

/** What is done with the value that a block or a `try` gives: it is assigned, returned. */
type Wrap = (value: Code) => Code

/** `val x = try { a } catch … { b }` assigns in each of its blocks. */
function into(node: Syntax, down: Lower, wrap: Wrap): Code {
  return node.kind === 'try_expression' ? tryOf(node, down, wrap) : wrap(down(node))
}

function block(node: Syntax | undefined, down: Lower, wrap?: Wrap): Code {
  const items = node?.named ?? []
  const end = items.at(-1)
  if (end === undefined) return NOTHING
  const before = items.slice(0, -1).map(down)
  const value = wrap === undefined ? down(end) : into(end, down, wrap)
  return { kind: 'sequence', items: [...before, value], hasValue: true }
}

/** Nothing stands for `null`, which has no node. */
function valueOf(node: Syntax | undefined, down: Lower): Code {
  return node === undefined ? { kind: 'null' } : down(node)
}

function memberOf(node: Syntax, down: Lower): Code {
  const [object] = node.named
  const property = node.child('navigation_suffix')?.child('simple_identifier')?.text ?? ''
  return { kind: 'member', object: down(object), name: property }
}

/** `f(a) { … }` is two calls for the grammar, and one for the reader. */
function callOf(node: Syntax, down: Lower): Code {
  const [outer, suffix] = node.named
  const hasOnlyLambda = suffix?.child('value_arguments') === undefined
  const inner = outer?.kind === 'call_expression' && hasOnlyLambda ? outer : undefined
  const [callee, innerSuffix] = inner === undefined ? [outer] : inner.named
  const lambda = suffix?.child('annotated_lambda')?.child('lambda_literal')
  const given = [innerSuffix, suffix].flatMap((one) => one?.child('value_arguments')?.named ?? [])
  return called(
    node,
    callee?.kind === 'navigation_expression' ? memberOf(callee, down) : down(callee),
    [...given, ...(lambda === undefined ? [] : [lambda])].map(down),
  )
}

function propertyOf(node: Syntax, down: Lower): Code {
  const target = node.child('variable_declaration', 'multi_variable_declaration')
  const delegate = node.child('property_delegate')
  if (target === undefined) return sequence(node, down)
  const value = node.hasToken('=') ? node.named.at(-1) : delegate
  const assign: Wrap = (code) => ({ kind: 'assign', target: declared(target), value: code, declares: true })
  return value === undefined || value.id === target.id ? assign({ kind: 'null' }) : into(value, down, assign)
}

function assignmentOf(node: Syntax, down: Lower): Code {
  const [left, right] = node.named
  if (left === undefined) return NOTHING
  const parts = left.named
  const property = parts.at(-1)?.child('simple_identifier')?.text
  const [object] = parts
  if (parts.length === 2 && property !== undefined && object?.kind === 'simple_identifier')
    return setterCall(node, down(object), property, valueOf(right, down))
  const target = parts.length === 1 && object !== undefined ? targetOf(object) : outside(left)
  const assign: Wrap = (value) => ({ kind: 'assign', target, value, declares: false })
  return right === undefined ? assign({ kind: 'null' }) : into(right, down, assign)
}

/** `connection.requestMethod = "HEAD"` calls `setRequestMethod`. */
function setterCall(node: Syntax, object: Code, property: string, value: Code): Code {
  const setter = `set${property.charAt(0).toUpperCase()}${property.slice(1)}`
  return called(node, { kind: 'member', object, name: setter }, [value])
}

function branchOf(node: Syntax, down: Lower): Code {
  const [test] = node.named
  const parts = node.children()
  const at = parts.findIndex(({ kind }) => kind === 'else')
  const bodies = parts.map((part, index) => ({ part, index })).filter(({ part }) => isBody(part))
  const yes = bodies.find(({ index }) => at === -1 || index < at)?.part
  const no = at === -1 ? undefined : bodies.find(({ index }) => index > at)?.part
  return {
    kind: 'branch',
    test: test === undefined ? other(node, down) : testOf(test, down),
    whenTrue: down(yes),
    whenFalse: down(no),
  }
}

function isBody(node: Syntax): boolean {
  return node.kind === 'control_structure_body'
}

function subjectOf(subject: Syntax | undefined, down: Lower): Code {
  const declaration = subject?.child('variable_declaration')
  const value = subject?.named.at(-1)
  if (declaration !== undefined && value !== undefined)
    return { kind: 'assign', target: declared(declaration), value: down(value), declares: true }
  return subject === undefined ? NOTHING : sequence(subject, down)
}

function tryOf(node: Syntax, down: Lower, wrap?: Wrap): Code {
  const handlers = node.named.filter((one) => one.kind === 'catch_block')
  const end = node.child('finally_block')
  return {
    kind: 'try',
    body: block(node.child('statements'), down, wrap),
    handlers: handlers.map((handler) => block(handler.child('statements'), down, wrap)),
    catchesAll: handlers.some((handler) => /^catch\s*\([^)]*\b(?:Exception|Throwable)\b/.test(handler.text)),
    ...(end === undefined ? {} : { finally: down(end.child('statements')) }),
  }
}

function jumpOf(node: Syntax, down: Lower): Code {
  const word = node.children()[0]?.text.replace(/@.*/s, '')
  if (word === 'break' || word === 'continue') return { kind: word }
  const value = node.named.find((one) => one.kind !== 'label')
  const jump: Wrap = (code) => ({
    kind: word === 'throw' ? 'throw' : 'return',
    value: code,
    at: node,
  })
  return value === undefined ? jump({ kind: 'null' }) : into(value, down, jump)
}

function testOf(node: Syntax, down: Lower): Test {
  const [left, right] = node.named
  if (left === undefined) return other(node, down)
  switch (node.kind) {
    case 'parenthesized_expression':
      return testOf(left, down)
    case 'prefix_expression': {
      // The grammar hangs `!a || b` below the `!`: not to be taken apart.
      const isSingle = !/^(?:conjunction|disjunction|equality)_expression$/.test(left.kind)
      return node.hasToken('!') && isSingle ? { kind: 'not', test: testOf(left, down) } : other(node, down)
    }
    case 'call_expression': {
      // `a.isFine.not()`
      const negated = node.text.endsWith('.not()') ? left.named[0] : undefined
      return negated === undefined ? other(node, down) : { kind: 'not', test: testOf(negated, down) }
    }
    case 'conjunction_expression':
    case 'disjunction_expression':
      if (right === undefined) return other(node, down)
      return {
        kind: node.kind === 'conjunction_expression' ? 'and' : 'or',
        left: testOf(left, down),
        right: testOf(right, down),
      }
    case 'equality_expression': {
      const isOfNull = node.hasToken('null')
      const isNegated = node.hasToken('!=') || node.hasToken('!==')
      return isOfNull ? isNull(left, down, isNegated) : other(node, down)
    }
    default:
      return other(node, down)
  }
}

function declared(node: Syntax): Target {
  if (node.kind === 'multi_variable_declaration') return { kind: 'tuple', items: node.named.map(declared) }
  return nameTarget(node.child('simple_identifier')?.text ?? '')
}
