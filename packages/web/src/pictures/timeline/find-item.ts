import { nsAt, nsPerPixel } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { lowerBound, nearest } from '../canvas/bins.ts'
import { rowAt } from './layout.ts'
import type { TimelineRow } from './row.ts'

/** How near the pointer must be, in CSS pixels. */
const REACH = 6

export interface TimelineItem {
  readonly row: number
  readonly item: number
}

/** What is under the pointer. */
export function findItem(
  rows: readonly TimelineRow[],
  scale: Scale,
  x: number,
  y: number,
): TimelineItem | undefined {
  const place = rowAt(rows, y)
  const row = place === undefined ? undefined : rows[place]
  if (place === undefined || row === undefined || x < scale.left) return undefined
  const ns = nsAt(scale, x)
  const within = nsPerPixel(scale) * REACH
  const item =
    row.kind === 'spans'
      ? spanAt(row, ns, within)
      : nearest(row.times, ns, row.kind === 'line' ? Infinity : within)
  return item === undefined ? undefined : { row: place, item }
}

function spanAt(
  row: Extract<TimelineRow, { kind: 'spans' }>,
  ns: number,
  within: number,
): number | undefined {
  const after = lowerBound(row.starts, ns)
  const before = after - 1
  if (before >= 0 && (row.ends[before] ?? -Infinity) >= ns) return before
  const gapBefore = ns - (row.ends[before] ?? -Infinity)
  const gapAfter = (row.starts[after] ?? Infinity) - ns
  if (Math.min(gapBefore, gapAfter) > within) return undefined
  return gapBefore < gapAfter ? before : after
}
