/**
 * How many terminal columns text takes: 2 for East Asian wide and emoji, 0 for combining marks, else 1. Where
 * terminals differ (flags, skin tones) the larger number is given, so that a line never runs over. Expects
 * what `cleanText` returns.
 */
export function columnsOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += characterColumns(character)
  return columns
}

/** Columns of one code point. */
export function characterColumns(character: string): number {
  if (character < '\u0300') return 1
  if (isWide(character)) return 2
  return COMBINING.test(character) ? 0 : 1
}

/** Whether the code point is drawn two columns wide, which is also where a line may break without a space. */
export function isWide(character: string): boolean {
  return character >= '\u1100' && WIDE.test(character)
}

/** Cuts to `maximum` columns with an ellipsis at the end. */
export function cutEnd(text: string, maximum: number): string {
  if (columnsOf(text) <= maximum) return text
  return `${takeColumns(text, maximum - 1)}…`
}

/** Cuts to `maximum` columns with an ellipsis in the middle: the ends of a file name are what tells it apart. */
export function cutMiddle(text: string, maximum: number): string {
  if (columnsOf(text) <= maximum) return text
  const tailColumns = Math.ceil(((maximum - 1) * 2) / 3)
  return `${takeColumns(text, maximum - 1 - tailColumns)}…${takeLastColumns(text, tailColumns)}`
}

/** The longest beginning of `text` that fits in `maximum` columns. */
export function takeColumns(text: string, maximum: number): string {
  let columns = 0
  let end = 0
  for (const character of text) {
    columns += characterColumns(character)
    if (columns > maximum) break
    end += character.length
  }
  return text.slice(0, end)
}

/** The longest end of `text` that fits in `maximum` columns. */
function takeLastColumns(text: string, maximum: number): string {
  const characters = Array.from(text)
  let columns = 0
  let start = characters.length
  while (start > 0) {
    columns += characterColumns(characters[start - 1] ?? '')
    if (columns > maximum) break
    start -= 1
  }
  return characters.slice(start).join('')
}

/** Fills up with spaces on the right. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

const PRINTABLE_ASCII = /^[ -~]*$/
const COMBINING = /^[\p{Mn}\p{Me}]/u

/** East_Asian_Width W and F (Unicode 16, EastAsianWidth.txt), whole blocks, plus emoji drawn in colour by default. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4dc0-\u4dff\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}\u2329\u232a\u2630-\u2637\u268a-\u268f]/u
