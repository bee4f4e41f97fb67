import { nsPerPixel, xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { extremesIn, lowerBound } from '../canvas/bins.ts'
import type { Colours } from '../picture.ts'
import { heightOf } from './layout.ts'
import type { LineRow } from './row.ts'

/** From least to greatest in each column, joined: a peak of one sample stays a peak at any zoom. */
export function drawLine(
  pen: CanvasRenderingContext2D,
  row: LineRow,
  scale: Scale,
  colours: Colours,
  top: number,
): void {
  const base = top + heightOf(row) - 6
  const room = heightOf(row) - 14
  const yOf = (value: number): number => base - (value / row.greatest) * room
  const { times, extremes } = row
  const first = Math.max(0, lowerBound(times, scale.range.fromNs) - 1)
  const end = Math.min(times.length, lowerBound(times, scale.range.toNs) + 1)
  pen.fillStyle = colours.line
  pen.fillRect(scale.left, base, scale.width, 1)
  if (end <= first) return
  const columnNs = nsPerPixel(scale)
  pen.beginPath()
  const line: { x: number; least: number; greatest: number }[] = []
  for (let at = first; at < end;) {
    const ns = times[at] ?? 0
    const next = Math.max(at + 1, lowerBound(times, ns + columnNs, at, end))
    const found = extremesIn(extremes, at, next)
    if (found !== undefined) line.push({ x: xOf(scale, ns), ...found })
    at = next
  }
  for (const [index, { x, greatest }] of line.entries()) {
    if (index === 0) pen.moveTo(x, yOf(greatest))
    else {
      // A count holds until the next sample says otherwise.
      pen.lineTo(x, yOf(line[index - 1]?.greatest ?? greatest))
      pen.lineTo(x, yOf(greatest))
    }
  }
  const last = line.at(-1)
  if (last !== undefined && !row.sampled)
    pen.lineTo(Math.min(last.x + 1, scale.left + scale.width), yOf(last.greatest))
  pen.strokeStyle = colours[row.colour]
  pen.lineWidth = 1.5
  pen.stroke()
  pen.lineTo(last?.x ?? 0, base)
  pen.lineTo(line[0]?.x ?? 0, base)
  pen.globalAlpha = 0.13
  pen.fillStyle = colours[row.colour]
  pen.fill()
  pen.globalAlpha = 1
  for (const { x, least, greatest } of line) {
    if (least < greatest) pen.fillRect(x, yOf(greatest), 1, yOf(least) - yOf(greatest))
    if (row.sampled && line.length * 8 < scale.width) {
      pen.beginPath()
      pen.arc(x, yOf(greatest), 2.5, 0, 7)
      pen.fill()
    }
  }
}
