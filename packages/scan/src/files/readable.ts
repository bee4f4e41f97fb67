/** Bytes; longer files were written by programs. */
export const MAX_FILE_BYTES = 1_000_000
/** UTF-16 units; minified code has lines like these. */
const MAX_LINE_LENGTH = 20_000
/** Brackets inside each other. */
const MAX_NESTING = 200

/** Why a source text is not given to a parser, if so. */
export function whyUnreadable(text: string): string | undefined {
  if (text.includes('\0')) return 'holds binary data: skipped'
  let longest = 0
  let lineStart = 0
  let nesting = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === LINE_FEED) {
      longest = Math.max(longest, at - lineStart)
      lineStart = at + 1
    } else if (unit === 0x28 || unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++nesting)
    else if (unit === 0x29 || unit === 0x5d || unit === 0x7d) nesting = Math.max(0, nesting - 1)
  }
  longest = Math.max(longest, text.length - lineStart)
  if (longest > MAX_LINE_LENGTH)
    return `has a line of ${longest.toLocaleString('en-US')} characters: skipped as made by a program`
  if (deepest > MAX_NESTING) return `has brackets ${deepest} deep: skipped`
  return undefined
}

const LINE_FEED = 10
