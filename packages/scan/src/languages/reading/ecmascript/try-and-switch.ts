import { type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { readPattern } from './patterns.ts'
import { readParenthesized } from './lists.ts'
import { TYPE } from './words.ts'

export function readTry(cursor: Script, at: number): Read {
  const body = cursor.grammar.block(cursor)
  if (body === undefined) return undefined
  let { last } = cursor
  cursor.skip()
  let handler: Read
  const start = cursor.at
  if (cursor.match(/catch(?![\w$])/y) === undefined) cursor.back(last)
  else {
    if (cursor.take('(')) {
      if (readPattern(cursor) === undefined) return undefined
      if (cursor.take(':') && cursor.match(TYPE) === undefined) return undefined
      if (!cursor.take(')')) return undefined
    }
    const inner = cursor.grammar.block(cursor)
    if (inner === undefined) return undefined
    handler = cursor.node('catch_clause', start, [inner], { body: inner })
  }
  ;({ last } = cursor)
  cursor.skip()
  const end = cursor.at
  if (cursor.match(/finally(?![\w$])/y) === undefined) {
    cursor.back(last)
    return handler && cursor.node('try_statement', at, [body, handler], { body, handler })
  }
  const inner = cursor.grammar.block(cursor)
  if (inner === undefined) return undefined
  const finalizer = cursor.node('finally_clause', end, [inner], { body: inner })
  const named = handler === undefined ? [body, finalizer] : [body, handler, finalizer]
  return cursor.node('try_statement', at, named, { body, handler, finalizer })
}

export function readSwitch(cursor: Script, at: number): Read {
  const value = readParenthesized(cursor)
  cursor.skip()
  const start = cursor.at
  if (value === undefined || !cursor.take('{')) return undefined
  const cases: ReadSyntax[] = []
  while (!cursor.take('}')) {
    cursor.skip()
    const from = cursor.at
    const word = cursor.match(/(?:case|default)(?![\w$])/y)
    const tested = word === 'case' ? cursor.grammar.expression(cursor) : undefined
    if (word === undefined || (word === 'case' && tested === undefined) || !cursor.take(':')) return undefined
    const items = cursor.grammar.statements(cursor)
    if (items === undefined) return undefined
    cases.push(
      tested === undefined
        ? cursor.node('switch_default', from, items)
        : cursor.node('switch_case', from, [tested, ...items]),
    )
  }
  const body = cursor.node('switch_body', start, cases)
  return cursor.node('switch_statement', at, [value, body], { value, body })
}
