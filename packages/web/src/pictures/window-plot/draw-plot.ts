import type { Clock } from '../axis/clock.ts'
import { lengthOf } from '../axis/clock.ts'
import { AXIS_HEIGHT, drawAxis, LABEL_FONT, NUMBER_FONT } from '../axis/draw-axis.ts'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import type { Sheet } from '../canvas/surface.ts'
import { hatch } from '../lanes/shapes.ts'
import type { Colours } from '../picture.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { valueAt } from './plot-series.ts'
import type { PlotSeries, Steps } from './plot-series.ts'

export const PLOT_HEIGHT = 280
export const PLOT_LEFT = 76
const BOTTOM = 12
/** Room above the highest line. */
const HEADROOM = 1.12
/** The legend, in CSS pixels. */
const SAMPLE_WIDTH = 22
const ITEM_GAP = 16
const DATE_WIDTH = 270
const STACK_STEP = 18

/** Bytes over time: what was sent, what was acknowledged, and the limit that the receiver set. */
export function drawPlot(
  sheet: Sheet,
  series: PlotSeries,
  scale: Scale,
  clock: Clock,
  colours: Colours,
  texts: PictureTexts,
  cursorNs: number | undefined,
): void {
  const { pen, width, height } = sheet
  const legend = legendOf(pen, colours, texts)
  const isStacked = legend.reduce((sum, own) => sum + own.width + ITEM_GAP, PLOT_LEFT + DATE_WIDTH) > width
  const base = height - BOTTOM - (isStacked ? legend.length * STACK_STEP + 4 : 0)
  const top = Math.max(greatestOf(series.sent), greatestOf(series.limit), 1) * HEADROOM
  const yOf = (bytes: number): number => base - (Math.max(0, bytes) / top) * (base - AXIS_HEIGHT)
  drawAxis(sheet, scale, clock, colours, base)
  drawBytes(pen, top, yOf, scale, colours)
  pen.save()
  pen.beginPath()
  pen.rect(scale.left, AXIS_HEIGHT - 4, scale.width, base - AXIS_HEIGHT + 6)
  pen.clip()
  drawStalls(pen, series, scale, colours, texts, base)
  const { lastNs } = series
  drawRoom(pen, series, scale, yOf, colours, lastNs)
  drawSteps(pen, series.limit, scale, yOf, lastNs, colours.muted, 1.5, [6, 4])
  drawSteps(pen, series.acked, scale, yOf, lastNs, colours.closed, 3, [])
  drawSteps(pen, series.sent, scale, yOf, lastNs, colours.open, 1.6, [])
  drawDots(pen, series.sent, scale, yOf, colours.open)
  for (const { ns } of series.resets) drawReset(pen, xOf(scale, ns), base, colours)
  if (cursorNs !== undefined) {
    pen.fillStyle = colours.accent
    pen.fillRect(Math.round(xOf(scale, cursorNs)), AXIS_HEIGHT, 1, base - AXIS_HEIGHT)
  }
  pen.restore()
  drawLegend(pen, legend, width, isStacked ? base + BOTTOM + 8 : undefined, colours)
}

function drawBytes(
  pen: CanvasRenderingContext2D,
  top: number,
  yOf: (bytes: number) => number,
  scale: Scale,
  colours: Colours,
): void {
  const step = niceStep(top / 4)
  pen.font = NUMBER_FONT
  pen.textAlign = 'right'
  pen.textBaseline = 'middle'
  for (let bytes = 0; bytes <= top; bytes += step) {
    const y = Math.round(yOf(bytes))
    pen.fillStyle = colours.line
    pen.fillRect(scale.left, y, scale.width, 1)
    pen.fillStyle = colours.muted
    pen.fillText(axisLabel(bytes, step), scale.left - 8, y)
  }
}

function drawStalls(
  pen: CanvasRenderingContext2D,
  { stalls }: PlotSeries,
  scale: Scale,
  colours: Colours,
  texts: PictureTexts,
  base: number,
): void {
  for (const { fromNs, toNs } of stalls) {
    const x = Math.max(scale.left, xOf(scale, fromNs))
    const right = Math.min(scale.left + scale.width, xOf(scale, toNs))
    if (right < scale.left || x > scale.left + scale.width) continue
    hatch(pen, x, AXIS_HEIGHT, Math.max(1.5, right - x), base - AXIS_HEIGHT, colours, 14, 0.32)
    const label = texts.stalledFor(lengthOf(toNs - fromNs))
    pen.font = `bold ${LABEL_FONT}`
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    const half = pen.measureText(label).width / 2 + 7
    // A stall that is narrower has no room for its length.
    if (right - x < half * 2) continue
    const middle = (x + right) / 2
    const y = (AXIS_HEIGHT + base) / 2 + 30
    pen.fillStyle = colours.paper
    pen.fillRect(middle - half, y - 11, half * 2, 22)
    pen.fillStyle = colours.ink
    pen.fillText(label, middle, y)
  }
}

