import { createRandom } from './random.ts'

/** A collection on the analysis' time axis, or on its own when only an uptime is known. */
export interface GcInterval {
  readonly startMs: number
  readonly endMs: number
  /** The program ran on during it, so that resets may come before its end. */
  readonly concurrent: boolean
  readonly line: number
}

export interface Coincidence {
  readonly bursts: number
  readonly matched: number
  /** Bursts that lie where the log and the capture overlap: only these can match. */
  readonly of: number
  /** Largest lag of a matched burst. */
  readonly withinMs: number
  /** How many bursts would match by chance, on average over the shifts. */
  readonly expectedByChance: number
  readonly pValue: number
  /** What was added to the log's times when they were an uptime: its estimated start. */
  readonly fittedOffsetMs?: number
  /** Matched bursts that began before their collection was over, although the program stood still until then. */
  readonly early: number
  /** Each matched burst and the collection it followed. */
  readonly pairs: readonly { readonly burst: number; readonly interval: GcInterval; readonly lagMs: number }[]
}

/** Lags up to this count as a match: 0.4 to 30 ms were measured, with a tail on busy machines. */
const MATCH_WITHIN_MS = 60
/** A log prints its lines a little late or early, and with a millisecond's resolution. */
const EARLY_MS = 3
/** Lags below this are equally good. */
const BEST_LAG_MS = 3
/** The score reaches 0 at this lag. */
const WORST_LAG_MS = 500
const SHIFTS = 2_000
/** With an offset to fit in each of them, fewer: the fit is the expensive part. */
const FITTED_SHUFFLES = 400
const SEED = 0x5eed
/** With fewer there is nothing to shuffle; see `fitFew`. */
const MIN_FITTED_BURSTS = 5
/** The fit takes the constant part of the lag; what is left is the spread: 8 ms were measured. */
const FITTED_WITHIN_MS = 15
const MIN_FEW_BURSTS = 3
/** Fewer gaps have too few orders for a shuffle to be surprising. */
const MIN_SHUFFLED = 9
/** The longest gap between bursts is at least this much longer than the shortest. */
const MIN_GAP_RATIO = 1.3
const MAX_BURSTS = 400
const MAX_INTERVALS = 4_000
const FIT_BIN_MS = 4
const FIT_CANDIDATES = 12

/**
 * Whether bursts of resets follow collections more closely than chance. The unit is the burst. Chance: the collections
 * are shifted, as on a circle, within the overlap of capture and log.
 *
 * @param bursts start of each burst, in milliseconds on the analysis' axis
 * @param overlap where both capture and log speak, on the same axis
 */
export function testCoincidence(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
  overlap: { readonly fromMs: number; readonly toMs: number },
): Coincidence | undefined {
  const span = overlap.toMs - overlap.fromMs
  const inside = bursts.filter((burst) => burst >= overlap.fromMs && burst <= overlap.toMs + WORST_LAG_MS)
  const units = thin(inside, MAX_BURSTS)
  const within = intervals
    .filter((interval) => interval.endMs >= overlap.fromMs - WORST_LAG_MS && interval.startMs <= overlap.toMs)
    .slice(0, MAX_INTERVALS)
  if (units.length === 0 || within.length === 0 || span <= 0) return undefined
  const observed = score(units, within)
  const random = createRandom(SEED)
  let asGood = 0
  let matchedByChance = 0
  for (let shift = 0; shift < SHIFTS; shift++) {
    const shifted = rotate(within, random() * span, overlap.fromMs, span)
    const chance = score(units, shifted)
    matchedByChance += chance.matched
    if (chance.total >= observed.total - 1e-9) asGood++
  }
  return {
    bursts: bursts.length,
    of: inside.length,
    matched: Math.round((observed.matched / units.length) * inside.length),
    withinMs: observed.withinMs,
    expectedByChance: (matchedByChance / SHIFTS / units.length) * inside.length,
    pValue: (asGood + 1) / (SHIFTS + 1),
    early: observed.pairs.filter(({ burst, interval }) => isEarly(burst, interval)).length,
    pairs: observed.pairs,
  }
}

