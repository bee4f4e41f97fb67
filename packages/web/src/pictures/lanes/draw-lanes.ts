import type { Lane } from '@whyreset/core'
import type { Clock } from '../axis/clock.ts'
import { AXIS_HEIGHT, drawAxis } from '../axis/draw-axis.ts'
import { xOf } from '../axis/scale.ts'
import type { Scale } from '../axis/scale.ts'
import { lowerBound } from '../canvas/bins.ts'
import type { Sheet } from '../canvas/surface.ts'
import type { Colours } from '../picture.ts'
import { drawGroupNames, drawLaneName } from './draw-lane-names.ts'
import { drawLane, READABLE } from './draw-lane.ts'
import type { LaneGroup } from './group-lanes.ts'

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
  pen.fillStyle = colours.raised
  for (const place of [marks.pointed, lanes.findIndex(({ row }) => row === marks.chosen)]) {
    if (place === undefined || place < 0) continue
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
    drawLaneName(pen, lane, scale.left, colours, topOf(place), laneHeight, lane.row === marks.chosen)
  }
  if (laneHeight < READABLE) drawGroupNames(sheet, groups, told, scale.left, colours, topOf)
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
