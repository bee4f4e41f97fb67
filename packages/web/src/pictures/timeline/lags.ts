import { undelta } from '@whyreset/core'
import type { Exhibits, TriggerExhibit } from '@whyreset/core'
import { lowerBound } from '../canvas/bins.ts'

export interface Lags {
  /** From the end of the last collection to each burst that had one before it, in nanoseconds. */
  readonly lagsNs: readonly number[]
  readonly withoutCollection: number
  /** Of a moment chosen blindly, half would lie farther from the last collection than this. */
  readonly chanceMedianNs: number | undefined
}

/** How long after a collection each burst began, also where it did not follow one closely. */
export function lagsOf(trigger: TriggerExhibit, { timeline, toNs }: Exhibits): Lags {
  const series = timeline.collections[trigger.collections]
  const starts = undelta(series?.startNs ?? [])
  const ends = starts.map((start, index) => start + (series?.lengthNs[index] ?? 0))
  const lagsNs: number[] = []
  let withoutCollection = 0
  for (const [index, ns] of undelta(trigger.burstNs).entries()) {
    const told = trigger.lagUs[index] ?? undefined
    const before = ends[lowerBound(ends, ns) - 1]
    if (told !== undefined) lagsNs.push(told * 1000)
    else if (before !== undefined) lagsNs.push(ns - before)
    else withoutCollection++
  }
  return { lagsNs, withoutCollection, chanceMedianNs: chanceMedian(ends, toNs) }
}

/** The gap `g` holds moments at every distance up to `g`: the median is where half of all time is on either side. */
function chanceMedian(ends: Float64Array, toNs: number): number | undefined {
  const gaps = Array.from(ends, (end, index) => (ends[index + 1] ?? Math.max(toNs, end)) - end)
    .filter((gap) => gap > 0)
    .toSorted((a, b) => a - b)
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  if (total === 0) return undefined
  // Time nearer than d is the sum of min(gap, d), which rises with d piece by piece.
  let shorter = 0
  for (const [index, gap] of gaps.entries()) {
    const left = gaps.length - index
    if (shorter + gap * left >= total / 2) return (total / 2 - shorter) / left
    shorter += gap
  }
  return gaps.at(-1)
}
