import { delta } from './deltas.ts'
import type { Bins, EventSeries } from './timeline-exhibit.ts'
import { MAX_EVENTS } from './limits.ts'

const BINS = 16_384

/** Exact times of the first events, and bins of all where there are more. */
export function seriesOf(timesNs: readonly number[]): EventSeries {
  if (timesNs.length <= MAX_EVENTS) return { count: timesNs.length, timesNs: delta(timesNs) }
  return { count: timesNs.length, timesNs: delta(timesNs.slice(0, MAX_EVENTS)), bins: binsOf(timesNs) }
}

function binsOf(timesNs: readonly number[]): Bins {
  const fromNs = timesNs[0] ?? 0
  const binNs = Math.max(1, Math.ceil(((timesNs.at(-1) ?? 0) - fromNs + 1) / BINS))
  const counts = Array.from({ length: BINS }, () => 0)
  for (const ns of timesNs) {
    const bin = Math.min(BINS - 1, Math.floor((ns - fromNs) / binNs))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { fromNs, binNs, counts }
}
