import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Sort } from '../address.ts'
import { toCsv } from '../csv.ts'
import { download } from '../download.ts'
import { usePage } from '../frame/page-context.ts'
import { cleanShort } from '../show.ts'
import { arrange, isNumber, shownText, widthOf, type Column } from './column.ts'

export interface TableProps<Row> {
  /** Of the table, and of the file that it is saved as. */
  readonly title: string
  readonly fileName: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Address of the picture of a row; its first cell links there. */
  readonly linkOf: (row: Row, place: number) => string
  readonly isChosen?: (row: Row, place: number) => boolean
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort | undefined) => void
  readonly find: string | undefined
  readonly onFind: (find: string | undefined) => void
  readonly note?: string
  /** Beside the filter. */
  readonly tools?: VNode
}

/** Every row has the same height, so that of thousands only those in sight are drawn. */
const ROW_PX = 36
/** Rows above and below those in sight, for scrolling without a gap. */
const SPARE_ROWS = 12
const MAX_SHOWN_PX = 620
/** Paper ends somewhere; the page and the CSV have all. */
const MAX_PRINTED = 200
const MAX_CELL_LENGTH = 300
/** Rows that tell whether a column holds numbers. */
const LOOKED_AT = 50

export function Table<Row>(props: TableProps<Row>): VNode {
  const { title, fileName, columns, rows, sort, find, note } = props
  const { words, isPrinting } = usePage()
  const places = useMemo(() => arrange(rows, columns, { find, sort }), [rows, columns, find, sort])
  const widths = useMemo(() => columns.map((column) => widthOf(column, rows)), [columns, rows])
  const total = widths.reduce((sum, width) => sum + width, 0)
  const [top, setTop] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.scrollTo({ top: 0 })
  }, [find, sort])
  const first = isPrinting ? 0 : Math.max(0, Math.floor(top / ROW_PX) - SPARE_ROWS)
  const drawn = isPrinting ? MAX_PRINTED : Math.ceil(MAX_SHOWN_PX / ROW_PX) + 2 * SPARE_ROWS
  const visible = places.slice(first, first + drawn)
  const after = places.length - first - visible.length
  const save = (): void => {
    const head = columns.map((column) => column.title)
    const cells = places.flatMap((place) => {
      const row = rows[place]
      return row === undefined ? [] : [columns.map((column) => column.value(row))]
    })
    download(`${fileName}.csv`, 'text/csv;charset=utf-8', toCsv(head, cells))
  }
  return (
    <div class="table-block">
      <div class="table-tools">
        <h2>{title}</h2>
        <label class="find">
          <span class="sr">{words.filter}</span>
          <input
            type="search"
            value={find ?? ''}
            placeholder={words.filterHint}
            onInput={(event) => {
              props.onFind(event.currentTarget.value || undefined)
            }}
          />
        </label>
        {props.tools}
        <span class="count" role="status">
          {words.rows(places.length, rows.length)}
        </span>
        <button type="button" class="quiet" onClick={save}>
          {words.exportCsv}
        </button>
      </div>
      {note !== undefined && <p class="note">{note}</p>}
      {rows.length === 0 ? (
        <p class="empty">{words.nothing}</p>
      ) : (
        <div
          class="table-scroll"
          ref={box}
          // A region that scrolls is reached by the keyboard (WCAG 2.1.1).
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
          tabIndex={0}
          role="region"
          aria-label={title}
          onScroll={(event) => {
            setTop(event.currentTarget.scrollTop)
          }}
        >
          <table aria-rowcount={places.length + 1} style={{ minWidth: `${total}ch` }}>
            <Head {...props} widths={widths} />
            <tbody>
              {first > 0 && <tr aria-hidden="true" style={{ height: `${first * ROW_PX}px` }} />}
              {visible.map((place, index) => {
                const row = rows[place]
                return row === undefined ? null : (
                  <BodyRow key={place} table={props} row={row} place={place} number={first + index + 2} />
                )
              })}
              {after > 0 && !isPrinting && (
                <tr aria-hidden="true" style={{ height: `${after * ROW_PX}px` }} />
              )}
            </tbody>
          </table>
        </div>
      )}
      {isPrinting && after > 0 && <p class="note">{words.printed(visible.length, places.length)}</p>}
    </div>
  )
}

function Head<Row>({
  columns,
  rows,
  sort,
  onSort,
  widths,
}: TableProps<Row> & { readonly widths: readonly number[] }): VNode {
  const total = widths.reduce((sum, width) => sum + width, 0)
  const some = rows.slice(0, LOOKED_AT)
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column, index) => {
          const { id, title } = column
          const isSorted = sort?.column === id
          const direction = sort?.isDescending === true ? 'descending' : 'ascending'
          const next = !isSorted
            ? { column: id, isDescending: false }
            : sort.isDescending
              ? undefined
              : { column: id, isDescending: true }
          return (
            <th
              key={id}
              scope="col"
              aria-sort={isSorted ? direction : 'none'}
              class={some.some((row) => isNumber(column, row)) ? 'number' : ''}
              style={{ width: `${((100 * (widths[index] ?? 0)) / total).toFixed(2)}%` }}
            >
              <button
                type="button"
                title={title}
                onClick={() => {
                  onSort(next)
                }}
              >
                {title}
                <span class="arrow" aria-hidden="true">
                  {isSorted ? (direction === 'ascending' ? '▲' : '▼') : ''}
                </span>
              </button>
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

function BodyRow<Row>({
  table,
  row,
  place,
  number,
}: {
  readonly table: TableProps<Row>
  readonly row: Row
  readonly place: number
  readonly number: number
}): VNode {
  const isChosen = table.isChosen?.(row, place) === true
  const href = table.linkOf(row, place)
  return (
    <tr
      aria-rowindex={number}
      class={isChosen ? 'chosen' : ''}
      // The link in the first cell does the same for the keyboard.
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a') === null) location.hash = href
      }}
    >
      {table.columns.map((column, index) => {
        const text = cleanShort(shownText(column, row), MAX_CELL_LENGTH)
        const kind = [
          isNumber(column, row) ? 'number' : '',
          column.isCode === true ? 'code' : '',
          column.tone?.(row) ?? '',
        ].join(' ')
        return (
          <td key={column.id} class={kind.trim()} title={text}>
            {index === 0 ? (
              <a href={href} aria-current={isChosen ? 'true' : undefined}>
                {text}
              </a>
            ) : (
              text
            )}
          </td>
        )
      })}
    </tr>
  )
}
