import type { Clock } from '../axis/clock.ts'
import { AXIS_HEIGHT, drawAxis } from '../axis/draw-axis.ts'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import type { Sheet } from '../canvas/surface.ts'
import type { Colours } from '../picture.ts'
import { drawGuides, drawSpans } from './draw-collections.ts'
import { drawEvents } from './draw-events.ts'
import { drawLine } from './draw-line.ts'
import { drawRowNames } from './draw-row-names.ts'
import { heightOf, heightOfAll } from './layout.ts'
import type { TimelineRow } from './row.ts'
import { itemNs } from './step-item.ts'

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
  if (marks.chosenNs !== undefined) drawChosen(pen, xOf(scale, marks.chosenNs), colours, bottom)
  if (marks.brush !== undefined) drawBrush(pen, marks.brush, colours, bottom)
  pen.restore()
  drawRowNames(pen, rows, scale.left, width, colours)
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

function drawChosen(pen: CanvasRenderingContext2D, x: number, colours: Colours, bottom: number): void {
  pen.strokeStyle = colours.accent
  pen.lineWidth = 1.5
  pen.setLineDash([4, 3])
  pen.strokeRect(Math.round(x) - 4.5, AXIS_HEIGHT, 10, bottom - AXIS_HEIGHT)
  pen.setLineDash([])
}

function drawBrush(
  pen: CanvasRenderingContext2D,
  { from, to }: { readonly from: number; readonly to: number },
  colours: Colours,
  bottom: number,
): void {
  pen.fillStyle = colours.accent
  pen.globalAlpha = 0.16
  pen.fillRect(Math.min(from, to), AXIS_HEIGHT, Math.abs(to - from), bottom - AXIS_HEIGHT)
  pen.globalAlpha = 1
  pen.fillRect(from, AXIS_HEIGHT, 1, bottom - AXIS_HEIGHT)
  pen.fillRect(to, AXIS_HEIGHT, 1, bottom - AXIS_HEIGHT)
}
