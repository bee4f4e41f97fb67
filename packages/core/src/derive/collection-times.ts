/** A collection on the analysis' time axis, or on its own when only an uptime is known. */
export interface GcInterval {
  readonly startMs: number
  readonly endMs: number
  /** The program ran on during it, so that resets may come before its end. */
  readonly concurrent: boolean
  readonly line: number
}

/** Collections in the order of their starts, in columns: a test for chance goes over them by the hundreds of times. */
export interface CollectionTimes {
  readonly count: number
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  readonly concurrent: Uint8Array
}

export interface Score {
  readonly total: number
  readonly matched: number
  /** Largest lag of a match. */
  readonly withinMs: number
}

/** A burst and the collection it followed, both by their place. */
export type OnMatch = (burst: number, interval: number, lagMs: number) => void

/** A log prints its lines a little late or early, and with a millisecond's resolution. */
const EARLY_MS = 3
/** Lags below this are equally good. */
const BEST_LAG_MS = 3
/** The score reaches 0 at this lag. */
export const WORST_LAG_MS = 500
/** In a busy log a window may cover this share of the time between collections: one burst in so many matches by chance. */
const MAX_COVERED_SHARE = 0.25
/** No log and no clock is better than this. */
const MIN_WINDOW_MS = 5

export function collectionTimes(intervals: readonly GcInterval[]): CollectionTimes {
  return {
    count: intervals.length,
    startMs: Float64Array.from(intervals, ({ startMs }) => startMs),
    endMs: Float64Array.from(intervals, ({ endMs }) => endMs),
    concurrent: Uint8Array.from(intervals, ({ concurrent }) => (concurrent ? 1 : 0)),
  }
}

/** Lags up to this count as a match: `mostMs`, or less where so many collections would match anything. */
export function windowMs(count: number, spanMs: number, mostMs: number): number {
  return Math.min(mostMs, Math.max(MIN_WINDOW_MS, (spanMs / Math.max(count, 1)) * MAX_COVERED_SHARE))
}

/**
 * Each burst scores by its lag behind the nearest collection that could have caused it.
 *
 * @param bursts ascending
 * @param offsetMs added to the collections' times
 */
export function score(
  bursts: ArrayLike<number>,
  times: CollectionTimes,
  offsetMs: number,
  matchWithinMs: number,
  onMatch?: OnMatch,
): Score {
  let total = 0
  let matched = 0
  let withinMs = 0
  let next = 0
  for (let index = 0; index < bursts.length; index++) {
    const at = (bursts[index] ?? 0) - offsetMs
    next = firstAfter(times.startMs, at + EARLY_MS, next)
    // The latest started one, and those before it: a long concurrent cycle may span young collections.
    let best = Infinity
    let bestInterval = -1
    for (let interval = next - 1; interval >= Math.max(0, next - 3); interval--) {
      const lag = lagOf(at, times, interval)
      if (lag < best) {
        best = lag
        bestInterval = interval
      }
    }
    if (best >= WORST_LAG_MS) continue
    total += Math.log(WORST_LAG_MS / Math.max(best, BEST_LAG_MS))
    if (best <= matchWithinMs) {
      matched++
      if (best > withinMs) withinMs = best
      onMatch?.(index, bestInterval, best)
    }
  }
  return { total, matched, withinMs }
}

/** The first place from `low` on whose value is above `limit`. */
function firstAfter(ascending: Float64Array, limit: number, low: number): number {
  let from = low
  let to = ascending.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((ascending[middle] ?? Infinity) <= limit) from = middle + 1
    else to = middle
  }
  return from
}

/** Milliseconds behind the collection's end; within a concurrent one, behind its start. Infinite if before it. */
function lagOf(at: number, times: CollectionTimes, interval: number): number {
  const endMs = times.endMs[interval] ?? Infinity
  const behindMs =
    times.concurrent[interval] === 1 && at <= endMs + EARLY_MS ? (times.startMs[interval] ?? Infinity) : endMs
  const lag = at - behindMs
  return lag < -EARLY_MS ? Infinity : Math.max(0, lag)
}
