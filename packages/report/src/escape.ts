/**
 * Text from a capture, a log or a socket table, made safe to show: nothing in it moves the cursor, changes
 * direction, hides or breaks the line. What was there is shown as U+FFFD rather than dropped, so that two
 * different strings do not come to look the same.
 */
export function cleanText(text: string): string {
  return text
    .replace(SPACES, ' ')
    .replace(UNSHOWABLE, '\uFFFD')
    .replace(ORPHAN_MARKS, '$1\uFFFD')
    .replace(MARK_PILES, '$1')
}

/** `cleanText`, cut to `maximum` UTF-16 units first, so that a hostile megabyte costs nothing. */
export function cleanShort(text: string, maximum: number): string {
  return text.length <= maximum ? cleanText(text) : `${cleanText(text.slice(0, maximum - 1))}…`
}

/**
 * Text from an input, as GitHub-flavoured Markdown that shows it literally: no markup, no HTML, no link, no
 * mention, no issue number, no end of a table cell. For inline use; the result has no line break.
 */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/`/g, '&#96;')
    .replace(/[\\*[\]|~$]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, '\\$&')
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/(?:@|(?<!&)#(?=\d)|(?<=\bGH)-(?=\d))+/gi, '`$&`')
    .replace(/\b(https?|ftp|mailto|xmpp):/gi, '$1&#58;')
    .replace(/\bwww\./gi, 'www&#46;')
}

/** An inline code span that holds any text (CommonMark §6.1). Not for table cells: see `codeCell`. */
export function codeSpan(text: string): string {
  const clean = cleanShort(text, MAX_CODE_LENGTH)
  if (clean.trim() === '') return '` `'
  const longestRun = longestBackticks(clean)
  const fence = '`'.repeat(longestRun + 1)
  const pad = longestRun > 0 || clean.startsWith(' ') || clean.endsWith(' ') ? ' ' : ''
  return `${fence}${pad}${clean}${pad}${fence}`
}

/**
 * The same in a table cell. A pipe ends a cell even inside code (GFM §4.10), and what follows would be markup;
 * text with a pipe or a backslash before one is escaped as words instead.
 */
export function codeCell(text: string): string {
  return /[|\\]/.test(text) ? escapeMarkdown(cleanShort(text, MAX_CODE_LENGTH)) : codeSpan(text)
}

/** A fenced block that shows any lines as they are (CommonMark §4.5). */
export function codeFence(lines: readonly string[], language: string): string {
  const clean = lines.map(cleanText)
  const longestRun = Math.max(2, ...clean.map(longestBackticks))
  const fence = '`'.repeat(longestRun + 1)
  return [`${fence}${language}`, ...clean, fence].join('\n')
}

/** A path, an address or a command; UTF-16 units. */
const MAX_CODE_LENGTH = 1000

/** Tab, line ends and every other blank of any width become one plain space each. */
const SPACES = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029\p{Zs}]/gu

/**
 * Controls (C0, DEL, C1), formats (bidi overrides and isolates, zero-width), lone surrogates, private use,
 * unassigned, and whatever Unicode says is drawn as nothing (Hangul fillers, variation selectors, tags).
 */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu

/** Marks without a letter would be drawn on whatever the report itself wrote before them. */
const ORPHAN_MARKS = /(^| )[\p{Mn}\p{Me}]+/gu

/** Four combining marks are more than any living script stacks on a letter; the rest would paint over other lines. */
const MARK_PILES = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu

function longestBackticks(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}
