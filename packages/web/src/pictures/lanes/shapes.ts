import type { Outcome } from '@whyreset/core'
import type { Colours } from '../picture.ts'

/** How a connection ended, by shape and colour: neither is needed for the other. */
export function drawOutcome(
  pen: CanvasRenderingContext2D,
  outcome: Outcome,
  x: number,
  y: number,
  colours: Colours,
): void {
  pen.beginPath()
  pen.lineWidth = 2
  switch (outcome) {
    case 'reset':
      pen.strokeStyle = colours.reset
      pen.moveTo(x - 4, y - 4)
      pen.lineTo(x + 4, y + 4)
      pen.moveTo(x + 4, y - 4)
      pen.lineTo(x - 4, y + 4)
      pen.stroke()
      return
    case 'refused':
      pen.fillStyle = colours.refused
      pen.moveTo(x - 5, y - 4)
      pen.lineTo(x + 5, y - 4)
      pen.lineTo(x, y + 5)
      pen.fill()
      return
    case 'unanswered':
      pen.strokeStyle = colours.refused
      pen.moveTo(x - 4, y - 3)
      pen.lineTo(x + 4, y - 3)
      pen.lineTo(x, y + 4)
      pen.closePath()
      pen.stroke()
      return
    case 'closed':
      pen.fillStyle = colours.closed
      pen.rect(x - 3.5, y - 3.5, 7, 7)
      pen.fill()
      return
    case 'half-closed':
      pen.strokeStyle = colours['close-wait']
      pen.rect(x - 3.5, y - 3.5, 7, 7)
      pen.stroke()
      pen.fillStyle = colours['close-wait']
      pen.fillRect(x - 3.5, y - 3.5, 3.5, 7)
      return
    case 'open':
      pen.strokeStyle = colours.open
      pen.moveTo(x - 3, y - 5)
      pen.lineTo(x + 3, y)
      pen.lineTo(x - 3, y + 5)
      pen.stroke()
      return
  }
}

/** Stripes: what stands still looks unlike what moves, also without colour. */
export function hatch(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colours: Colours,
  stripePx = 6,
  strength = 1,
): void {
  pen.fillStyle = colours.stall
  pen.globalAlpha = 0.4 * strength
  pen.fillRect(x, y, width, height)
  pen.globalAlpha = strength
  pen.fillRect(x, y, width, 1.5)
  if (width < 6) {
    pen.fillRect(x, y, width, height)
    pen.globalAlpha = 1
    return
  }
  pen.save()
  pen.beginPath()
  pen.rect(x, y, width, height)
  pen.clip()
  pen.beginPath()
  pen.strokeStyle = colours.stall
  pen.lineWidth = 1.2
  for (let at = x - height; at < x + width; at += stripePx) {
    pen.moveTo(at, y + height)
    pen.lineTo(at + height, y)
  }
  pen.stroke()
  pen.restore()
  pen.globalAlpha = 1
}
