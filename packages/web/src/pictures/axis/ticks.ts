import type { TimeRange } from '../picture.ts'
import { clockTime, DAY, fraction, HOUR, instantOf, isoDate, MINUTE, relative, SECOND } from './clock.ts'
import type { Clock } from './clock.ts'

interface Tick {
  /** Nanoseconds since the epoch of the exhibits. */
  readonly ns: number
  readonly label: string
}

export interface Ticks {
  readonly stepNs: number
  readonly ticks: readonly Tick[]
  /** What the labels leave out, for the corner of the axis: `2026-11-22 14:55 UTC`. */
  readonly context: string
}

/** 1, 2, 5, 10 … nanoseconds up to half a second, then the steps of a clock. */
const STEPS = [
  ...[1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((n) => [n, 2 * n, 5 * n]),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * DAY),
]

/** Width of a character of the axis's font, and what must stay free between two labels, in CSS pixels. */
const CHARACTER_PX = 7
const FREE_PX = 18

/** Never more than this, whatever the width claims. */
const MAX_TICKS = 200

/** Moments to label: as close as their labels allow, on round values of the clock. */
export function ticksOf(range: TimeRange, widthPx: number, clock: Clock): Ticks {
  const span = range.toNs - range.fromNs
  const farthestNs = Math.max(Math.abs(range.fromNs), Math.abs(range.toNs))
  const fits = (step: number): boolean => {
    const characters = labelOf(farthestNs, step, clock).length
    return (step / span) * widthPx >= characters * CHARACTER_PX + FREE_PX && span / step <= MAX_TICKS
  }
  const stepNs = STEPS.find(fits) ?? 100 * DAY
  // Round in the clock's own terms: the zero of the exhibits is seldom a round moment.
  const offset = clock.mode === 'utc' ? Number(clock.epochNs % BigInt(stepNs)) : -(clock.zeroNs ?? 0)
  const first = Math.ceil((range.fromNs + offset) / stepNs) * stepNs - offset
  const ticks: Tick[] = []
  for (let i = 0; i < MAX_TICKS; i++) {
    const ns = first + i * stepNs
    if (ns > range.toNs) break
    ticks.push({ ns, label: labelOf(ns, stepNs, clock) })
  }
  return { stepNs, ticks, context: contextOf(range, stepNs, clock) }
}

/** Midnight is labelled with its day: the hours before and after it look alike. */
function labelOf(ns: number, stepNs: number, clock: Clock): string {
  const digits = stepNs >= SECOND ? 0 : 9 - Math.floor(Math.log10(stepNs))
  if (clock.mode === 'relative') return relative(ns - (clock.zeroNs ?? 0), digits)
  const instant = instantOf(clock, ns)
  if (stepNs >= DAY || (stepNs >= SECOND && instant.ns === 0)) return isoDate(instant).slice(5)
  if (stepNs >= MINUTE) return clockTime(instant).slice(0, 5)
  if (stepNs >= SECOND) return clockTime(instant)
  return `${clockTime(instant).slice(5)}${fraction(instant.ns, digits)}`
}

function contextOf(range: TimeRange, stepNs: number, clock: Clock): string {
  const instant = instantOf(clock, clock.mode === 'relative' ? (clock.zeroNs ?? 0) : range.fromNs)
  const day = isoDate(instant)
  if (clock.mode === 'relative') return `0 = ${day} ${clockTime(instant)}${fraction(instant.ns, 9)} UTC`
  if (stepNs >= DAY) return `${day.slice(0, 4)} UTC`
  return stepNs >= SECOND ? `${day} UTC` : `${day} ${clockTime(instant).slice(0, 5)} UTC`
}
