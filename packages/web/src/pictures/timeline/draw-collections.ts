import { lengthOf } from '../axis/clock.ts'
import { AXIS_HEIGHT, NUMBER_FONT } from '../axis/draw-axis.ts'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { lowerBound } from '../canvas/bins.ts'
import type { Colours } from '../picture.ts'
import { heightOf } from './layout.ts'
import type { SpanRow, TimelineRow } from './row.ts'

/** Collections closer than this, in CSS pixels, would cover the rows that they are held against. */
const MIN_GUIDE_GAP = 5
/** A lag is written where it has this much room, in CSS pixels. */
const LAG_ROOM = 56

/** Each collection through all rows, so that whatever falls on one is seen to. */
export function drawGuides(
  pen: CanvasRenderingContext2D,
  rows: readonly TimelineRow[],
  scale: Scale,
  colours: Colours,
  bottom: number,
): void {
  pen.fillStyle = colours.collection
  for (const row of rows) {
    if (row.kind !== 'spans') continue
    const { first, end } = spansInView(row, scale)
    const crowded = (end - first) * MIN_GUIDE_GAP > scale.width
    for (let index = first; index < end; index++) {
      const followed = row.bursts.has(index)
      if (crowded && !followed) continue
      const x = xOf(scale, row.starts[index] ?? 0)
      const width = xOf(scale, row.ends[index] ?? 0) - x
      pen.globalAlpha = (followed ? 0.28 : 0.12) * (width < 2 ? 1.8 : 1)
      pen.fillRect(width < 1 ? Math.round(x) : x, AXIS_HEIGHT, Math.max(1, width), bottom - AXIS_HEIGHT)
    }
  }
  pen.globalAlpha = 1
}

/** A collection is a block with a foot; one that a burst followed is filled and names the lag. */
export function drawSpans(
  pen: CanvasRenderingContext2D,
  row: SpanRow,
  scale: Scale,
  colours: Colours,
  top: number,
): void {
  const middle = top + heightOf(row) / 2
  const { first, end } = spansInView(row, scale)
  let drawnTo = -Infinity
  let writtenTo = -Infinity
  for (let index = first; index < end; index++) {
    const x = xOf(scale, row.starts[index] ?? 0)
    const right = xOf(scale, row.ends[index] ?? 0)
    const burst = row.bursts.get(index)
    // A thousand to a pixel are one block.
    if (right < drawnTo && burst === undefined) continue
    drawnTo = Math.max(Math.floor(x) + 1, right)
    pen.fillStyle = colours.collection
    pen.globalAlpha = burst === undefined ? 0.55 : 1
    const half = burst === undefined ? 5 : 8
    pen.fillRect(right - x < 2 ? Math.round(x) : x, middle - half, Math.max(2, right - x), half * 2)
    pen.globalAlpha = 1
    if (burst === undefined || x < writtenTo) continue
    writtenTo = drawLag(pen, row, index, burst.ns, burst.lagNs, scale, colours, middle)
  }
}

/** An arrow from the collection to its burst where there is room between them, else only how long it took. */
function drawLag(
  pen: CanvasRenderingContext2D,
  row: SpanRow,
  index: number,
  burstNs: number,
  lagNs: number,
  scale: Scale,
  colours: Colours,
  middle: number,
): number {
  const from = xOf(scale, row.ends[index] ?? 0)
  const to = xOf(scale, burstNs)
  const next = xOf(scale, row.starts[index + 1] ?? Infinity)
  const label = `+${lengthOf(lagNs)}`
  pen.font = NUMBER_FONT
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  if (to - from > 12) {
    pen.strokeStyle = colours.ink
    pen.fillStyle = colours.ink
    pen.lineWidth = 1.5
    pen.beginPath()
    pen.moveTo(from, middle)
    pen.lineTo(to - 5, middle)
    pen.stroke()
    drawHead(pen, to, middle)
  }
  const x = Math.max(from, to) + 5
  if (next - x < LAG_ROOM && next > x) return x
  pen.fillStyle = colours.ink
  pen.fillText(label, x, middle)
  return x + LAG_ROOM
}

function drawHead(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath()
  pen.moveTo(x, y)
  pen.lineTo(x - 6, y - 4)
  pen.lineTo(x - 6, y + 4)
  pen.fill()
}

function spansInView(row: SpanRow, scale: Scale): { readonly first: number; readonly end: number } {
  return {
    first: lowerBound(row.starts, scale.range.fromNs - row.longestNs),
    end: lowerBound(row.starts, scale.range.toNs),
  }
}
