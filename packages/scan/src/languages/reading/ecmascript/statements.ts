import { type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { readTry, readSwitch } from './try-and-switch.ts'
import { readFunction } from './functions.ts'
import { readPattern } from './patterns.ts'
import { readExpression } from './expressions.ts'
import { readParenthesized } from './lists.ts'
import { WORD, ASSIGNED, DECLARES, TYPE } from './words.ts'

export function readStatement(cursor: Script): Read {
  return cursor.nested(statementAt)
}

function statementAt(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (cursor.sees('{')) return readBlock(cursor)
  if (cursor.take(';')) return cursor.node('empty_statement', at)
  const word = cursor.match(WORD)
  switch (word ?? '') {
    case 'return':
    case 'throw': {
      if (endsStatement(cursor)) return cursor.node(`${word}_statement`, at)
      const value = readExpression(cursor)
      return value && endsStatement(cursor) ? cursor.node(`${word}_statement`, at, [value]) : undefined
    }
    case 'break':
    case 'continue':
      return endsStatement(cursor) ? cursor.node(`${word}_statement`, at) : undefined
    case 'const':
    case 'let':
    case 'var':
      cursor.back(at)
      return readDeclaration(cursor)
    case 'if':
      return readIf(cursor, at)
    case 'for':
      return readFor(cursor, at)
    case 'while': {
      const condition = readParenthesized(cursor)
      const body = condition && readStatement(cursor)
      return condition && body && cursor.node('while_statement', at, [condition, body], { condition, body })
    }
    case 'try':
      return readTry(cursor, at)
    case 'switch':
      return readSwitch(cursor, at)
    case 'function':
      cursor.back(at)
      return readFunction(cursor, 'function_declaration')
    case 'async':
      if (cursor.match(/function(?![\w$])/y) !== undefined) {
        cursor.back(at)
        return readFunction(cursor, 'function_declaration')
      }
      break
    default:
      break
  }
  cursor.back(at)
  if (word === 'class' || word === 'type' || word === 'interface') return undefined
  const value = readExpression(cursor)
  return value && endsStatement(cursor) ? cursor.node('expression_statement', at, [value]) : undefined
}

/** Up to a closing bracket or the next case of a `switch`. */
export function readStatements(cursor: Script): readonly ReadSyntax[] | undefined {
  const items: ReadSyntax[] = []
  for (;;) {
    const { last } = cursor
    if (cursor.isAtEnd || cursor.sees('}')) return items
    if (cursor.match(/(?:case|default)(?![\w$])/y) !== undefined) {
      cursor.back(last)
      return items
    }
    const item = readStatement(cursor)
    if (item === undefined) return undefined
    items.push(item)
  }
}

export function readBlock(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (!cursor.take('{')) return undefined
  const items = readStatements(cursor)
  return items && cursor.take('}') ? cursor.node('statement_block', at, items) : undefined
}

/** A semicolon, or where none is needed. */
function endsStatement(cursor: Script): boolean {
  const { last } = cursor
  if (cursor.take(';') || cursor.isAtEnd || cursor.sees('}')) return true
  return cursor.source.text.slice(last, cursor.at).includes('\n')
}

function readIf(cursor: Script, at: number): Read {
  const condition = readParenthesized(cursor)
  const consequence = condition && readStatement(cursor)
  if (condition === undefined || consequence === undefined) return undefined
  const { last } = cursor
  cursor.skip()
  const start = cursor.at
  if (cursor.match(/else(?![\w$])/y) === undefined) {
    cursor.back(last)
    return cursor.node('if_statement', at, [condition, consequence], { condition, consequence })
  }
  const otherwise = readStatement(cursor)
  if (otherwise === undefined) return undefined
  const alternative = cursor.node('else_clause', start, [otherwise])
  const fields = { condition, consequence, alternative }
  return cursor.node('if_statement', at, [condition, consequence, alternative], fields)
}

function readFor(cursor: Script, at: number): Read {
  cursor.match(/await(?![\w$])/y)
  if (!cursor.take('(')) return undefined
  const { last } = cursor
  cursor.match(DECLARES)
  const left = readPattern(cursor)
  if (left !== undefined && cursor.match(/(?:of|in)(?![\w$])/y) !== undefined) {
    const right = readExpression(cursor)
    const body = right && cursor.take(')') ? readStatement(cursor) : undefined
    return right && body && cursor.node('for_in_statement', at, [left, right, body], { left, right, body })
  }
  cursor.back(last)
  const initializer = readStatement(cursor)
  if (initializer === undefined || !/^(?:lexical|variable)_declaration$/.test(initializer.kind))
    return undefined
  const condition = readExpression(cursor)
  if (condition === undefined || !cursor.take(';')) return undefined
  const increment = readExpression(cursor)
  const body = increment && cursor.take(')') ? readStatement(cursor) : undefined
  return (
    increment &&
    body &&
    cursor.node('for_statement', at, [initializer, condition, increment, body], {
      initializer,
      condition,
      increment,
      body,
    })
  )
}

function readDeclaration(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  const kind = cursor.match(DECLARES) === 'var' ? 'variable_declaration' : 'lexical_declaration'
  const declarators: ReadSyntax[] = []
  do {
    const declarator = readDeclarator(cursor)
    if (declarator === undefined) return undefined
    declarators.push(declarator)
  } while (cursor.take(','))
  return endsStatement(cursor) ? cursor.node(kind, at, declarators) : undefined
}

function readDeclarator(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  const name = readPattern(cursor)
  if (name === undefined || (cursor.take(':') && cursor.match(TYPE) === undefined)) return undefined
  const { last } = cursor
  if (cursor.match(ASSIGNED) === undefined) {
    cursor.back(last)
    return cursor.node('variable_declarator', at, [name], { name })
  }
  const value = readExpression(cursor)
  return value && cursor.node('variable_declarator', at, [name, value], { name, value })
}
