import {
  collectionTimes,
  score,
  windowMs,
  WORST_LAG_MS,
  type CollectionTimes,
  type GcInterval,
} from './collection-times.ts'
import { createRandom } from './random.ts'

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
  readonly pairs: readonly Pair[]
}

interface Pair {
  readonly burst: number
  readonly interval: GcInterval
  readonly lagMs: number
}

/** Lags up to this count as a match: 0.4 to 30 ms were measured, with a tail on busy machines. */
const MATCH_WITHIN_MS = 60
const SHIFTS = 2_000
const SEED = 0x5eed
const MAX_BURSTS = 400
const MAX_INTERVALS = 100_000

/**
 * Whether bursts of resets follow collections more closely than chance. The unit is the burst. Chance: bursts and
 * collections are shifted against each other, as on a circle, within the overlap of capture and log.
 *
 * @param bursts start of each burst, in milliseconds on the analysis' axis
 * @param overlap where both capture and log speak, on the same axis
 */
export function testCoincidence(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
  overlap: { readonly fromMs: number; readonly toMs: number },
): Coincidence | undefined {
  const { fromMs, toMs } = overlap
  const span = toMs - fromMs
  const inside = bursts.filter((burst) => burst >= fromMs && burst <= toMs + WORST_LAG_MS)
  const units = thin(inside, MAX_BURSTS)
  const within = intervals
    .filter((interval) => interval.endMs >= fromMs - WORST_LAG_MS && interval.startMs <= toMs)
    .slice(0, MAX_INTERVALS)
  if (units.length === 0 || within.length === 0 || span <= 0) return undefined
  const times = collectionTimes(within)
  const matchWithinMs = windowMs(within.length, span, MATCH_WITHIN_MS)
  const observed = pairing(units, within, times, 0, matchWithinMs)
  const random = createRandom(SEED)
  const shifted = new Float64Array(units.length)
  let asGood = 0
  let matchedByChance = 0
  for (let shift = 0; shift < SHIFTS; shift++) {
    const byMs = random() * span
    for (const [index, burst] of units.entries())
      shifted[index] = ((((burst - fromMs - byMs) % span) + span) % span) + fromMs
    const chance = score(shifted.toSorted(), times, 0, matchWithinMs)
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

/** The score with each match named. */
export function pairing(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
  times: CollectionTimes,
  offsetMs: number,
  matchWithinMs: number,
): {
  readonly total: number
  readonly matched: number
  readonly withinMs: number
  readonly pairs: readonly Pair[]
} {
  const pairs: Pair[] = []
  const scored = score(bursts, times, offsetMs, matchWithinMs, (burst, interval, lagMs) => {
    const followed = intervals[interval]
    if (followed !== undefined) pairs.push({ burst: bursts[burst] ?? 0, interval: followed, lagMs })
  })
  return { ...scored, pairs }
}

/**
 * A pause is over no sooner than its line says, in whole milliseconds that are cut off: what came before did not follow
 * it. Of 600 closes by Java's finalizer and cleaners the earliest came 0.2 ms after the printed time.
 */
function isEarly(burst: number, { concurrent, endMs }: GcInterval): boolean {
  return !concurrent && burst < endMs
}

export function thin(values: readonly number[], limit: number): readonly number[] {
  if (values.length <= limit) return values
  return Array.from({ length: limit }, (_, index) => values[Math.floor((index * values.length) / limit)] ?? 0)
}
