/** Text cut to a width: squeezed letters, which fillText would make, cannot be read. */
export function fitted(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text
  return `${text.slice(0, lengthIn(pen, text, room, '…'))}…`
}

/** The first line and what is left for the second, which may still be too long; broken at a blank where there is one. */
export function inTwoLines(pen: Measuring, text: string, room: number): [string, string | undefined] {
  const length = lengthIn(pen, text, room, '')
  if (length === text.length) return [text, undefined]
  const blank = text.lastIndexOf(' ', length)
  const end = blank > 0 ? blank : Math.max(1, length)
  return [text.slice(0, end), text.slice(end).trimStart()]
}

type Measuring = Pick<CanvasRenderingContext2D, 'measureText'>

/** How many letters have room, with `after` behind them. */
function lengthIn(pen: Measuring, text: string, room: number, after: string): number {
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (pen.measureText(`${text.slice(0, middle)}${after}`).width <= room) low = middle
    else high = middle - 1
  }
  return low
}
