import type { Lane, Outcome } from '@whyreset/core'
import type { Clock } from '../axis/clock.ts'
import { AXIS_HEIGHT, drawAxis, NUMBER_FONT } from '../axis/draw-axis.ts'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { lowerBound } from '../canvas/bins.ts'
import type { Sheet } from '../canvas/surface.ts'
import { fitted } from '../canvas/fitted.ts'
import type { Colours } from '../picture.ts'
import { show } from '../../show.ts'
import type { LaneGroup } from './group-lanes.ts'
import { laneName } from './lane-names.ts'
import { drawOutcome, hatch } from './shapes.ts'

export interface LaneMarks {
  /** Places in the lanes that are drawn. */
  readonly cursor: number | undefined
  readonly pointed: number | undefined
  /** Row of the exhibits. */
  readonly chosen: number | undefined
}

export interface LaneLayout {
  readonly laneHeight: number
  readonly scrollTop: number
  /** What lanes without text are of, and how many they are. */
  readonly groups: readonly LaneGroup[]
  readonly told: (group: LaneGroup) => string
}

export interface Stretches {
  readonly starts: Float64Array
  readonly ends: Float64Array
}

const OUTCOME_COLOURS: Readonly<Record<Outcome, keyof Colours>> = {
  reset: 'reset',
  refused: 'refused',
  unanswered: 'refused',
  closed: 'closed',
  'half-closed': 'close-wait',
  open: 'open',
}

/** Lanes lower than this have no text and no shapes, only colours. */
const READABLE = 14
/** Of the name of a group and how many it has, in CSS pixels. */
const GROUP_LINE = 13
const MIN_GUIDE_GAP = 5

export function gutterOf(width: number): number {
  return Math.round(Math.min(330, width * 0.34))
}

/** Only the lanes in view are looked at, however many there are. */
export function drawLanes(
  sheet: Sheet,
  lanes: readonly Lane[],
  { laneHeight, scrollTop, groups, told }: LaneLayout,
  scale: Scale,
  clock: Clock,
  colours: Colours,
  collections: readonly Stretches[],
  marks: LaneMarks,
): void {
  const { pen, width, height } = sheet
  const first = Math.floor(scrollTop / laneHeight)
  const end = Math.min(lanes.length, Math.ceil((scrollTop + height - AXIS_HEIGHT) / laneHeight))
  const topOf = (place: number): number => AXIS_HEIGHT + place * laneHeight - scrollTop
  for (const [place, colour] of [
    [marks.pointed, colours.raised],
    [lanes.findIndex(({ row }) => row === marks.chosen), colours.raised],
  ] as const) {
    if (place === undefined || place < 0) continue
    pen.fillStyle = colour
    pen.fillRect(0, topOf(place), width, laneHeight)
  }
  pen.save()
  pen.beginPath()
  pen.rect(scale.left, AXIS_HEIGHT, scale.width, height)
  pen.clip()
  drawCollections(pen, collections, scale, colours, height)
  for (let place = first; place < end; place++) {
    const lane = lanes[place]
    if (lane !== undefined) drawLane(pen, lane, scale, colours, topOf(place), laneHeight)
  }
  pen.restore()
  for (let place = first; place < end; place++) {
    const lane = lanes[place]
    if (lane === undefined) continue
    drawName(pen, lane, scale.left, colours, topOf(place), laneHeight, lane.row === marks.chosen)
  }
  if (laneHeight < READABLE) drawGroups(sheet, groups, told, scale.left, colours, (place) => topOf(place))
  pen.fillStyle = colours.line
  pen.fillRect(scale.left - 1, AXIS_HEIGHT, 1, height)
  if (marks.cursor !== undefined) {
    pen.strokeStyle = colours.accent
    pen.lineWidth = 2
    pen.strokeRect(1, topOf(marks.cursor) + 1, width - 2, Math.max(3, laneHeight - 2))
  }
  pen.fillStyle = colours.paper
  pen.fillRect(0, 0, width, AXIS_HEIGHT)
  drawAxis(sheet, scale, clock, colours, AXIS_HEIGHT)
}

/** Through all lanes, so that ends which fall on one are seen to. */
function drawCollections(
  pen: CanvasRenderingContext2D,
  collections: readonly Stretches[],
  scale: Scale,
  colours: Colours,
  height: number,
): void {
  pen.fillStyle = colours.collection
  for (const { starts, ends } of collections) {
    const first = Math.max(0, lowerBound(ends, scale.range.fromNs))
    const end = lowerBound(starts, scale.range.toNs)
    if ((end - first) * MIN_GUIDE_GAP > scale.width) continue
    for (let index = first; index < end; index++) {
      const x = xOf(scale, starts[index] ?? 0)
      const length = xOf(scale, ends[index] ?? 0) - x
      // A line of one dot is seen as well as a wide stretch.
      pen.globalAlpha = length < 2 ? 0.6 : 0.22
      pen.fillRect(length < 1 ? Math.round(x) : x, AXIS_HEIGHT, Math.max(1, length), height)
    }
  }
  pen.globalAlpha = 1
}

