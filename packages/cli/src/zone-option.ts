import { InvalidArgumentError } from 'commander'
import { parseOffset } from './time-option.ts'

/** The zone of logs that print none: minutes east of UTC at a moment, as some zones have a summer time. */
export interface Zone {
  readonly isFixed: boolean
  readonly minutesAt: (unixMs: number) => number
}

const WANTED = 'An offset or a zone was wanted: +08:00, -03:30, Asia/Shanghai, UTC.'
/** Milliseconds between two looks at a zone: less than any summer time lasts. */
const SEASON_MS = 30 * 86_400_000
const SEASONS = 13

/** What was typed after `--log-timezone`. */
export function parseZone(typed: string): Zone {
  if (/^[+-]/.test(typed)) {
    const minutes = parseOffset(typed, WANTED)
    return { isFixed: true, minutesAt: () => minutes }
  }
  if (/^(?:z|utc|gmt)$/i.test(typed)) return { isFixed: true, minutesAt: () => 0 }
  const format = formatIn(typed)
  return { isFixed: false, minutesAt: (unixMs) => minutesEast(format, unixMs) }
}

/** Whether the offset is the same in every season around `unixMs`, so that the moment need not be known. */
export function isSameAllYear(zone: Zone, unixMs: number): boolean {
  if (zone.isFixed) return true
  const minutes = zone.minutesAt(unixMs)
  return Array.from({ length: SEASONS }, (_, index) => unixMs - index * SEASON_MS).every(
    (each) => zone.minutesAt(each) === minutes,
  )
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(WANTED)
    throw error
  }
}

/** Intl prints `GMT`, `GMT+08:00` or `GMT-03:30`. */
function minutesEast(format: Intl.DateTimeFormat, unixMs: number): number {
  const name = format.formatToParts(unixMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const offset = name.replace(/^GMT/, '').replace('\u2212', '-')
  return offset === '' ? 0 : parseOffset(offset, WANTED)
}