/** What might still be sent: between what is acknowledged and the limit. It closes before a reader's stall. */
function drawRoom(
  pen: CanvasRenderingContext2D,
  { acked, limit }: PlotSeries,
  scale: Scale,
  yOf: (bytes: number) => number,
  colours: Colours,
  lastNs: number,
): void {
  const times = [...new Set([...acked.ns, ...limit.ns])].toSorted((a, b) => a - b)
  pen.fillStyle = colours.open
  pen.globalAlpha = 0.1
  for (const [index, ns] of times.entries()) {
    const low = valueAt(acked, ns)
    const high = valueAt(limit, ns)
    if (low === undefined || high === undefined || high <= low) continue
    const x = xOf(scale, ns)
    pen.fillRect(x, yOf(high), xOf(scale, times[index + 1] ?? lastNs) - x, yOf(low) - yOf(high))
  }
  pen.globalAlpha = 1
}

function drawSteps(
  pen: CanvasRenderingContext2D,
  { ns, bytes }: Steps,
  scale: Scale,
  yOf: (bytes: number) => number,
  lastNs: number,
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  pen.beginPath()
  let y: number | undefined
  for (const [index, at] of ns.entries()) {
    const x = xOf(scale, at)
    if (y === undefined) pen.moveTo(x, yOf(bytes[index] ?? 0))
    else pen.lineTo(x, y)
    y = yOf(bytes[index] ?? 0)
    pen.lineTo(x, y)
  }
  if (y !== undefined) pen.lineTo(xOf(scale, lastNs), y)
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.setLineDash([...dash])
  pen.stroke()
  pen.setLineDash([])
}

/** Each segment where there is room to tell them apart. */
function drawDots(
  pen: CanvasRenderingContext2D,
  { ns, bytes }: Steps,
  scale: Scale,
  yOf: (bytes: number) => number,
  colour: string,
): void {
  const inView = ns.filter((at) => at >= scale.range.fromNs && at <= scale.range.toNs).length
  if (inView * 8 > scale.width) return
  pen.fillStyle = colour
  for (const [index, at] of ns.entries()) {
    pen.beginPath()
    pen.arc(xOf(scale, at), yOf(bytes[index] ?? 0), 2.5, 0, 7)
    pen.fill()
  }
}

function drawReset(pen: CanvasRenderingContext2D, x: number, base: number, colours: Colours): void {
  pen.fillStyle = colours.reset
  pen.fillRect(x - 1, AXIS_HEIGHT, 2, base - AXIS_HEIGHT)
  pen.strokeStyle = colours.reset
  pen.lineWidth = 2.5
  pen.beginPath()
  const y = AXIS_HEIGHT + 12
  pen.moveTo(x - 6, y - 6)
  pen.lineTo(x + 6, y + 6)
  pen.moveTo(x + 6, y - 6)
  pen.lineTo(x - 6, y + 6)
  pen.stroke()
  pen.font = `bold ${LABEL_FONT}`
  pen.textAlign = 'right'
  pen.textBaseline = 'middle'
  pen.fillStyle = colours.reset
  pen.fillText('RST', x - 10, y)
}

interface LegendItem {
  readonly name: string
  readonly colour: string
  readonly dash: readonly number[]
  readonly weight: number
  readonly width: number
}

function legendOf(pen: CanvasRenderingContext2D, colours: Colours, { legend }: PictureTexts): LegendItem[] {
  const items = [
    { name: legend.limit, colour: colours.muted, dash: [6, 4], weight: 1.5 },
    { name: legend.acked, colour: colours.closed, dash: [], weight: 3 },
    { name: legend.sent, colour: colours.open, dash: [], weight: 1.6 },
  ]
  pen.font = LABEL_FONT
  return items.map((item) => ({ ...item, width: SAMPLE_WIDTH + 6 + pen.measureText(item.name).width }))
}

/** In a row above the axis; where that would cover the date, one below the other below the plot. */
function drawLegend(
  pen: CanvasRenderingContext2D,
  items: readonly LegendItem[],
  width: number,
  stackTop: number | undefined,
  colours: Colours,
): void {
  pen.font = LABEL_FONT
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  let right = width - 6
  for (const [index, item] of items.entries()) {
    const x = stackTop === undefined ? right - item.width : PLOT_LEFT
    const y = stackTop === undefined ? 8 : stackTop + index * STACK_STEP
    right -= item.width + ITEM_GAP
    pen.fillStyle = colours.ink
    pen.fillText(item.name, x + SAMPLE_WIDTH + 6, y)
    pen.strokeStyle = item.colour
    pen.lineWidth = item.weight
    pen.setLineDash([...item.dash])
    pen.beginPath()
    pen.moveTo(x, y)
    pen.lineTo(x + SAMPLE_WIDTH, y)
    pen.stroke()
  }
  pen.setLineDash([])
}

function greatestOf({ bytes }: Steps): number {
  return bytes.reduce((greatest, value) => Math.max(greatest, value), 0)
}

/** As short as the step allows: `60 kB`, `1.5 MB`. */
function axisLabel(bytes: number, step: number): string {
  const [unit, name] = step >= 1e5 ? [1e6, 'MB'] : step >= 1000 ? [1000, 'kB'] : [1, 'B']
  return `${Number((bytes / unit).toFixed(1))} ${name}`
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power
}
