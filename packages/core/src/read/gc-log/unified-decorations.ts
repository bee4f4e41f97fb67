import { readDecimal, readIsoTime, type Stamp, type WallTime } from './gc-time.ts'

/** What stands before the message of a line of unified logging (JEP 158). */
export interface Decorations {
  readonly stamp: Stamp
  /** One or two numbers: pid, tid, or pid and tid. A single number does not say which of the two it is. */
  readonly ids: readonly number[]
  readonly hasLevel: boolean
  /** `gc,start`; '' when not printed. */
  readonly tags: string
  readonly message: string
}

/** The longest decoration that is read: a host name. */
const MAX_DECORATION = 255

/** timemillis counts from 1970, uptimemillis from the start: this is 1973, and three years of uptime. */
const FIRST_EPOCH_MS = 1e11

const LEVEL = /^(?:off|trace|debug|develop|info|warning|error) *$/
const TAGS = /^[a-z0-9]+(?:,[a-z0-9]+)* *$/
const HOST = /^[A-Za-z0-9._-]+$/

/**
 * Splits a line into decorations and message. Their order is fixed (hotspot logDecorators.hpp): time, utctime,
 * uptime, timemillis, uptimemillis, timenanos, uptimenanos, hostname, pid, tid, level, tags; any may be absent.
 * timenanos and uptimenanos look alike, so nanoseconds serve only where nothing else tells the time.
 */
export function readDecorations(text: string): Decorations {
  let wall: WallTime | undefined
  let uptimeSeconds: number | undefined
  let nanosSeconds: number | undefined
  let hasLevel = false
  let tags = ''
  const ids: number[] = []
  let at = 0

  while (text.charCodeAt(at) === 0x5b) {
    const close = text.indexOf(']', at)
    if (close < 0 || close - at > MAX_DECORATION) break
    const body = text.slice(at + 1, close)
    const number = /^(\d+(?:[.,]\d+)?)(s|ms|ns)?$/.exec(body)
    if (number !== null) {
      const value = readDecimal(number[1])
      if (number[2] === 's') uptimeSeconds = value
      else if (number[2] === 'ns') nanosSeconds = value / 1e9
      else if (number[2] === undefined) ids.push(value)
      else if (value < FIRST_EPOCH_MS) uptimeSeconds ??= value / 1000
      else wall ??= { clock: 'wall', localMs: value, zoneMinutes: 0 }
    } else {
      const date = readIsoTime(body)
      if (date !== undefined) wall ??= date
      else if (LEVEL.test(body)) hasLevel = true
      else if (TAGS.test(body)) tags = body.trimEnd()
      else if (!HOST.test(body)) break
    }
    at = close + 1
  }
  if (wall === undefined) uptimeSeconds ??= nanosSeconds
  const message = text.charCodeAt(at) === 0x20 && at > 0 ? text.slice(at + 1) : text.slice(at)
  return {
    stamp: { ...(wall !== undefined && { wall }), ...(uptimeSeconds !== undefined && { uptimeSeconds }) },
    ids,
    hasLevel,
    tags,
    message,
  }
}
