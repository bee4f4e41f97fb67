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
  'anonymous_function',
  'lambda_literal',
  'secondary_constructor',
  'anonymous_initializer',
  'getter',
  'setter',
])

export const kotlin: Language = {
  id: 'kotlin',
  grammars: { '.kt': 'kotlin', '.kts': 'kotlin' },
  hasExceptions: true,
  functionKinds: FUNCTIONS,
  lowerFunction,
}

/** Of this grammar: it has no fields, and `null` is a bare token. */
function child(node: Node | undefined, ...kinds: string[]): Node | undefined {
  return named(node).find((one) => kinds.includes(String(one.kind())))
}

function lowerFunction(node: Node): FunctionCode {
  const parameters = child(node, 'function_value_parameters', 'lambda_parameters')
  const name = child(node, 'simple_identifier')?.text()
  return {
    kind: 'function',
    id: node.id(),
    ...(name === undefined ? {} : { name }),
    parameters: named(parameters)
      .filter((item) => /^(?:parameter|variable_declaration|multi_variable_declaration)$/.test(kindOf(item)))
      .map(declared),
    body: bodyOf(node),
    isExpression: false,
    line: lineOf(node),
  }
}

function bodyOf(node: Node): Code {
  if (node.kind() === 'source_file') return sequence(named(node), lower)
  if (node.kind() === 'lambda_literal') return block(child(node, 'statements'), lower, returning(node))
  const body = child(node, 'function_body') ?? node
  if (!hasToken(body, '=')) return lower(child(body, 'statements'))
  const value = named(body)[0]
  return value === undefined ? NOTHING : into(value, lower, returning(node))
}

function returning(node: Node): Wrap {
  return (value) => ({ kind: 'return', value, line: lineOf(node) })
}

const lower: Lower = lowering((node, kind, down): Code => {
  if (FUNCTIONS.has(kind)) return lowerFunction(node)
  switch (kind) {
    case 'simple_identifier':
    case 'interpolated_identifier':
    case 'this_expression':
      return { kind: 'name', name: node.text() }
    case 'string_literal': {
      const parts = named(node)
      if (parts.every((part) => part.kind() === 'string_content'))
        return { kind: 'text', text: parts.map((part) => part.text()).join('') }
      return sequence(parts, down)
    }
    case 'parenthesized_expression':
    case 'as_expression':
    case 'postfix_expression':
      return down(named(node)[0])
    case 'value_argument':
      return down(named(node).at(-1))
    case 'statements':
      return block(node, down)
    case 'control_structure_body':
      return hasToken(node, '{') ? block(child(node, 'statements'), down) : valueOf(named(node)[0], down)
    case 'navigation_expression':
      // A property of Java is a call of its getter.
      return { kind: 'call', id: node.id(), callee: memberOf(node, down), args: [], line: lineOf(node) }
    case 'call_expression':
      return callOf(node, down)
    case 'property_declaration':
      return propertyOf(node, down)
    case 'assignment':
      return assignmentOf(node, down)
    case 'conjunction_expression':
    case 'disjunction_expression':
      return { kind: 'branch', test: testOf(node, down), whenTrue: NOTHING, whenFalse: NOTHING }
    case 'elvis_expression': {
      const [left, right] = named(node)
      return { kind: 'either', left: down(left), right: valueOf(right, down) }
    }
    case 'if_expression':
      return branchOf(node, down)
    case 'when_expression': {
      const entries = named(node).filter((one) => one.kind() === 'when_entry')
      return {
        kind: 'switch',
        subject: subjectOf(child(node, 'when_subject'), down),
        cases: entries.map((entry) => ({ kind: 'sequence', items: named(entry).map(down), hasValue: true })),
        hasDefault: entries.some((entry) => hasToken(entry, 'else')),
      }
    }
    case 'for_statement': {
      const [variable, over] = named(node).filter((one) => one.kind() !== 'control_structure_body')
      return {
        kind: 'loop',
        over: down(over),
        ...(variable === undefined ? {} : { into: declared(variable) }),
        isEndless: false,
        isBodyFirst: false,
        body: down(child(node, 'control_structure_body')),
      }
    }
    case 'while_statement':
    case 'do_while_statement': {
      const condition = named(node).find((one) => one.kind() !== 'control_structure_body')
      const isEndless = condition === undefined || condition.text() === 'true'
      return {
        kind: 'loop',
        ...(isEndless ? {} : { test: testOf(condition, down) }),
        isEndless,
        isBodyFirst: kind === 'do_while_statement',
        body: down(child(node, 'control_structure_body')),
      }
    }
    case 'try_expression':
      return tryOf(node, down)
    case 'jump_expression':
      return jumpOf(node, down)
    case 'class_declaration':
    case 'object_declaration':
    case 'companion_object':
    case 'type_arguments':
    case 'user_type':
    case 'import_list':
    case 'package_header':
      return NOTHING
    default:
      return sequence(named(node), down)
  }
})

