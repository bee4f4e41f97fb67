/** The first place in ascending numbers that is not below a value. */
export function lowerBound(sorted: ArrayLike<number>, value: number, from = 0, to = sorted.length): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Calls back for each column that holds an event: its number, and how many. A million events cost a search for each
 * column, not a look at each event.
 */
export function eachColumn(
  sorted: Float64Array,
  fromNs: number,
  columnNs: number,
  columns: number,
  visit: (column: number, count: number, first: number) => void,
): void {
  let at = lowerBound(sorted, fromNs)
  const end = lowerBound(sorted, fromNs + columns * columnNs, at)
  while (at < end) {
    const ns = sorted[at] ?? 0
    const column = Math.min(columns - 1, Math.floor((ns - fromNs) / columnNs))
    // Rounding may put the edge at the event itself: the event belongs to its column all the same.
    const next = Math.max(at + 1, nextAfter(sorted, fromNs + (column + 1) * columnNs, at, end))
    visit(column, next - at, at)
    at = next
  }
}

/** Doubles its steps until the edge is passed: most columns hold few events. */
function nextAfter(sorted: Float64Array, edge: number, at: number, end: number): number {
  let step = 1
  let low = at
  while (at + step < end && (sorted[at + step] ?? Infinity) < edge) {
    low = at + step
    step *= 2
  }
  return lowerBound(sorted, edge, low, Math.min(end, at + step))
}

/** Least and greatest of runs of values, of runs of runs, and so on, so that no extreme is lost at any zoom. */
export interface Extremes {
  readonly values: Float64Array
  readonly levels: readonly { readonly least: Float64Array; readonly greatest: Float64Array }[]
}

const RUN = 32

export function extremesOf(values: Float64Array): Extremes {
  const levels: { least: Float64Array; greatest: Float64Array }[] = []
  let below = { least: values, greatest: values }
  while (below.least.length > RUN) {
    const length = Math.ceil(below.least.length / RUN)
    const level = { least: new Float64Array(length), greatest: new Float64Array(length) }
    for (let run = 0; run < length; run++) {
      let least = Infinity
      let greatest = -Infinity
      const end = Math.min(below.least.length, (run + 1) * RUN)
      for (let at = run * RUN; at < end; at++) {
        least = Math.min(least, below.least[at] ?? Infinity)
        greatest = Math.max(greatest, below.greatest[at] ?? -Infinity)
      }
      level.least[run] = least
      level.greatest[run] = greatest
    }
    levels.push(level)
    below = level
  }
  return { values, levels }
}

/** Least and greatest of `values[from]` … `values[to - 1]`; undefined where there is none. */
export function extremesIn(
  { values, levels }: Extremes,
  from: number,
  to: number,
): { readonly least: number; readonly greatest: number } | undefined {
  if (to <= from) return undefined
  let least = Infinity
  let greatest = -Infinity
  let low = from
  let high = to
  let level = { least: values, greatest: values }
  const take = (at: number): void => {
    least = Math.min(least, level.least[at] ?? Infinity)
    greatest = Math.max(greatest, level.greatest[at] ?? -Infinity)
  }
  for (const above of levels) {
    while (low < high && low % RUN !== 0) take(low++)
    while (high > low && high % RUN !== 0) take(--high)
    if (low >= high) return { least, greatest }
    low /= RUN
    high /= RUN
    level = above
  }
  while (low < high) take(low++)
  return { least, greatest }
}

/** The place in ascending numbers nearest to a value, if not farther than `within`. */
export function nearest(sorted: ArrayLike<number>, value: number, within: number): number | undefined {
  const after = lowerBound(sorted, value)
  const gapAfter = (sorted[after] ?? Infinity) - value
  const gapBefore = value - (sorted[after - 1] ?? -Infinity)
  const gap = Math.min(gapAfter, gapBefore)
  if (gap > within) return undefined
  return gapBefore < gapAfter ? after - 1 : after
}
