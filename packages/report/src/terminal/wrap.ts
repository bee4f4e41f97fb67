import { cleanShort } from '../escape.ts'
import { characterColumns, columnsOf, isWide, takeColumns } from './columns.ts'
import type { Style } from './style.ts'

/** No honest sentence is longer; a hostile one is cut. UTF-16 units. */
const MAX_SPAN_LENGTH = 4000

/** A stretch of text in one style. The text may come from anywhere: it is cleaned where lines are made, here. */
export interface Span {
  readonly text: string
  readonly style?: Style
}

/** A line of the answer: cleaned, no wider than was asked for. */
export type Line = readonly Span[]

/**
 * Breaks spans into lines of at most `width` columns: at spaces, and next to wide characters where East Asian
 * typography allows it; a word longer than a line is cut hard. Always at least one line.
 */
export function wrap(spans: readonly Span[], width: number): Line[] {
  const room = Math.max(2, width)
  const lines: Span[][] = []
  let line: Span[] = []
  let used = 0
  let blanks: Span[] = []
  let blankColumns = 0
  const endLine = (): void => {
    lines.push(line)
    line = []
    used = 0
  }

  for (const unit of unitsOf(spans)) {
    if (unit.blank) {
      blanks.push(...unit.pieces)
      blankColumns += unit.columns
      continue
    }
    if (used > 0 && used + blankColumns + unit.columns > room) endLine()
    else if (used + blankColumns + unit.columns <= room) {
      line.push(...blanks)
      used += blankColumns
    }
    blanks = []
    blankColumns = 0
    for (const piece of unit.pieces) {
      let rest = piece.text
      while (used + columnsOf(rest) > room) {
        const head = takeColumns(rest, room - used)
        if (head !== '') line.push({ ...piece, text: head })
        rest = rest.slice(head.length)
        endLine()
      }
      line.push({ ...piece, text: rest })
      used += columnsOf(rest)
    }
  }
  endLine()
  return lines
}

/** Columns that a line takes. */
export function lineColumns(line: Line): number {
  return line.reduce((columns, span) => columns + columnsOf(span.text), 0)
}

/** What a line may not be broken inside of. */
interface Unit {
  readonly pieces: Span[]
  readonly blank: boolean
  columns: number
}

function unitsOf(spans: readonly Span[]): Unit[] {
  const units: Unit[] = []
  let last: Unit | undefined
  let previous = ' '
  let glued = false
  for (const span of spans) {
    for (const match of cleanShort(span.text, MAX_SPAN_LENGTH).matchAll(PIECES)) {
      const [text] = match
      const glues = match.groups?.['glue'] !== undefined
      const piece = { ...span, text }
      const first = text.slice(0, (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)
      const columns = columnsOf(text)
      if (last !== undefined && (glues || glued || !mayBreak(previous, first))) {
        last.pieces.push(piece)
        last.columns += columns
      } else {
        last = { pieces: [piece], blank: first === ' ', columns }
        units.push(last)
      }
      glued = glues
      previous = text.length === first.length ? first : text.slice(-1)
    }
  }
  return units
}

/**
 * A space that holds a number and its unit together, or `p = 0.003`, runs of spaces, runs of everything narrow, and the rest one
 * by one with its marks.
 */
const PIECES =
  /(?<glue>(?<=\d) (?=(?:%|×|[µmn]?s|min|h|d|[kMG]?B|[次个项])(?!\w))|(?<=×) (?=\S)|(?<=\bp) (?=[=<] )|(?<=\bp [=<]) (?=\d))| +|[^ \u1100-\uffff\u{10000}-\u{10ffff}]+|[^ ][\p{Mn}\p{Me}]*/gu

function mayBreak(before: string, after: string): boolean {
  if ((before === ' ') !== (after === ' ')) return true
  if (before === ' ') return false
  if (characterColumns(after) === 0 || NOT_FIRST.test(after) || NOT_LAST.test(before)) return false
  return isWide(before) || isWide(after)
}

/** Closing marks do not begin a line, opening ones do not end it (W3C Requirements for Chinese Text Layout §3.1.3). */
const NOT_FIRST = /^[，。、；：？！）】》」』〉”’…—·,.;:?!)\]}%]/u
const NOT_LAST = /^[（【《「『〈“‘([{]/u