/** What is done with the value that a block or a `try` gives: it is assigned, returned. */
type Wrap = (value: Code) => Code

/** `val x = try { a } catch … { b }` assigns in each of its blocks. */
function into(node: Node, down: Lower, wrap: Wrap): Code {
  return node.kind() === 'try_expression' ? tryOf(node, down, wrap) : wrap(down(node))
}

function block(node: Node | undefined, down: Lower, wrap?: Wrap): Code {
  const items = named(node)
  const last = items.at(-1)
  if (last === undefined) return NOTHING
  const before = items.slice(0, -1).map(down)
  const end = wrap === undefined ? down(last) : into(last, down, wrap)
  return { kind: 'sequence', items: [...before, end], hasValue: true }
}

/** Nothing stands for `null`, which has no node. */
function valueOf(node: Node | undefined, down: Lower): Code {
  return node === undefined ? { kind: 'null' } : down(node)
}

function memberOf(node: Node, down: Lower): Code {
  const [object] = named(node)
  const name = child(child(node, 'navigation_suffix'), 'simple_identifier')?.text() ?? ''
  return { kind: 'member', object: down(object), name, id: -1 }
}

/** `f(a) { … }` is two calls for the grammar, and one for the reader. */
function callOf(node: Node, down: Lower): Code {
  const [first, suffix] = named(node)
  const hasOnlyLambda = child(suffix, 'value_arguments') === undefined
  const inner = first?.kind() === 'call_expression' && hasOnlyLambda ? first : undefined
  const [callee, innerSuffix] = inner === undefined ? [first] : named(inner)
  const lambda = child(child(suffix, 'annotated_lambda'), 'lambda_literal')
  const given = [...named(child(innerSuffix, 'value_arguments')), ...named(child(suffix, 'value_arguments'))]
  return {
    kind: 'call',
    id: node.id(),
    callee: callee?.kind() === 'navigation_expression' ? memberOf(callee, down) : down(callee),
    args: [...given.map(down), ...(lambda === undefined ? [] : [down(lambda)])],
    line: lineOf(node),
  }
}

function propertyOf(node: Node, down: Lower): Code {
  const target = child(node, 'variable_declaration', 'multi_variable_declaration')
  const delegate = child(node, 'property_delegate')
  if (target === undefined) return sequence(named(node), down)
  const value = hasToken(node, '=') ? named(node).at(-1) : delegate
  const assign: Wrap = (code) => ({ kind: 'assign', target: declared(target), value: code, declares: true })
  const isNull = value === undefined || value.id() === target.id()
  return isNull ? assign({ kind: 'null' }) : into(value, down, assign)
}

function assignmentOf(node: Node, down: Lower): Code {
  const [left, right] = named(node)
  if (left === undefined) return NOTHING
  const parts = named(left)
  const suffix = parts.at(-1)
  const name = child(suffix, 'simple_identifier')?.text()
  const [object] = parts
  if (parts.length === 2 && name !== undefined && object?.kind() === 'simple_identifier')
    return setterCall(node, down(object), name, valueOf(right, down))
  const target = parts.length === 1 && object !== undefined ? targetOf(object) : outside(left)
  const assign: Wrap = (value) => ({ kind: 'assign', target, value, declares: false })
  return right === undefined ? assign({ kind: 'null' }) : into(right, down, assign)
}

