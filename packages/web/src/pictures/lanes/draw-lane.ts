import type { Lane, Outcome } from '@whyreset/core'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import type { Colours } from '../picture.ts'
import { drawOutcome, hatch } from './shapes.ts'

export const OUTCOME_COLOURS: Readonly<Record<Outcome, keyof Colours>> = {
  reset: 'reset',
  refused: 'refused',
  unanswered: 'refused',
  closed: 'closed',
  'half-closed': 'close-wait',
  open: 'open',
}

/** Lanes lower than this have no text and no shapes, only colours. */
export const READABLE = 14

/** One connection from its first segment to its last, with the pen and what it is drawn on. */
interface LaneSheet {
  readonly pen: CanvasRenderingContext2D
  readonly lane: Lane
  readonly colours: Colours
  /** Kept near the view: far out of it a coordinate may be beyond what a canvas draws. */
  readonly x: (ns: number) => number
  readonly isInView: (fromNs: number, toNs: number) => boolean
  readonly top: number
  readonly middle: number
  readonly height: number
  /** Of one side's data. */
  readonly band: number
  readonly isReadable: boolean
}

export function drawLane(
  pen: CanvasRenderingContext2D,
  lane: Lane,
  scale: Scale,
  colours: Colours,
  top: number,
  height: number,
): void {
  const left = scale.left - 20
  const right = scale.left + scale.width + 20
  const x = (ns: number): number => Math.min(right, Math.max(left, xOf(scale, ns)))
  const isReadable = height >= READABLE
  const sheet: LaneSheet = {
    pen,
    lane,
    colours,
    x,
    isInView: (fromNs, toNs) => x(fromNs) < right && toNs >= scale.range.fromNs,
    top,
    middle: top + height / 2,
    height,
    band: isReadable ? (height - 6) / 2 : height / 2,
    isReadable,
  }
  drawLife(sheet)
  drawData(sheet)
  drawZeroWindows(sheet)
  if (isReadable) drawHandshake(sheet)
  drawFins(sheet)
  drawEnd(sheet)
}

function drawLife({ pen, lane, colours, x, middle, height, isReadable }: LaneSheet): void {
  const from = x(lane.firstNs)
  pen.fillStyle = colours[OUTCOME_COLOURS[lane.outcome]]
  pen.globalAlpha = isReadable ? 0.55 : 0.8
  pen.fillRect(
    from,
    middle - (isReadable ? 1 : height / 4),
    Math.max(1.5, x(lane.lastNs) - from),
    isReadable ? 2 : Math.max(1, height / 2),
  )
  pen.globalAlpha = 1
}

/** The client's above the line, the server's below. */
function drawData({ pen, lane, colours, x, isInView, middle, band }: LaneSheet): void {
  pen.fillStyle = colours.data
  for (const { from: side, fromNs, toNs } of lane.data) {
    if (!isInView(fromNs, toNs)) continue
    const start = x(fromNs)
    pen.fillRect(
      start,
      side === 'client' ? middle - band : middle + 1,
      Math.max(1, x(toNs) - start),
      band - 1,
    )
  }
}

/** On the side that lets nothing in: the client's is above the line, the server's below. */
function drawZeroWindows({
  pen,
  lane,
  colours,
  x,
  isInView,
  top,
  middle,
  height,
  band,
  isReadable,
}: LaneSheet): void {
  for (const { of, fromNs, toNs } of lane.zeroWindow) {
    if (!isInView(fromNs, toNs)) continue
    const start = x(fromNs)
    const width = Math.max(1.5, x(toNs) - start)
    if (isReadable) hatch(pen, start, of === 'client' ? middle - band : middle + 1, width, band - 1, colours)
    else {
      pen.fillStyle = colours.stall
      pen.fillRect(start, top, width, Math.max(1, height - 1))
    }
  }
}

function drawHandshake({ pen, lane: { synNs, establishedNs }, colours, x, middle }: LaneSheet): void {
  if (synNs === undefined || establishedNs === undefined) return
  pen.strokeStyle = colours.ink
  pen.lineWidth = 1
  pen.strokeRect(x(synNs) + 0.5, middle - 3.5, Math.max(2, x(establishedNs) - x(synNs)), 7)
}

function drawFins({ pen, lane, colours, x, middle, band, isReadable }: LaneSheet): void {
  for (const [ns, up] of [
    [lane.clientFinNs, true],
    [lane.serverFinNs, false],
  ] as const) {
    if (ns === undefined) continue
    pen.fillStyle = colours.closed
    pen.fillRect(Math.round(x(ns)) - 1, up ? middle - band : middle, 2, band)
    if (isReadable) pen.fillRect(x(ns) - 3, up ? middle - band : middle + band - 2, 6, 2)
  }
}

function drawEnd({ pen, lane, colours, x, top, middle, height, isReadable }: LaneSheet): void {
  if (!isReadable) {
    pen.fillStyle = colours.reset
    for (const { ns } of lane.rsts) pen.fillRect(x(ns) - 1, top, 3, Math.max(1, height - 1))
    return
  }
  drawOutcome(pen, lane.outcome, x(lane.lastNs), middle, colours)
  for (const { ns, from: side } of lane.rsts) drawRst(pen, x(ns), middle, side === 'client' ? -1 : 1, colours)
}

/** A cross, with a foot on the side that sent it. */
function drawRst(pen: CanvasRenderingContext2D, x: number, y: number, side: number, colours: Colours): void {
  pen.strokeStyle = colours.paper
  pen.lineWidth = 5
  cross(pen, x, y)
  pen.strokeStyle = colours.reset
  pen.lineWidth = 2.2
  cross(pen, x, y)
  pen.fillStyle = colours.reset
  pen.fillRect(x - 4, y + side * 6 - 1, 8, 2)
}

function cross(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath()
  pen.moveTo(x - 4, y - 4)
  pen.lineTo(x + 4, y + 4)
  pen.moveTo(x + 4, y - 4)
  pen.lineTo(x - 4, y + 4)
  pen.stroke()
}
