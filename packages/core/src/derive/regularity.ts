/** How far values may lie from their median and still count as the same setting: timers and scheduling add a little. */
const TOLERANCE = 0.06
const TOLERANCE_MS = 120
/** Shorter times are round trips and scheduling, not settings. */
const MIN_MS = 400
/** This share of the values must agree. */
const MIN_SHARE = 0.8

export interface Regularity {
  readonly medianMs: number
  /** How many values agree with the median. */
  readonly count: number
}

/** Whether durations are one setting seen several times; undefined when they are not, or there are fewer than two. */
export function regularity(valuesMs: readonly number[]): Regularity | undefined {
  if (valuesMs.length < 2) return undefined
  const sorted = valuesMs.toSorted((x, y) => x - y)
  const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0
  if (medianMs < MIN_MS) return undefined
  const tolerance = Math.max(TOLERANCE_MS, medianMs * TOLERANCE)
  const count = sorted.filter((value) => Math.abs(value - medianMs) <= tolerance).length
  return count >= Math.max(2, sorted.length * MIN_SHARE) ? { medianMs, count } : undefined
}