/** `connection.requestMethod = "HEAD"` calls `setRequestMethod`. */
function setterCall(node: Node, object: Code, property: string, value: Code): Code {
  const name = `set${property.charAt(0).toUpperCase()}${property.slice(1)}`
  return {
    kind: 'call',
    id: node.id(),
    callee: { kind: 'member', object, name, id: -1 },
    args: [value],
    line: lineOf(node),
  }
}

function branchOf(node: Node, down: Lower): Code {
  const [condition] = named(node)
  const parts = node.children()
  const at = parts.findIndex((part) => part.text() === 'else' && !part.isNamed())
  const bodies = parts.map((part, index) => ({ part, index })).filter(({ part }) => isBody(part))
  const yes = bodies.find(({ index }) => at === -1 || index < at)?.part
  const no = at === -1 ? undefined : bodies.find(({ index }) => index > at)?.part
  return {
    kind: 'branch',
    test: condition === undefined ? other(node, down) : testOf(condition, down),
    whenTrue: down(yes),
    whenFalse: down(no),
  }
}

function isBody(node: Node): boolean {
  return node.kind() === 'control_structure_body'
}

function subjectOf(subject: Node | undefined, down: Lower): Code {
  const variable = child(subject, 'variable_declaration')
  const value = named(subject).at(-1)
  if (variable === undefined || value === undefined) return sequence(named(subject), down)
  return { kind: 'assign', target: declared(variable), value: down(value), declares: true }
}

function tryOf(node: Node, down: Lower, wrap?: Wrap): Code {
  const handlers = named(node).filter((one) => one.kind() === 'catch_block')
  const last = child(node, 'finally_block')
  return {
    kind: 'try',
    body: block(child(node, 'statements'), down, wrap),
    handlers: handlers.map((handler) => block(child(handler, 'statements'), down, wrap)),
    catchesAll: handlers.some((handler) =>
      /^catch\s*\([^)]*\b(?:Exception|Throwable)\b/.test(handler.text()),
    ),
    ...(last === undefined ? {} : { finally: down(child(last, 'statements')) }),
  }
}

function jumpOf(node: Node, down: Lower): Code {
  const word = node.children()[0]?.text().replace(/@.*/s, '')
  if (word === 'break' || word === 'continue') return { kind: word }
  const value = named(node).find((one) => one.kind() !== 'label')
  const jump: Wrap = (code) => ({
    kind: word === 'throw' ? 'throw' : 'return',
    value: code,
    line: lineOf(node),
  })
  return value === undefined ? jump({ kind: 'null' }) : into(value, down, jump)
}

function testOf(node: Node, down: Lower): Test {
  const [left, right] = named(node)
  if (left === undefined) return other(node, down)
  switch (kindOf(node)) {
    case 'parenthesized_expression':
      return testOf(left, down)
    case 'prefix_expression': {
      // The grammar hangs `!a || b` below the `!`: not to be taken apart.
      const isSingle = !/^(?:conjunction|disjunction|equality)_expression$/.test(kindOf(left))
      return hasToken(node, '!') && isSingle ? { kind: 'not', test: testOf(left, down) } : other(node, down)
    }
    case 'call_expression': {
      // `a.isFine.not()`
      const negated = node.text().endsWith('.not()') ? named(left)[0] : undefined
      return negated === undefined ? other(node, down) : { kind: 'not', test: testOf(negated, down) }
    }
    case 'conjunction_expression':
    case 'disjunction_expression':
      if (right === undefined) return other(node, down)
      return {
        kind: node.kind() === 'conjunction_expression' ? 'and' : 'or',
        left: testOf(left, down),
        right: testOf(right, down),
      }
    case 'equality_expression': {
      if (!hasToken(node, 'null')) return other(node, down)
      const isNull: Test = { kind: 'is-null', code: down(left), text: `${left.text()} is null` }
      return hasToken(node, '!=') || hasToken(node, '!==') ? { kind: 'not', test: isNull } : isNull
    }
    default:
      return other(node, down)
  }
}

function declared(node: Node): Target {
  if (node.kind() === 'multi_variable_declaration') return { kind: 'tuple', items: named(node).map(declared) }
  return nameTarget(child(node, 'simple_identifier')?.text() ?? '')
}

function targetOf(node: Node): Target {
  return node.kind() === 'simple_identifier' ? nameTarget(node.text()) : outside(node)
}

function kindOf(node: Node): string {
  return String(node.kind())
}
