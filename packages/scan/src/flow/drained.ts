/** What a program does with a collection whose members it ends some day, or gives to somebody who does. */
const DRAINS =
  'forEach|stream|iterator|remove\\w*|clear|poll\\w*|pop\\w*|take\\w*|splice|shift|values|map|for_each|drainTo'

/**
 * Whether anything in the file goes through the collection, takes something out of it or hands it on. If nothing
 * does, what is put into it is never closed.
 */
export function isDrained(name: string, text: string): boolean {
  const word = escaped(name)
  return [
    `\\b${word}\\s*\\.\\s*(?:${DRAINS})\\b`,
    `[:=]\\s*${word}\\s*[);]`,
    `\\b(?:of|in|range)\\s+${word}\\b`,
    `\\breturn\\s+${word}\\s*[;\\n]`,
    `[(,]\\s*${word}\\s*[,)]`,
  ].some((pattern) => new RegExp(pattern).test(text))
}

function escaped(name: string): string {
  return name.replace(/[$]/g, '\\$&')
}
