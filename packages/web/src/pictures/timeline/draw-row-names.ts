import { AXIS_HEIGHT, LABEL_FONT } from '../axis/draw-axis.ts'
import { fitted, inTwoLines } from '../canvas/fitted.ts'
import { group, size } from '../numbers.ts'
import type { Colours } from '../picture.ts'
import { heightOf } from './layout.ts'
import type { EventRow, LineRow, SpanRow, TimelineRow } from './row.ts'

/** With less room, names and counts beside each other cannot be told apart, in CSS pixels. */
const NAMES_ROOM = 170
const NARROW_FONT = '10.5px system-ui, sans-serif'

/** Beside each row its name, and how much it shows. */
export function drawRowNames(
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

function countOf(row: EventRow | SpanRow): string {
  const listed = row.kind === 'spans' ? row.starts.length : row.times.length
  const binned = row.kind === 'events' ? (row.bins?.counts.reduce((a, b) => a + b, 0) ?? 0) : 0
  return group(Math.max(listed, binned))
}

/** A value of a line in its unit. */
export function valueOf({ unit }: LineRow, value: number): string {
  return unit === 'bytes' ? size(value) : group(value)
}
