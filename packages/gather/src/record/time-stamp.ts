/** `20261122T145521.190Z`: a time for a file name. */
export function fileStamp(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]/g, '')
}

/**
 * Seconds to add to CLOCK_MONOTONIC, which is what `process.hrtime` and the `mono` trace clock read, to get seconds
 * since 1970. Exact to a few microseconds: taken where `Date.now` moves on, at most three milliseconds later.
 */
export function wallMinusMonotonic(): number {
  let best = Infinity
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = Date.now()
    let now = before
    while (now === before) now = Date.now()
    const monotonicNs = process.hrtime.bigint()
    // An interruption between the two readings makes the difference smaller, never larger.
    const difference = now / 1e3 - Number(monotonicNs) / 1e9
    best = best === Infinity ? difference : Math.max(best, difference)
  }
  return best
}
