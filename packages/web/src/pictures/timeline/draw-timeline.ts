import type { Clock } from '../axis/clock.ts'
import { lengthOf } from '../axis/clock.ts'
import { AXIS_HEIGHT, drawAxis, LABEL_FONT, NUMBER_FONT } from '../axis/draw-axis.ts'
import { nsPerPixel, xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { eachColumn, lowerBound } from '../canvas/bins.ts'
import { fitted, inTwoLines } from '../canvas/fitted.ts'
import type { Sheet } from '../canvas/surface.ts'
import type { Colours } from '../picture.ts'
import { group, size } from '../numbers.ts'
import { drawLine } from './draw-line.ts'
import { heightOf, heightOfAll } from './layout.ts'
import type { EventRow, LineRow, SpanRow, TimelineRow } from './rows.ts'

/** Collections closer than this, in CSS pixels, would cover the rows that they are held against. */
const MIN_GUIDE_GAP = 5
/** The lowest a bar of events gets: one event must be seen among thousands. */
const MIN_BAR = 0.35
/** A lag is written where it has this much room, in CSS pixels. */
const LAG_ROOM = 56
/** With less room, names and counts beside each other cannot be told apart, in CSS pixels. */
const NAMES_ROOM = 170
const NARROW_FONT = '10.5px system-ui, sans-serif'

export interface TimelineMarks {
  /** Row and item that the pointer or the keyboard is at. */
  readonly cursor: { readonly row: number; readonly item: number } | undefined
  /** Moment of the chosen incident. */
  readonly chosenNs: number | undefined
  /** What is being selected, in CSS pixels. */
  readonly brush: { readonly from: number; readonly to: number } | undefined
}

export function drawTimeline(
  sheet: Sheet,
  rows: readonly TimelineRow[],
  scale: Scale,
  clock: Clock,
  colours: Colours,
  marks: TimelineMarks,
): void {
  const { pen, width } = sheet
  const bottom = heightOfAll(rows) - 4
  drawAxis(sheet, scale, clock, colours, bottom)
  pen.save()
  pen.beginPath()
  pen.rect(scale.left, 0, scale.width, bottom)
  pen.clip()
  drawGuides(pen, rows, scale, colours, bottom)
  let top = AXIS_HEIGHT
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'events') drawEvents(pen, row, scale, colours, top)
    else if (row.kind === 'spans') drawSpans(pen, row, scale, colours, top)
    else drawLine(pen, row, scale, colours, top)
    if (marks.cursor?.row === index) drawCursor(pen, row, marks.cursor.item, scale, colours, top)
    top += heightOf(row)
  }
  if (marks.chosenNs !== undefined) {
    pen.strokeStyle = colours.accent
    pen.lineWidth = 1.5
    pen.setLineDash([4, 3])
    pen.strokeRect(Math.round(xOf(scale, marks.chosenNs)) - 4.5, AXIS_HEIGHT, 10, bottom - AXIS_HEIGHT)
    pen.setLineDash([])
  }
  if (marks.brush !== undefined) {
    const { from, to } = marks.brush
    pen.fillStyle = colours.accent
    pen.globalAlpha = 0.16
    pen.fillRect(Math.min(from, to), AXIS_HEIGHT, Math.abs(to - from), bottom - AXIS_HEIGHT)
    pen.globalAlpha = 1
    pen.fillRect(from, AXIS_HEIGHT, 1, bottom - AXIS_HEIGHT)
    pen.fillRect(to, AXIS_HEIGHT, 1, bottom - AXIS_HEIGHT)
  }
  pen.restore()
  drawNames(pen, rows, scale.left, width, colours)
}

/** Each collection through all rows, so that whatever falls on one is seen to. */
function drawGuides(
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

function drawEvents(
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

/** A collection is a block with a foot; one that a burst followed is filled and names the lag. */
function drawSpans(
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

function drawCursor(
  pen: CanvasRenderingContext2D,
  row: TimelineRow,
  item: number,
  scale: Scale,
  colours: Colours,
  top: number,
): void {
  const from = xOf(scale, itemNs(row, item))
  const to = row.kind === 'spans' ? xOf(scale, row.ends[item] ?? 0) : from
  pen.strokeStyle = colours.accent
  pen.lineWidth = 2
  pen.strokeRect(from - 4, top + 1, Math.max(to - from, 2) + 8, heightOf(row) - 2)
}

export function itemNs(row: TimelineRow, item: number): number {
  return (row.kind === 'spans' ? row.starts[item] : row.times[item]) ?? 0
}

function drawNames(
  pen: CanvasRenderingContext2D,
  rows: readonly TimelineRow[],
  left: number,
  width: number,
  colours: Colours,
): void {
  pen.textBaseline = 'middle'
  pen.textAlign = 'left'
  let top = AXIS_HEIGHT
  for (const row of rows) {
    const height = heightOf(row)
    pen.fillStyle = colours.line
    pen.fillRect(0, top, width, 1)
    pen.fillStyle = colours[row.colour]
    pen.fillRect(0, top + 5, 3, height - 9)
    if (left < NAMES_ROOM) {
      drawNarrowName(pen, row.label, left - 16, top + height / 2 + 1, colours)
      top += height
      continue
    }
    pen.font = LABEL_FONT
    pen.fillStyle = colours.ink
    const count = row.kind === 'line' ? `≤ ${valueOf(row, row.greatest)}` : countOf(row)
    const countWidth = pen.measureText(count).width
    pen.textAlign = 'right'
    pen.fillStyle = colours.muted
    pen.fillText(count, left - 10, top + height / 2 + 1)
    pen.textAlign = 'left'
    pen.fillStyle = colours.ink
    pen.fillText(fitted(pen, row.label, left - 30 - countWidth), 10, top + height / 2 + 1)
    top += height
  }
  pen.fillStyle = colours.line
  pen.fillRect(left - 1, AXIS_HEIGHT, 1, top - AXIS_HEIGHT)
}

/** On a phone a name has two short lines, and its count none. */
function drawNarrowName(
  pen: CanvasRenderingContext2D,
  label: string,
  room: number,
  middle: number,
  colours: Colours,
): void {
  pen.font = NARROW_FONT
  pen.fillStyle = colours.ink
  const [first, rest] = inTwoLines(pen, label, room)
  if (rest === undefined) pen.fillText(first, 8, middle)
  else {
    pen.fillText(first, 8, middle - 6)
    pen.fillText(fitted(pen, rest, room), 8, middle + 6)
  }
}

/** A value of a line in its unit. */
export function valueOf({ unit }: LineRow, value: number): string {
  return unit === 'bytes' ? size(value) : group(value)
}

function countOf(row: EventRow | SpanRow): string {
  const listed = row.kind === 'spans' ? row.starts.length : row.times.length
  const binned = row.kind === 'events' ? (row.bins?.counts.reduce((a, b) => a + b, 0) ?? 0) : 0
  return Math.max(listed, binned).toLocaleString('en')
}

function spansInView(row: SpanRow, scale: Scale): { readonly first: number; readonly end: number } {
  return {
    first: lowerBound(row.starts, scale.range.fromNs - row.longestNs),
    end: lowerBound(row.starts, scale.range.toNs),
  }
}
