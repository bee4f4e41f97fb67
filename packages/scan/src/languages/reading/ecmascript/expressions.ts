import { levelsOf, operation, type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { readPrimary } from './primaries.ts'
import { readArguments, readMember } from './lists.ts'
import { WORD, ASSIGNED, TYPE } from './words.ts'

const PREFIX = /!|~|\+(?!\+)|-(?!-)|(?:typeof|void|delete)(?![\w$])/y
const OPERATOR =
  /===|!==|==(?!=)|!=(?!=)|<=|>=|<<(?!=)|>>>(?!=)|>>(?![>=])|&&(?!=)|\|\|(?!=)|\?\?(?!=)|[<>](?![<>=])|[%&|^](?![=&|])|[+](?![+=])|-(?![-=])|\/(?![/*=])|\*(?![*=])|(?:instanceof|in)(?![\w$])/y
const AUGMENTED = /(?:[+\-*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=/y
const LEVELS = levelsOf(
  '??',
  '||',
  '&&',
  '|',
  '^',
  '&',
  '== != === !==',
  '< <= > >= instanceof in',
  '<< >> >>>',
  '+ -',
  '* / %',
)
/** `a && b as T`: below these the type is of the right operand alone. */
const LAST_ABOVE_AS = 3

export function readExpression(cursor: Script): Read {
  return cursor.nested(expressionAt)
}

function expressionAt(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  const left = readTernary(cursor)
  if (left === undefined || !/^(?:identifier|member_expression|subscript_expression)$/.test(left.kind))
    return left
  const { last } = cursor
  const kind =
    cursor.match(ASSIGNED) !== undefined
      ? 'assignment_expression'
      : cursor.match(AUGMENTED) !== undefined
        ? 'augmented_assignment_expression'
        : undefined
  if (kind === undefined) {
    cursor.back(last)
    return left
  }
  const right = readExpression(cursor)
  return right && cursor.node(kind, at, [left, right], { left, right })
}

function readTernary(cursor: Script): Read {
  const condition = readOperation(cursor)
  if (condition === undefined) return undefined
  const { last } = cursor
  if (!cursor.take('?')) {
    cursor.back(last)
    return condition
  }
  const consequence = readExpression(cursor)
  if (consequence === undefined || !cursor.take(':')) return undefined
  const alternative = readExpression(cursor)
  return (
    alternative &&
    cursor.node('ternary_expression', condition.start, [condition, consequence, alternative], {
      condition,
      consequence,
      alternative,
    })
  )
}

function readOperation(cursor: Script): Read {
  return operation(cursor, {
    pattern: OPERATOR,
    levels: LEVELS,
    operand: () => readTyped(cursor),
    make: (operator, left, right) =>
      right.kind === 'as_expression' && (LEVELS.get(operator.text) ?? 0) > LAST_ABOVE_AS
        ? undefined
        : cursor.node('binary_expression', left.start, [left, right], { left, operator, right }),
  })
}

/** `x as T`. */
function readTyped(cursor: Script): Read {
  const value = readUnary(cursor)
  const { last } = cursor
  if (value === undefined || cursor.match(/(?:as|satisfies)(?![\w$])/y) === undefined) {
    cursor.back(last)
    return value
  }
  const type = cursor.match(TYPE)
  // The grammar takes `a as B.C` for a member of `a as B`, and `a as B[C]` likewise.
  if (type === undefined || /[.[]/.test(type)) return undefined
  return cursor.node('as_expression', value.start, [value])
}

function readUnary(cursor: Script): Read {
  return cursor.nested(unaryAt)
}

function unaryAt(cursor: Script): Read {
  cursor.skip()
  const { at, last } = cursor
  if (cursor.sees('await') && cursor.match(WORD) === 'await') {
    const value = readUnary(cursor)
    return value && cursor.node('await_expression', at, [value])
  }
  cursor.back(last)
  const operator = cursor.leaf('operator', PREFIX)
  if (operator === undefined) return readPostfix(cursor, readPrimary(cursor))
  const argument = readUnary(cursor)
  return argument && cursor.node('unary_expression', at, [argument], { operator, argument })
}

function readPostfix(cursor: Script, primary: Read): Read {
  let node = primary
  while (node !== undefined && node.kind !== 'arrow_function') {
    const { last } = cursor
    cursor.skip()
    const object: ReadSyntax = node
    if (cursor.sees('?.')) {
      cursor.step(2)
      node = readMember(cursor, object)
    } else if (cursor.sees('.') && !cursor.sees('..')) {
      cursor.step(1)
      node = readMember(cursor, object)
    } else if (cursor.sees('(')) {
      const args = readArguments(cursor)
      node =
        args &&
        cursor.node('call_expression', object.start, [object, args], { function: object, arguments: args })
    } else if (cursor.sees('[')) {
      cursor.step(1)
      const index = readExpression(cursor)
      if (index === undefined || !cursor.take(']')) return undefined
      node = cursor.node('subscript_expression', object.start, [object, index], { object, index })
    }
    // The grammar is of two minds about what a `!` behind an operand belongs to.
    else if (cursor.sees('`') || (cursor.sees('!') && cursor.at === last && !cursor.sees('!=')))
      return undefined
    // Types: `f<T>(x)`.
    else if (cursor.sees('<') && cursor.at === last && cursor.source.text.charAt(last + 1) !== ' ')
      return undefined
    else if (cursor.sees('++') || cursor.sees('--')) {
      cursor.step(2)
      return cursor.node('update_expression', object.start, [object])
    } else {
      cursor.back(last)
      return object
    }
  }
  return node
}
