import { columnsOf, cutMiddle, padColumns } from './columns.ts'
import { cleanShort } from '../escape.ts'
import type { Styler } from './style.ts'
import { lineColumns, wrap, type Line, type Span } from './wrap.ts'

/** Fewer columns than this beside a left column, and the right text goes below it instead. */
const MIN_BESIDE = 24

/** Puts lines to the right of `indent` columns; the first one after `first`, which must fit there. */
export function inset(lines: readonly Line[], indent: number, first: Span = { text: '' }): Line[] {
  return lines.map((line, index) => {
    if (index > 0 || first.text === '') return [{ text: ' '.repeat(indent) }, ...line]
    return [first, { text: ' '.repeat(Math.max(0, indent - columnsOf(first.text))) }, ...line]
  })
}

/** `name  body`, the body's later lines under its first. */
export function hang(
  name: string,
  body: readonly Span[],
  width: number,
  nameStyle: Span['style'] = 'dim',
): Line[] {
  const indent = columnsOf(name)
  return inset(wrap(body, width - indent), indent, styled(name, nameStyle))
}

/** Adds `right` at the right edge of the last line, or of a line of its own where there is no room. */
export function alignRight(lines: readonly Line[], right: Span, width: number): Line[] {
  if (right.text === '') return [...lines]
  const last = lines.at(-1) ?? []
  const text = cleanShort(right.text, width)
  const gap = width - lineColumns(last) - columnsOf(text)
  if (gap >= 2) return [...lines.slice(0, -1), [...last, { text: ' '.repeat(gap) }, { ...right, text }]]
  return [...lines, ...wrap([right], width).map((line) => pushRight(line, width))]
}

export interface Row {
  readonly left: Span
  readonly right: readonly Span[]
}

/**
 * Two columns. The left one is as wide as its widest text but never more than `maximumLeft` columns: longer
 * text is cut in the middle. On narrow screens nothing is cut: the right text goes below the left. Gives the
 * lines of each row.
 */
export function table(rows: readonly Row[], maximumLeft: number, width: number): Line[][] {
  const names = rows.map(({ left }) => cleanShort(left.text, 4 * width))
  const leftColumns = Math.min(maximumLeft, Math.max(0, ...names.map(columnsOf))) + 2
  const beside = width - leftColumns >= MIN_BESIDE
  const lefts = beside ? names.map((name) => cutMiddle(name, maximumLeft)) : names
  return rows.map(({ left, right }, index) => {
    const text = lefts[index] ?? ''
    if (right.every((span) => span.text === '')) return wrap([{ ...left, text }], width)
    if (beside) return inset(wrap(right, width - leftColumns), leftColumns, { ...left, text })
    return [...wrap([{ ...left, text }], width), ...inset(wrap(right, width - 2), 2)]
  })
}

/** `  who    …`: one block of the answer under its name. */
export function block(name: string, lines: readonly Line[], nameColumns: number): Line[] {
  const label = padColumns(name, nameColumns - BLOCK_INDENT)
  return lines.map((line, index) => [
    { text: ' '.repeat(BLOCK_INDENT) },
    { text: index === 0 ? label : ' '.repeat(nameColumns - BLOCK_INDENT), style: 'dim' },
    ...line,
  ])
}

/** The lines as text. Styles dress words, never the blanks at the end of a line. */
export function printLines(lines: readonly Line[], style: Styler): string {
  return lines.map((line) => `${printLine(line, style)}\n`).join('')
}

/** Columns before the name of a block. */
export const BLOCK_INDENT = 2

function printLine(line: Line, style: Styler): string {
  const end = line.findLastIndex((span) => span.text.trim() !== '')
  return line
    .slice(0, end + 1)
    .map((span, index) => ({ ...span, text: index === end ? span.text.trimEnd() : span.text }))
    .map((span) =>
      span.style === undefined || span.text.trim() === '' ? span.text : style(span.style, span.text),
    )
    .join('')
}

function pushRight(line: Line, width: number): Line {
  return [{ text: ' '.repeat(Math.max(0, width - lineColumns(line))) }, ...line]
}

function styled(text: string, style: Span['style']): Span {
  return style === undefined ? { text } : { text, style }
}