function drawLane(
  pen: CanvasRenderingContext2D,
  lane: Lane,
  scale: Scale,
  colours: Colours,
  top: number,
  height: number,
): void {
  const left = scale.left - 20
  const right = scale.left + scale.width + 20
  // Far out of view a coordinate may be beyond what a canvas draws.
  const x = (ns: number): number => Math.min(right, Math.max(left, xOf(scale, ns)))
  const middle = top + height / 2
  const readable = height >= READABLE
  const colour = colours[OUTCOME_COLOURS[lane.outcome]]
  const from = x(lane.firstNs)
  const to = x(lane.lastNs)
  pen.fillStyle = colour
  pen.globalAlpha = readable ? 0.55 : 0.8
  pen.fillRect(
    from,
    middle - (readable ? 1 : height / 4),
    Math.max(1.5, to - from),
    readable ? 2 : Math.max(1, height / 2),
  )
  pen.globalAlpha = 1
  const band = readable ? (height - 6) / 2 : height / 2
  pen.fillStyle = colours.data
  for (const { from: side, fromNs, toNs } of lane.data) {
    const start = x(fromNs)
    if (start >= right || toNs < scale.range.fromNs) continue
    pen.fillRect(
      start,
      side === 'client' ? middle - band : middle + 1,
      Math.max(1, x(toNs) - start),
      band - 1,
    )
  }
  for (const { of, fromNs, toNs } of lane.zeroWindow) {
    const start = x(fromNs)
    const width = Math.max(1.5, x(toNs) - start)
    if (start >= right || toNs < scale.range.fromNs) continue
    // The side that lets nothing in: the client's is above the line, the server's below.
    if (readable) hatch(pen, start, of === 'client' ? middle - band : middle + 1, width, band - 1, colours)
    else {
      pen.fillStyle = colours.stall
      pen.fillRect(start, top, width, Math.max(1, height - 1))
    }
  }
  const { synNs, establishedNs } = lane
  if (readable && synNs !== undefined && establishedNs !== undefined) {
    pen.strokeStyle = colours.ink
    pen.lineWidth = 1
    pen.strokeRect(x(synNs) + 0.5, middle - 3.5, Math.max(2, x(establishedNs) - x(synNs)), 7)
  }
  for (const [ns, up] of [
    [lane.clientFinNs, true],
    [lane.serverFinNs, false],
  ] as const) {
    if (ns === undefined) continue
    pen.fillStyle = colours.closed
    pen.fillRect(Math.round(x(ns)) - 1, up ? middle - band : middle, 2, band)
    if (readable) pen.fillRect(x(ns) - 3, up ? middle - band : middle + band - 2, 6, 2)
  }
  if (!readable) {
    for (const { ns } of lane.rsts) {
      pen.fillStyle = colours.reset
      pen.fillRect(x(ns) - 1, top, 3, Math.max(1, height - 1))
    }
    return
  }
  drawOutcome(pen, lane.outcome, to, middle, colours)
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

function drawName(
  pen: CanvasRenderingContext2D,
  lane: Lane,
  left: number,
  colours: Colours,
  top: number,
  height: number,
  chosen: boolean,
): void {
  const colour = colours[OUTCOME_COLOURS[lane.outcome]]
  if (height < READABLE) {
    pen.fillStyle = colour
    pen.fillRect(left - 12, top, 8, Math.max(1, height - 1))
    return
  }
  drawOutcome(pen, lane.outcome, 10, top + height / 2, colours)
  pen.font = chosen ? `bold ${NUMBER_FONT}` : NUMBER_FONT
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  pen.fillStyle = colours.ink
  const room = left - 30
  const name = laneName(lane, (text) => pen.measureText(text).width <= room)
  pen.fillText(fitted(pen, show(name), room), 22, top + height / 2 + 0.5)
}

/** A bracket beside the lanes of a group; its name stays in view as long as one of them does. */
function drawGroups(
  { pen, width, height }: Sheet,
  groups: readonly LaneGroup[],
  told: (group: LaneGroup) => string,
  left: number,
  colours: Colours,
  topOf: (place: number) => number,
): void {
  const room = left - 34
  pen.textAlign = 'left'
  pen.textBaseline = 'top'
  for (const group of groups) {
    const from = Math.max(AXIS_HEIGHT, topOf(group.first))
    const to = Math.min(height, topOf(group.end))
    if (to <= AXIS_HEIGHT || from >= height) continue
    pen.fillStyle = colours.line
    pen.fillRect(0, to - 0.5, width, 1)
    pen.fillStyle = colours.muted
    pen.fillRect(4, from + 1, 2, Math.max(1, to - from - 2))
    const name = show(group.name)
    pen.font = `bold ${NUMBER_FONT}`
    pen.fillStyle = colours.ink
    // Where both ends have no room in one line, each has its own.
    const names = pen.measureText(name).width <= room ? [name] : name.split(/ (?=→ )/)
    for (const [line, text] of [...names, told(group)].entries()) {
      const top = from + 2 + line * GROUP_LINE
      if (top + GROUP_LINE > to) break
      if (line === names.length) {
        pen.font = NUMBER_FONT
        pen.fillStyle = colours.muted
      }
      pen.fillText(fitted(pen, text, room), 12, top)
    }
  }
}
