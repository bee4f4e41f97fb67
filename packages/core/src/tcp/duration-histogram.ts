/** Buckets per doubling; a quantile is therefore right within 19 %. */
const BUCKETS_PER_DOUBLING = 4
/** 0.1 ms · 2^(120/4): more than a day. */
const BUCKETS = 120
const FIRST_MS = 0.1

/** Durations in logarithmic buckets: constant size however long the capture is. */
export class DurationHistogram {
  readonly counts = new Uint32Array(BUCKETS)
  count = 0
  maxMs = 0

  /** `by` -1 takes one back; the longest stays the longest. */
  add(ms: number, by: 1 | -1 = 1): void {
    const bucket = Math.floor(Math.log2(Math.max(ms, FIRST_MS) / FIRST_MS) * BUCKETS_PER_DOUBLING)
    const index = Math.min(bucket, BUCKETS - 1)
    this.counts[index] = (this.counts[index] ?? 0) + by
    this.count += by
    if (ms > this.maxMs) this.maxMs = ms
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
    const low = this.indexOf(ms * (1 - tolerance))
    const high = this.indexOf(ms * (1 + tolerance))
    let sum = 0
    for (let index = low; index <= high; index++) sum += this.counts[index] ?? 0
    return sum
  }

  private indexOf(ms: number): number {
    const bucket = Math.floor(Math.log2(Math.max(ms, FIRST_MS) / FIRST_MS) * BUCKETS_PER_DOUBLING)
    return Math.min(Math.max(bucket, 0), BUCKETS - 1)
  }
}
