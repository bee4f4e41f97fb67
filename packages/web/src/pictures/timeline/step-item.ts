import { lowerBound } from '../canvas/bins.ts'
import type { TimelineItem } from './find-item.ts'
import type { TimelineRow } from './row.ts'

/** To the next item of the row, or to the nearest one of the next row. */
interface Step {
  readonly items: number
  readonly rows: number
}

/** What the arrow keys do. */
export const STEPS: ReadonlyMap<string, Step> = new Map([
  ['ArrowLeft', { items: -1, rows: 0 }],
  ['ArrowRight', { items: 1, rows: 0 }],
  ['ArrowUp', { items: 0, rows: -1 }],
  ['ArrowDown', { items: 0, rows: 1 }],
])

/** Where a step leads; without a cursor to the first row, near what is in view. Where it leads nowhere it stays. */
export function stepItem(
  rows: readonly TimelineRow[],
  cursor: TimelineItem | undefined,
  step: Step,
  fromNs: number,
): TimelineItem | undefined {
  const row = cursor === undefined ? undefined : rows[cursor.row]
  if (cursor === undefined || row === undefined) return nearestIn(rows, 0, fromNs)
  if (step.rows === 0) {
    const count = timesOf(row).length
    return { ...cursor, item: Math.min(count - 1, Math.max(0, cursor.item + step.items)) }
  }
  const next = Math.min(rows.length - 1, Math.max(0, cursor.row + step.rows))
  return nearestIn(rows, next, itemNs(row, cursor.item)) ?? cursor
}

/** When an item is, or begins. */
export function itemNs(row: TimelineRow, item: number): number {
  return timesOf(row)[item] ?? 0
}

function nearestIn(rows: readonly TimelineRow[], place: number, ns: number): TimelineItem | undefined {
  const row = rows[place]
  if (row === undefined) return undefined
  const times = timesOf(row)
  return times.length === 0
    ? undefined
    : { row: place, item: Math.min(lowerBound(times, ns), times.length - 1) }
}

function timesOf(row: TimelineRow): Float64Array {
  return row.kind === 'spans' ? row.starts : row.times
}
