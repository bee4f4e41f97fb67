import { styleText } from 'node:util'
import type { Styler } from '@whyreset/report'

/** 80 where nobody knows; wider lines than these are hard to read. */
const DEFAULT_WIDTH = 80
const MAX_WIDTH = 120

/**
 * Colour where `stream` shows it: Node looks at the stream and at NO_COLOR, FORCE_COLOR and TERM. `--no-color` wins
 * over all of them.
 */
export function stylerFor(stream: NodeJS.WriteStream, isColourWanted: boolean): Styler {
  if (!isColourWanted) return (_style, text) => text
  return (style, text) => styleText(style, text, { stream, validateStream: true })
}

export function widthOf(stream: NodeJS.WriteStream): number {
  // A terminal that nobody gave a size says 0.
  return stream.isTTY && stream.columns > 0 ? Math.min(MAX_WIDTH, stream.columns) : DEFAULT_WIDTH
}
