import type { LogTime } from '../read/log-time.ts'

/** Zones are multiples of this (IANA: Nepal and the Chatham Islands have quarters of an hour). */
const ZONE_STEP_MINUTES = 15
const MIN_ZONE_MINUTES = -12 * 60
const MAX_ZONE_MINUTES = 14 * 60
/** An event and a reset this close belong together when a zone is estimated. */
const NEAR_MS = 1_500
/** A zone other than UTC needs this many more events that meet a reset. */
const MIN_MORE_MATCHES = 2
const DAY_MS = 86_400_000
const MAX_EVENTS = 2_000

/** How a log's wall clock became UTC. */
export interface ZoneChoice {
  readonly zoneMinutes: number
  readonly how: 'printed' | 'given' | 'manifest' | 'estimated' | 'assumed'
  /** How many of the log's events met a reset under the estimate, of how many. */
  readonly matched?: number
  readonly of?: number
}

/** What is known beforehand of the time that the evidence speaks of. */
export interface ClockFrame {
  /** Milliseconds since 1970 UTC. */
  readonly fromMs: number
  readonly toMs: number
  /** Resets on the wire, in order, milliseconds since 1970 UTC. */
  readonly resetsMs: readonly number[]
}

/**
 * Milliseconds since 1970 UTC. Undefined for clocks that need another input's help (uptime, trace).
 * This file alone assigns UTC, and the analysing machine's own zone is never asked.
 */
export function toUnixMs(time: LogTime, zone: ZoneChoice, frame: ClockFrame | undefined): number | undefined {
  if (time.clock !== 'wall') return undefined
  const zoneMs = (time.zoneMinutes ?? zone.zoneMinutes) * 60_000
  const stamp = time.localMs - zoneMs
  if (time.missing === undefined) return stamp
  if (frame === undefined) return undefined
  if (time.missing === 'date') {
    const day = Math.floor(frame.fromMs / DAY_MS) * DAY_MS
    return nearest([day + stamp - DAY_MS, day + stamp, day + stamp + DAY_MS], frame)
  }
  const year = new Date(frame.fromMs).getUTCFullYear()
  const candidates = [year - 1, year, year + 1].map(
    (each) => stamp + Date.UTC(each, 0, 1) + leapShift(each, stamp),
  )
  return nearest(candidates, frame)
}

/** 1970 had no 29 February: a stamp after it lies a day later in a leap year. */
function leapShift(year: number, stamp: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return isLeap && stamp >= Date.UTC(1970, 2, 1) ? DAY_MS : 0
}

function nearest(candidates: readonly number[], frame: ClockFrame): number | undefined {
  const middle = (frame.fromMs + frame.toMs) / 2
  return candidates.toSorted((x, y) => Math.abs(x - middle) - Math.abs(y - middle))[0]
}

/**
 * The zone of a log that prints none: given by the user, else by the manifest, else the multiple of 15 minutes under
 * which clearly more of its events meet a reset than under UTC, or, if under UTC it lies wholly outside the capture, the
 * only one under which it overlaps; else UTC is assumed.
 *
 * @param span first and last stamp of the log, read as UTC
 * @param events stamps of the log's error events, read as UTC
 */
export function chooseZone(
  known: { readonly given?: number; readonly manifest?: number },
  span: { readonly fromMs: number; readonly toMs: number },
  events: readonly number[],
  frame: ClockFrame | undefined,
): ZoneChoice {
  if (known.given !== undefined) return { zoneMinutes: known.given, how: 'given' }
  if (known.manifest !== undefined) return { zoneMinutes: known.manifest, how: 'manifest' }
  if (frame === undefined) return { zoneMinutes: 0, how: 'assumed' }
  const sample = events.slice(0, MAX_EVENTS)
  const scored: { zoneMinutes: number; matched: number; overlapMs: number }[] = []
  for (
    let zoneMinutes = MIN_ZONE_MINUTES;
    zoneMinutes <= MAX_ZONE_MINUTES;
    zoneMinutes += ZONE_STEP_MINUTES
  ) {
    const shift = zoneMinutes * 60_000
    const matched = sample.filter((event) => hasNear(frame.resetsMs, event - shift)).length
    const overlapMs = Math.min(span.toMs - shift, frame.toMs) - Math.max(span.fromMs - shift, frame.fromMs)
    scored.push({ zoneMinutes, matched, overlapMs })
  }
  const utc = scored.find(({ zoneMinutes }) => zoneMinutes === 0) ?? {
    zoneMinutes: 0,
    matched: 0,
    overlapMs: 0,
  }
  const [best, second] = scored.toSorted((x, y) => y.matched - x.matched || y.overlapMs - x.overlapMs)
  if (
    best !== undefined &&
    best.matched >= utc.matched + MIN_MORE_MATCHES &&
    best.matched > (second?.matched ?? 0)
  )
    return { zoneMinutes: best.zoneMinutes, how: 'estimated', matched: best.matched, of: sample.length }
  const overlapping = scored.filter(({ overlapMs }) => overlapMs > -NEAR_MS)
  const [only] = overlapping.toSorted((x, y) => y.overlapMs - x.overlapMs)
  if (utc.overlapMs <= -NEAR_MS && only !== undefined)
    return { zoneMinutes: only.zoneMinutes, how: 'estimated', matched: only.matched, of: sample.length }
  return { zoneMinutes: 0, how: 'assumed' }
}

function hasNear(sorted: readonly number[], ms: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < ms - NEAR_MS) low = middle + 1
    else high = middle
  }
  const found = sorted[low]
  return found !== undefined && found <= ms + NEAR_MS
}
