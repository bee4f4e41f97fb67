import { BUCKETS, FIRST_MS } from './tally.ts'

/** Buckets per doubling; a quantile is therefore right within 19 %. There are as many as reach from 0.1 ms to a day. */
const BUCKETS_PER_DOUBLING = 4
/** Where the buckets begin; what is shorter is in the first, what is longer in the last. */
export const BUCKET_STARTS = Float64Array.from(
  { length: BUCKETS },
  (_, index) => FIRST_MS * 2 ** (index / BUCKETS_PER_DOUBLING),
)

/** Durations in logarithmic buckets: constant size however long the capture is. */
export class DurationHistogram {
  readonly counts = new Uint32Array(BUCKETS)
  count = 0
  maxMs = 0

  /** `by` -1 takes one back; the longest stays the longest. */
  add(ms: number, by: 1 | -1 = 1): void {
    this.addMany(bucketOf(ms), by, ms)
  }

  /** @param maxMs of those that are added, the longest */
  addMany(bucket: number, count: number, maxMs: number): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + count
    this.count += count
    if (maxMs > this.maxMs) this.maxMs = maxMs
  }

  /** The duration that `share` of the entries do not exceed, rounded up to its bucket's end; undefined when empty. */
  quantileMs(share: number): number | undefined {
    if (this.count === 0) return undefined
    let left = this.count * share
    for (let index = 0; index < BUCKETS; index++) {
      left -= this.counts[index] ?? 0
      if (left <= 0) return Math.min(this.maxMs, FIRST_MS * 2 ** ((index + 1) / BUCKETS_PER_DOUBLING))
    }
    return this.maxMs
  }

  /** How many entries lie within ±`tolerance` (a share) of `ms`. */
  countNear(ms: number, tolerance: number): number {
    const low = bucketOf(ms * (1 - tolerance))
    const high = bucketOf(ms * (1 + tolerance))
    let sum = 0
    for (let index = low; index <= high; index++) sum += this.counts[index] ?? 0
    return sum
  }
}

function bucketOf(ms: number): number {
  const near = Math.floor(Math.log2(ms / FIRST_MS) * BUCKETS_PER_DOUBLING)
  if (!(near >= 0)) return 0
  // The logarithm is rounded: what decides are the beginnings, as in the kernel.
  if (ms < (BUCKET_STARTS[near] ?? 0)) return near - 1
  return Math.min(ms >= (BUCKET_STARTS[near + 1] ?? Infinity) ? near + 1 : near, BUCKETS - 1)
}
