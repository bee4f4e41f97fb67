import { nsPerPixel, xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { eachColumn } from '../canvas/bins.ts'
import type { Colours } from '../picture.ts'
import { heightOf } from './layout.ts'
import type { EventRow } from './row.ts'

/** The lowest a bar of events gets: one event must be seen among thousands. */
const MIN_BAR = 0.35

/** A bar for each column of the canvas that has events; what is only counted is paler. */
export function drawEvents(
  pen: CanvasRenderingContext2D,
  row: EventRow,
  scale: Scale,
  colours: Colours,
  top: number,
): void {
  const room = heightOf(row) - 6
  const base = top + heightOf(row) - 2
  const columnNs = nsPerPixel(scale)
  const peak = row.peakOf(columnNs)
  pen.fillStyle = colours[row.colour]
  const bar = (x: number, count: number, width: number): void => {
    const share = MIN_BAR + (1 - MIN_BAR) * Math.sqrt(count / peak)
    const height = Math.round(room * Math.min(1, share))
    pen.fillRect(x, base - height, width, height)
  }
  // Columns lie on the axis, not on the screen: panned by a part of a column, every bar keeps its height.
  const offset = Math.floor(scale.range.fromNs / columnNs)
  eachColumn(row.times, offset * columnNs, columnNs, Math.ceil(scale.width) + 1, (column, count) => {
    bar(Math.round(xOf(scale, (offset + column) * columnNs)), count, 2)
  })
  if (row.bins === undefined) return
  const { fromNs, binNs, counts } = row.bins
  const listed = row.times.at(-1) ?? -Infinity
  const last = Math.min(counts.length - 1, Math.floor((scale.range.toNs - fromNs) / binNs))
  pen.globalAlpha = 0.6
  for (let bin = Math.max(0, Math.floor((scale.range.fromNs - fromNs) / binNs)); bin <= last; bin++) {
    const start = fromNs + bin * binNs
    const count = counts[bin] ?? 0
    if (start < listed || count === 0) continue
    bar(xOf(scale, start), count, Math.max(1, binNs / columnNs))
  }
  pen.globalAlpha = 1
}
