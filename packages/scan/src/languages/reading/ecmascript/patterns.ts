import { listed, type Read } from '../cursor.ts'
import type { Script } from './script.ts'
import { WORD, ASSIGNED, OWN_KIND, OTHER_WORDS } from './words.ts'

/** A name, or names for members and items. */
export function readPattern(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (cursor.take('{')) {
    const entries = listed(cursor, '}', () => readPatternEntry(cursor))
    return entries && cursor.node('object_pattern', at, entries)
  }
  if (cursor.take('[')) {
    const items = listed(cursor, ']', () => readWithDefault(cursor, readPattern(cursor)))
    return items && cursor.node('array_pattern', at, items)
  }
  if (cursor.take('...')) {
    const name = readName(cursor, 'identifier')
    return name && cursor.node('rest_pattern', at, [name])
  }
  return readName(cursor, 'identifier')
}

function readPatternEntry(cursor: Script): Read {
  cursor.skip()
  const { at } = cursor
  if (cursor.sees('...')) return readPattern(cursor)
  const key = cursor.leaf('property_identifier', WORD)
  if (key === undefined) return undefined
  if (cursor.take(':')) {
    const value = readWithDefault(cursor, readPattern(cursor))
    return value && cursor.node('pair_pattern', at, [key, value], { key, value })
  }
  if (OTHER_WORDS.has(key.text) || OWN_KIND.has(key.text)) return undefined
  cursor.back(key.end)
  const left = cursor.node('shorthand_property_identifier_pattern', at)
  if (cursor.match(ASSIGNED) === undefined) return left
  const right = cursor.grammar.expression(cursor)
  return right && cursor.node('object_assignment_pattern', at, [left, right], { left, right })
}

function readWithDefault(cursor: Script, left: Read): Read {
  if (left === undefined || cursor.match(ASSIGNED) === undefined) return left
  const right = cursor.grammar.expression(cursor)
  return right && cursor.node('assignment_pattern', left.start, [left, right], { left, right })
}

export function readName(cursor: Script, kind: string): Read {
  const name = cursor.leaf(kind, WORD)
  return name === undefined || OTHER_WORDS.has(name.text) || OWN_KIND.has(name.text) ? undefined : name
}
