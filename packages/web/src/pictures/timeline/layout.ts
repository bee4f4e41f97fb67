import { AXIS_HEIGHT } from '../axis/draw-axis.ts'
import type { TimelineRow } from './row.ts'

const BAND_HEIGHT = 26
const LINE_HEIGHT = 54
const BOTTOM = 8

/** Room for the names of rows, in CSS pixels. */
export function gutterOf(width: number): number {
  return Math.round(Math.min(290, width * 0.3))
}

export function heightOf(row: TimelineRow): number {
  return row.kind === 'line' ? LINE_HEIGHT : BAND_HEIGHT
}

export function heightOfAll(rows: readonly TimelineRow[]): number {
  return rows.reduce((sum, row) => sum + heightOf(row), AXIS_HEIGHT + BOTTOM)
}

/** The row at a height of the canvas, and where it begins. */
export function rowAt(rows: readonly TimelineRow[], y: number): number | undefined {
  let top = AXIS_HEIGHT
  for (const [index, row] of rows.entries()) {
    const bottom = top + heightOf(row)
    if (y >= top && y < bottom) return index
    top = bottom
  }
  return undefined
}