/**
 * The same for a log that has only uptimes: its start is fitted. Shifting a log whose start is fitted again changes
 * nothing, so chance here is the same collections with their intervals in random order, the start fitted anew to each.
 */
export function testFittedCoincidence(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
): Coincidence | undefined {
  const units = thin(bursts, MAX_BURSTS)
  const kept = intervals.slice(0, MAX_INTERVALS)
  if (Math.min(units.length, kept.length) < MIN_SHUFFLED) {
    const few = fitFew(units, kept)
    if (few !== undefined || Math.min(units.length, kept.length) < MIN_FITTED_BURSTS) return few
  }
  const observed = fit(units, kept)
  const random = createRandom(SEED)
  let asGood = 0
  let matchedByChance = 0
  for (let round = 0; round < FITTED_SHUFFLES; round++) {
    const chance = fit(units, shuffleGaps(kept, random))
    matchedByChance += chance.matched
    if (chance.total >= observed.total - 1e-9) asGood++
  }
  return {
    bursts: bursts.length,
    of: bursts.length,
    matched: Math.round((observed.matched / units.length) * bursts.length),
    withinMs: observed.withinMs,
    expectedByChance: (matchedByChance / FITTED_SHUFFLES / units.length) * bursts.length,
    pValue: (asGood + 1) / (FITTED_SHUFFLES + 1),
    early: 0,
    fittedOffsetMs: observed.offsetMs,
    pairs: observed.pairs,
  }
}

/**
 * A few bursts or collections leave too few orders to shuffle. Their gaps alone must then agree with the log's: after the first
 * burst was laid on some collection, each further one falls behind a collection by chance as often as collections
 * cover the time. Gaps that are all alike say nothing: every beat fits every other.
 */
function fitFew(bursts: readonly number[], intervals: readonly GcInterval[]): Coincidence | undefined {
  if (bursts.length < MIN_FEW_BURSTS || intervals.length < 2) return undefined
  const gaps = bursts.slice(1).map((burst, index) => burst - (bursts[index] ?? 0))
  if (Math.max(...gaps) < Math.min(...gaps) * MIN_GAP_RATIO) return undefined
  const observed = fit(bursts, intervals)
  if (observed.matched < bursts.length) return undefined
  const lags = observed.pairs.map(({ lagMs }) => lagMs)
  const spreadMs = Math.max(FITTED_WITHIN_MS, Math.max(...lags) - Math.min(...lags))
  const first = intervals[0]?.startMs ?? 0
  const spanMs = Math.max((intervals.at(-1)?.endMs ?? 0) - first, 1)
  const covered = Math.min(1, (intervals.length * spreadMs) / spanMs)
  return {
    bursts: bursts.length,
    of: bursts.length,
    matched: observed.matched,
    withinMs: observed.withinMs,
    expectedByChance: 1 + (bursts.length - 1) * covered,
    pValue: Math.min(1, intervals.length * covered ** (bursts.length - 1)),
    early: 0,
    fittedOffsetMs: observed.offsetMs,
    pairs: observed.pairs,
  }
}

interface Score {
  readonly total: number
  readonly matched: number
  readonly withinMs: number
  readonly pairs: Coincidence['pairs']
}

/** Each burst scores by its lag behind the nearest collection that could have caused it. */
function score(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
  offsetMs = 0,
  matchWithinMs = MATCH_WITHIN_MS,
): Score {
  let total = 0
  let matched = 0
  let withinMs = 0
  const pairs: { burst: number; interval: GcInterval; lagMs: number }[] = []
  let next = 0
  for (const burst of bursts) {
    const at = burst - offsetMs + EARLY_MS
    while (next < intervals.length && (intervals[next]?.startMs ?? Infinity) <= at) next++
    // The latest started one, and the one before it: a long concurrent cycle may span a young collection.
    let best = Infinity
    let bestInterval: GcInterval | undefined
    for (let index = next - 1; index >= Math.max(0, next - 3); index--) {
      const interval = intervals[index]
      if (interval === undefined) continue
      const lag = lagOf(burst - offsetMs, interval)
      if (lag < best) {
        best = lag
        bestInterval = interval
      }
    }
    if (bestInterval === undefined || best >= WORST_LAG_MS) continue
    total += Math.log(WORST_LAG_MS / Math.max(best, BEST_LAG_MS))
    if (best <= matchWithinMs) {
      matched++
      if (best > withinMs) withinMs = best
      pairs.push({ burst, interval: bestInterval, lagMs: best })
    }
  }
  return { total, matched, withinMs, pairs }
}

