import { listed, type Read, type ReadSyntax } from '../cursor.ts'
import type { Script } from './script.ts'
import { readName } from './patterns.ts'
import { readArguments, readItem, readEntry, readParenthesized, readMember } from './lists.ts'
import { WORD, STRING, OWN_KIND, OTHER_WORDS } from './words.ts'

const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)n?(?![\w$.])/y
const REGEX = /\/(?![/*])(?:[^/\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y

export function readPrimary(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  switch (cursor.source.text.charAt(at)) {
    case '(':
      return readGrouped(cursor, at)
    case '[': {
      cursor.step(1)
      const items = listed(cursor, ']', () => readItem(cursor))
      return items && cursor.node('array', at, items)
    }
    case '{': {
      cursor.step(1)
      const items = listed(cursor, '}', () => readEntry(cursor))
      return items && cursor.node('object', at, items)
    }
    case "'":
    case '"':
      return cursor.leaf('string', STRING)
    case '`':
      return readTemplate(cursor)
    case '/': {
      const regex = cursor.leaf('regex', REGEX)
      if (regex === undefined) return undefined
      const parts = /[a-z]$/.test(regex.text) ? ['regex_pattern', 'regex_flags'] : ['regex_pattern']
      return cursor.node(
        'regex',
        at,
        parts.map((kind) => cursor.node(kind, at)),
      )
    }
    default:
      return readWord(cursor)
  }
}

/** `(a)`, or the parameters of a function. */
function readGrouped(cursor: Script, at: number): Read {
  const node = readParenthesized(cursor)
  const { last } = cursor
  cursor.skip()
  if (node !== undefined && !cursor.sees('=>') && !cursor.sees(':')) {
    cursor.back(last)
    return node
  }
  const stuckAt = cursor.at
  cursor.back(at)
  const arrow = cursor.grammar.arrow(cursor)
  if (arrow !== undefined) return arrow
  if (node === undefined) cursor.back(Math.max(stuckAt, cursor.at))
  else cursor.back(last)
  return node
}

function readWord(cursor: Script): Read {
  const { at } = cursor
  const word = cursor.match(WORD)
  if (word === undefined) return cursor.leaf('number', NUMBER)
  const kind = OWN_KIND.get(word)
  if (kind !== undefined) return cursor.node(kind, at)
  if (word === 'new') return readConstruction(cursor, at)
  if (word === 'function' || word === 'async') {
    const isFunction = word === 'function' || cursor.match(/function(?![\w$])/y) !== undefined
    cursor.back(at)
    return isFunction
      ? cursor.grammar.functionOf(cursor, 'function_expression')
      : cursor.grammar.arrow(cursor)
  }
  if (OTHER_WORDS.has(word)) return undefined
  const name = cursor.node('identifier', at)
  cursor.skip()
  const isParameter = cursor.sees('=>')
  cursor.back(isParameter ? at : name.end)
  return isParameter ? cursor.grammar.arrow(cursor) : name
}

function readConstruction(cursor: Script, start: number): Read {
  let type = readName(cursor, 'identifier')
  while (type !== undefined && cursor.take('.')) type = readMember(cursor, type)
  if (type === undefined) return undefined
  cursor.skip()
  const args = cursor.sees('(') ? readArguments(cursor) : undefined
  return args && cursor.node('new_expression', start, [type, args], { constructor: type, arguments: args })
}

function readTemplate(cursor: Script): Read {
  const { text } = cursor.source
  const start = cursor.at
  cursor.step(1)
  const parts: ReadSyntax[] = []
  let from = cursor.at
  for (; cursor.at < cursor.end; cursor.step(1)) {
    const next = text.charAt(cursor.at)
    if (next === '\\') return undefined
    if (next !== '`' && !cursor.sees('${')) continue
    if (from < cursor.at) parts.push(cursor.node('string_fragment', from))
    const { at } = cursor
    if (next === '`') {
      cursor.step(1)
      return cursor.node('template_string', start, parts)
    }
    cursor.step(2)
    const value = cursor.grammar.expression(cursor)
    if (value === undefined || !cursor.take('}')) return undefined
    parts.push(cursor.node('template_substitution', at, [value]))
    from = cursor.at
    cursor.step(-1)
  }
  return undefined
}
