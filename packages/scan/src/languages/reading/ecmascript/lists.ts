import { listed, type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { WORD, STRING, OWN_KIND, OTHER_WORDS } from './words.ts'

export function readArguments(cursor: Script): Read {
  const { at } = cursor
  if (!cursor.take('(')) return undefined
  const items = listed(cursor, ')', () => readItem(cursor))
  return items && cursor.node('arguments', at, items)
}

/** Of a list: `x`, `...x`. */
export function readItem(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (!cursor.take('...')) return cursor.grammar.expression(cursor)
  const value = cursor.grammar.expression(cursor)
  return value && cursor.node('spread_element', at, [value])
}

/** Of an object: `a`, `a: x`, `'a': x`, `...x`, `a() { … }`. */
export function readEntry(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (cursor.sees('...')) return readItem(cursor)
  const key = cursor.leaf('property_identifier', WORD) ?? cursor.leaf('string', STRING)
  if (key === undefined) return undefined
  if (cursor.take(':')) {
    const value = cursor.grammar.expression(cursor)
    return value && cursor.node('pair', at, [key, value], { key, value })
  }
  cursor.skip()
  if (key.kind === 'string') return undefined
  if (!cursor.sees(',') && !cursor.sees('}')) {
    cursor.back(at)
    return cursor.grammar.method(cursor)
  }
  if (OTHER_WORDS.has(key.text) || OWN_KIND.has(key.text)) return undefined
  cursor.back(key.end)
  return cursor.node('shorthand_property_identifier', at)
}

export function readParenthesized(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (!cursor.take('(')) return undefined
  const value = cursor.grammar.expression(cursor)
  return value && cursor.take(')') ? cursor.node('parenthesized_expression', at, [value]) : undefined
}

export function readMember(cursor: Script, object: ReadSyntax): Read {
  const property = cursor.leaf('property_identifier', /#?[A-Za-z_$][\w$]*/y)
  return property && cursor.node('member_expression', object.start, [object, property], { object, property })
}