/** Milliseconds behind the collection's end; within a concurrent one, behind its start. Infinite if before it. */
function lagOf(burst: number, interval: GcInterval): number {
  if (interval.concurrent && burst <= interval.endMs + EARLY_MS) {
    const lag = burst - interval.startMs
    return lag < -EARLY_MS ? Infinity : Math.max(0, lag)
  }
  const lag = burst - interval.endMs
  return lag < -EARLY_MS ? Infinity : Math.max(0, lag)
}

/**
 * A pause is over no sooner than its line says, in whole milliseconds that are cut off: what came before did not follow
 * it. Of 600 closes by Java's finalizer and cleaners the earliest came 0.2 ms after the printed time.
 */
function isEarly(burst: number, { concurrent, endMs }: GcInterval): boolean {
  return !concurrent && burst < endMs
}

function rotate(intervals: readonly GcInterval[], byMs: number, fromMs: number, span: number): GcInterval[] {
  const moved = intervals.map((interval) => {
    const start = ((((interval.startMs - fromMs + byMs) % span) + span) % span) + fromMs
    return { ...interval, startMs: start, endMs: start + interval.endMs - interval.startMs }
  })
  return moved.toSorted((x, y) => x.startMs - y.startMs)
}

function shuffleGaps(intervals: readonly GcInterval[], random: () => number): GcInterval[] {
  const gaps = intervals
    .slice(1)
    .map((interval, index) => interval.startMs - (intervals[index]?.startMs ?? 0))
  for (let index = gaps.length - 1; index > 0; index--) {
    const pick = Math.floor(random() * (index + 1))
    const held = gaps[index] ?? 0
    gaps[index] = gaps[pick] ?? 0
    gaps[pick] = held
  }
  let start = intervals[0]?.startMs ?? 0
  return intervals.map((interval, index) => {
    if (index > 0) start += gaps[index - 1] ?? 0
    return { ...interval, startMs: start, endMs: start + interval.endMs - interval.startMs }
  })
}

/** The offset under which the bursts score best: the fullest bins of all differences are tried. */
function fit(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
): Score & { readonly offsetMs: number } {
  const bins = new Map<number, number>()
  for (const burst of bursts) {
    for (const interval of intervals) {
      const bin = Math.round((burst - (interval.concurrent ? interval.startMs : interval.endMs)) / FIT_BIN_MS)
      bins.set(bin, (bins.get(bin) ?? 0) + 1)
    }
  }
  const fullest = [...bins]
    .map(([bin, count]) => [bin, count + (bins.get(bin + 1) ?? 0)] as const)
    .toSorted((x, y) => y[1] - x[1] || x[0] - y[0])
    .slice(0, FIT_CANDIDATES)
  let best: (Score & { offsetMs: number }) | undefined
  for (const [bin] of fullest) {
    for (const nudge of [-1, 0]) {
      const offsetMs = (bin + nudge) * FIT_BIN_MS
      const scored = score(bursts, intervals, offsetMs, FITTED_WITHIN_MS)
      if (best === undefined || scored.total > best.total) best = { ...scored, offsetMs }
    }
  }
  return best ?? { total: 0, matched: 0, withinMs: 0, pairs: [], offsetMs: 0 }
}

function thin(values: readonly number[], limit: number): readonly number[] {
  if (values.length <= limit) return values
  return Array.from({ length: limit }, (_, index) => values[Math.floor((index * values.length) / limit)] ?? 0)
}
