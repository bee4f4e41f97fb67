import { cleanShort } from '@whyreset/report/escape'

/** Shorter work is over before a line about it could be read. */
const QUIET_MS = 200
const REDRAW_MS = 100
/** UTF-16 units of a file name in the line. */
const MAX_NAME_LENGTH = 40
/** ECMA-48 §8.3.41: erase in line. */
const ERASE_LINE = '\r\u001B[K'

export interface ProgressScreen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** How far the reading of a file is, and how many connections of captures were found reset by then. */
interface ReadingStep {
  readonly name: string
  readonly bytes: number
  readonly of?: number
  readonly resets?: number
}

export interface Progress {
  /** Shows the line, if it is time to. */
  show(step: ReadingStep): void
  /** The same with words of its own. */
  say(text: string): void
  /** Takes the line off the screen, for something else to be written there. */
  clear(): void
}

/** One line on a terminal that is written over and over; nothing on anything else. */
export function createProgress(screen: ProgressScreen, now: () => number = Date.now): Progress {
  const isShown = screen.isTTY === true && process.env['TERM'] !== 'dumb'
  let nextMs = now() + QUIET_MS
  let isDrawn = false
  const isDue = (): boolean => isShown && now() >= nextMs
  const draw = (text: string): void => {
    nextMs = now() + REDRAW_MS
    isDrawn = true
    screen.write(`${ERASE_LINE}${text}`)
  }
  return {
    show({ name, bytes, of, resets = 0 }) {
      if (!isDue()) return
      const share =
        of === undefined || of < bytes ? '' : ` of ${size(of)} (${Math.floor((bytes / of) * 100)} %)`
      const found =
        resets === 0 ? '' : `, ${resets.toLocaleString('en')} ${resets === 1 ? 'reset' : 'resets'}`
      draw(`reading ${cleanShort(name, MAX_NAME_LENGTH)}: ${size(bytes)}${share}${found}`)
    },
    say(text) {
      if (isDue()) draw(text)
    },
    clear() {
      if (isDrawn) screen.write(ERASE_LINE)
      isDrawn = false
    },
  }
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
