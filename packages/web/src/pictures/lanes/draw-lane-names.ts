import type { Lane } from '@whyreset/core'
import { AXIS_HEIGHT, NUMBER_FONT } from '../axis/draw-axis.ts'
import { fitted } from '../canvas/fitted.ts'
import type { Sheet } from '../canvas/surface.ts'
import type { Colours } from '../picture.ts'
import { show } from '../../show.ts'
import { OUTCOME_COLOURS, READABLE } from './draw-lane.ts'
import type { LaneGroup } from './group-lanes.ts'
import { laneName } from './lane-names.ts'
import { drawOutcome } from './shapes.ts'

/** Of the name of a group and how many it has, in CSS pixels. */
const GROUP_LINE = 13

/** Beside a lane: whose it is, where there is room for text, else the colour of how it ended. */
export function drawLaneName(
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
export function drawGroupNames(
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
