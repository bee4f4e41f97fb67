import type { LogTime } from '../log-time.ts'

/** The times that one line of a log carries. Any of them may be absent. */
export interface Stamp {
  readonly wall?: WallTime
  readonly uptimeSeconds?: number
}

export type WallTime = Extract<LogTime, { clock: 'wall' }>

const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/

/** Reads `2018-04-04T09:10:00.586-0100`: what HotSpot prints (os::iso8601_time), and ISO 8601 near it. */
export function readIsoTime(text: string): WallTime | undefined {
  const found = text.length > 40 ? null : ISO_TIME.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60)
    return undefined
  const fractionMs = found[7] === undefined ? 0 : Number(`0.${found[7]}`) * 1000
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second) + fractionMs
  const zoneMinutes = readZone(found[8])
  return { clock: 'wall', localMs, ...(zoneMinutes !== undefined && { zoneMinutes }) }
}

/** The time to report: the wall clock where there is one, else the uptime, else what the log's wrapper says. */
export function stampTime(stamp: Stamp, wrapper?: LogTime): LogTime | undefined {
  if (stamp.wall !== undefined) return stamp.wall
  if (stamp.uptimeSeconds !== undefined) return { clock: 'uptime', seconds: stamp.uptimeSeconds }
  return wrapper
}

/** The time `milliseconds` later, or earlier when negative. */
export function shiftTime(time: LogTime, milliseconds: number): LogTime {
  if (time.clock === 'wall') return { ...time, localMs: time.localMs + milliseconds }
  return { ...time, seconds: time.seconds + milliseconds / 1000 }
}

/** Reads a decimal number printed with a point or, in some locales, a comma. */
export function readDecimal(text: string | undefined): number {
  return text === undefined ? Number.NaN : Number(text.replace(',', '.'))
}

function readZone(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text === 'Z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return text.startsWith('-') ? -minutes : minutes
}
