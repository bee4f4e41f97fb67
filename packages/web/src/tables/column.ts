import type { CsvCell } from '../csv.ts'

/** One column of a table: what a row holds there, for sorting, for the filter, for CSV, and for the eye. */
export interface Column<Row> {
  /** Letters only: the address bar names it. */
  readonly id: string
  readonly title: string
  readonly value: (row: Row) => CsvCell
  /** What is shown where that is not the value itself. */
  readonly shown?: (row: Row) => string
  /** Share of the width. */
  readonly weight: number
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
