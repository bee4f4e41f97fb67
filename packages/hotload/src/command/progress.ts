import type { Source } from '../source/source.ts'
import { sizeOf } from './terminal.ts'

/** Less is over before a line about it could be read. */
const FIRST_BYTES = 2_000_000
const REDRAW_MS = 200
/** ECMA-48 §8.3.41: erase in line. */
const ERASE_LINE = '\r\u001B[K'

export interface ProgressScreen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** On a terminal, one line that counts what comes; nothing on anything else. */
export function createProgress(source: Source, screen: ProgressScreen): { clear(): void } {
  let isDrawn = false
  let start = source.counters.bytes
  let before = start
  const clear = (): void => {
    if (isDrawn) screen.write(ERASE_LINE)
    isDrawn = false
    start = source.counters.bytes
  }
  if (screen.isTTY !== true || process.env['TERM'] === 'dumb') return { clear }
  const draw = (): void => {
    const { bytes } = source.counters
    if (bytes === before) {
      clear()
      return
    }
    before = bytes
    if (bytes - start < FIRST_BYTES) return
    screen.write(`${ERASE_LINE}fetching: ${sizeOf(bytes - start)}`)
    isDrawn = true
  }
  setInterval(draw, REDRAW_MS).unref()
  return { clear }
}
