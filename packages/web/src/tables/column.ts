import type { CsvCell } from '../csv.ts'

/** One column of a table: what a row holds there, for sorting, for the filter, for CSV, and for the eye. */
export interface Column<Row> {
  /** Letters only: the address bar names it. */
  readonly id: string
  readonly title: string
  readonly value: (row: Row) => CsvCell
  /** What is shown where that is not the value itself. */
  readonly shown?: (row: Row) => string
  /** Widest it may be, in digits; 32 unless told. */
  readonly maxDigits?: number
  readonly isCode?: true
  /** Colours the cell: `error`, `warning`. */
  readonly tone?: (row: Row) => string | undefined
}

/** The text of a cell, as it is shown. */
export function shownText<Row>({ value, shown }: Column<Row>, row: Row): string {
  if (shown !== undefined) return shown(row)
  const cell = value(row)
  return typeof cell === 'number' ? cell.toLocaleString('en') : (cell ?? '')
}

/** Width of a column in digits: as its title and its first rows need it. */
export function widthOf<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const share = column.isCode === true ? CODE_SHARE : TEXT_SHARE
  const texts = rows
    .slice(0, MEASURED_ROWS)
    .map((row) => (isNumber(column, row) ? 1 : share) * digitsOf(shownText(column, row)))
  const needed = Math.max(TITLE_SHARE * digitsOf(column.title), ...texts)
  return Math.min(needed, column.maxDigits ?? MAX_DIGITS) + PADDING_DIGITS
}

const MEASURED_ROWS = 300
const MAX_DIGITS = 32
const PADDING_DIGITS = 2.7
/** Of a digit's width: letters of the page, and letters of addresses, which are set smaller. */
const TEXT_SHARE = 0.84
const CODE_SHARE = 0.92
/** Bold, with capitals, and an arrow when it sorts. */
const TITLE_SHARE = 1.2

/** Whether a cell is read from the right. */
export function isNumber<Row>(column: Column<Row>, row: Row): boolean {
  return typeof column.value(row) === 'number' && /^[-−\d]/.test(shownText(column, row))
}

/** Chinese characters are about twice as wide as a digit. */
function digitsOf(text: string): number {
  return text.length + (text.match(/[\u2e80-\u9fff\uff00-\uffef]/g)?.length ?? 0)
}

/** Places of the rows that are wanted, in the wanted order. What a column lacks comes last either way. */
export function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  {
    find,
    sort,
  }: {
    readonly find?: string | undefined
    readonly sort?: { readonly column: string; readonly isDescending: boolean } | undefined
  },
): number[] {
  const words = (find ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const places = rows.flatMap((row, place) => {
    if (words.length === 0) return [place]
    const text = columns
      .map((column) => shownText(column, row))
      .join('\n')
      .toLowerCase()
    return words.every((word) => text.includes(word)) ? [place] : []
  })
  const column = columns.find(({ id }) => id === sort?.column)
  if (column === undefined) return places
  const keys = rows.map((row) => column.value(row))
  const sign = sort?.isDescending === true ? -1 : 1
  return places.toSorted((x, y) => compareCells(keys[x], keys[y], sign) || x - y)
}

function compareCells(x: CsvCell, y: CsvCell, sign: number): number {
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
  if (typeof x === 'number' && typeof y === 'number') return sign * (x - y)
  return sign * COLLATOR.compare(String(x), String(y))
}

/** `10.0.0.9` before `10.0.0.10`. */
const COLLATOR = new Intl.Collator('en', { numeric: true })
