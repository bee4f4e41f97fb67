import { cleanShort } from '../escape.ts'
import { columnsOf, takeColumns } from './columns.ts'

/**
 * A command in lines of at most `width` columns that can still be pasted: broken between words only, each
 * line but the last ending in a backslash. A word wider than a line is cut, as nothing else is left to do.
 */
export function commandLines(command: string, width: number): string[] {
  const clean = cleanShort(command, MAX_COMMAND_LENGTH).trim()
  if (columnsOf(clean) <= width) return [clean]
  const room = width - CONTINUATION.length
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(clean)) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line + CONTINUATION)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    while (columnsOf(line) > room) {
      const head = takeColumns(line, room)
      if (head === '') break
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return [...lines, line]
}

/** UTF-16 units. */
const MAX_COMMAND_LENGTH = 1000
const CONTINUATION = ' \\'

/** Shell words: spaces inside quotes belong to the word. */
function wordsOf(command: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  for (const character of command) {
    if (character === ' ' && quote === '') {
      if (word !== '') words.push(word)
      word = ''
      continue
    }
    if (character === quote) quote = ''
    else if (quote === '' && (character === "'" || character === '"')) quote = character
    word += character
  }
  return word === '' ? words : [...words, word]
}
