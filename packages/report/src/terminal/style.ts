/** The few styles that the terminal's answer uses, named as `util.styleText` of Node names them. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

/** Dresses text that holds no control characters; must add nothing but SGR sequences. */
export type Styler = (style: Style, text: string) => string

/** `true` dresses with SGR codes, `false` leaves bare, a function decides for itself. */
export function stylerOf(colour: boolean | Styler): Styler {
  if (typeof colour === 'function') return colour
  return colour ? sgr : bare
}

function sgr(style: Style, text: string): string {
  const [on, off] = SGR[style]
  return `\u001B[${on}m${text}\u001B[${off}m`
}

function bare(_style: Style, text: string): string {
  return text
}

/** ECMA-48 §8.3.117 Select Graphic Rendition. */
const SGR: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
}
