import type { Sheet } from '../canvas/surface.ts'
import type { Colours } from '../picture.ts'
import type { Clock } from './clock.ts'
import { xOf } from './scale.ts'
import type { Scale } from './scale.ts'
import { ticksOf } from './ticks.ts'

export const AXIS_HEIGHT = 34
export const LABEL_FONT = '12px system-ui, sans-serif'
/** Figures of equal width, so that labels do not dance while they are panned. */
export const NUMBER_FONT = '11px ui-monospace, "DejaVu Sans Mono", monospace'

/** The labels along the top, and a faint line from each down to `bottom`. */
export function drawAxis(sheet: Sheet, scale: Scale, clock: Clock, colours: Colours, bottom: number): void {
  const { pen, width } = sheet
  const { ticks, context } = ticksOf(scale.range, scale.width, clock)
  pen.font = NUMBER_FONT
  pen.textBaseline = 'alphabetic'
  pen.textAlign = 'left'
  pen.fillStyle = colours.muted
  pen.fillText(context, scale.left + 2, 11, width - scale.left)
  pen.textAlign = 'center'
  for (const { ns, label } of ticks) {
    const x = Math.round(xOf(scale, ns))
    pen.fillStyle = colours.line
    pen.fillRect(x, AXIS_HEIGHT - 6, 1, bottom - AXIS_HEIGHT + 6)
    pen.fillStyle = colours.ink
    const half = pen.measureText(label).width / 2
    if (x - half >= scale.left - 24 && x + half <= width) pen.fillText(label, x, AXIS_HEIGHT - 10)
  }
}
