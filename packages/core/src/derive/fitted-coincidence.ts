import {
  collectionTimes,
  score,
  windowMs,
  type CollectionTimes,
  type GcInterval,
  type Score,
} from './collection-times.ts'
import { pairing, thin, type Coincidence } from './coincidence.ts'
import { createRandom } from './random.ts'

/** A fit is the expensive part: fewer than the shifts of a log whose times are known. */
const SHUFFLES = 400
/** With so many as good the answer is chance, whatever the rest would give (Besag and Clifford 1991). */
const ENOUGH_AS_GOOD = 10
/** The same where most bursts follow no collection: no cause will be made of that. */
const ENOUGH_OF_FEW = 5
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
/** Differences that a fit looks at: with more, fewer of the bursts vote for the offset. All of them are scored. */
const MAX_DIFFERENCES = 30_000

/**
 * As `testCoincidence`, for a log that has only uptimes: its start is fitted. Shifting a log whose start is fitted again
 * changes nothing, so chance here is the same collections with their intervals in random order, the start fitted anew to each.
 */
export function testFittedCoincidence(
  bursts: readonly number[],
  intervals: readonly GcInterval[],
): Coincidence | undefined {
  const units = thin(bursts, MAX_BURSTS)
  // A log is copied soon after what it is to explain.
  const kept = intervals.slice(-MAX_INTERVALS)
  if (Math.min(units.length, kept.length) < MIN_SHUFFLED) {
    const few = fitFew(units, kept)
    if (few !== undefined || Math.min(units.length, kept.length) < MIN_FITTED_BURSTS) return few
  }
  const withinMs = windowMs(kept.length, spanOf(kept), FITTED_WITHIN_MS)
  const times = collectionTimes(kept)
  const observed = fit(units, times, withinMs)
  const random = createRandom(SEED)
  let asGood = 0
  let matchedByChance = 0
  let rounds = 0
  const enough = observed.matched * 2 < units.length ? ENOUGH_OF_FEW : ENOUGH_AS_GOOD
  while (rounds < SHUFFLES && asGood < enough) {
    const chance = fit(units, shuffleGaps(times, random), withinMs)
    matchedByChance += chance.matched
    if (chance.total >= observed.total - 1e-9) asGood++
    rounds++
  }
  const { pairs } = pairing(units, kept, times, observed.offsetMs, withinMs)
  return {
    bursts: bursts.length,
    of: bursts.length,
    matched: Math.round((observed.matched / units.length) * bursts.length),
    withinMs: observed.withinMs,
    expectedByChance: (matchedByChance / rounds / units.length) * bursts.length,
    pValue: rounds < SHUFFLES ? asGood / rounds : (asGood + 1) / (SHUFFLES + 1),
    early: 0,
    fittedOffsetMs: observed.offsetMs,
    pairs,
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
  const times = collectionTimes(intervals)
  const observed = fit(bursts, times, FITTED_WITHIN_MS)
  if (observed.matched < bursts.length) return undefined
  const { pairs } = pairing(bursts, intervals, times, observed.offsetMs, FITTED_WITHIN_MS)
  const lags = pairs.map(({ lagMs }) => lagMs)
  const spreadMs = Math.max(FITTED_WITHIN_MS, Math.max(...lags) - Math.min(...lags))
  const covered = Math.min(1, (intervals.length * spreadMs) / spanOf(intervals))
  return {
    bursts: bursts.length,
    of: bursts.length,
    matched: observed.matched,
    withinMs: observed.withinMs,
    expectedByChance: 1 + (bursts.length - 1) * covered,
    pValue: Math.min(1, intervals.length * covered ** (bursts.length - 1)),
    early: 0,
    fittedOffsetMs: observed.offsetMs,
    pairs,
  }
}

function spanOf(intervals: readonly GcInterval[]): number {
  return Math.max((intervals.at(-1)?.endMs ?? 0) - (intervals[0]?.startMs ?? 0), 1)
}

function shuffleGaps(times: CollectionTimes, random: () => number): CollectionTimes {
  const startMs = times.startMs.slice()
  const endMs = times.endMs.slice()
  const gaps = times.startMs.slice(1)
  for (let index = 0; index < gaps.length; index++)
    gaps[index] = (gaps[index] ?? 0) - (times.startMs[index] ?? 0)
  for (let index = gaps.length - 1; index > 0; index--) {
    const pick = Math.floor(random() * (index + 1))
    const held = gaps[index] ?? 0
    gaps[index] = gaps[pick] ?? 0
    gaps[pick] = held
  }
  for (let index = 1; index < times.count; index++) {
    startMs[index] = (startMs[index - 1] ?? 0) + (gaps[index - 1] ?? 0)
    endMs[index] = (startMs[index] ?? 0) + (times.endMs[index] ?? 0) - (times.startMs[index] ?? 0)
  }
  return { ...times, startMs, endMs }
}

/** The offset under which the bursts score best: the most frequent of all differences are tried. */
function fit(
  bursts: readonly number[],
  times: CollectionTimes,
  matchWithinMs: number,
): Score & { readonly offsetMs: number } {
  const voting = thin(bursts, Math.max(MIN_SHUFFLED, Math.floor(MAX_DIFFERENCES / times.count)))
  let best: (Score & { offsetMs: number }) | undefined
  for (const bin of fullestBins(countDifferences(voting, times))) {
    for (const nudge of [-1, 0]) {
      const offsetMs = (bin + nudge) * FIT_BIN_MS
      const scored = score(bursts, times, offsetMs, matchWithinMs)
      if (best === undefined || scored.total > best.total) best = { ...scored, offsetMs }
    }
  }
  return best ?? { total: 0, matched: 0, withinMs: 0, offsetMs: 0 }
}

/** How often each distance of a burst from a collection occurs: a hash table, since the bins may be days apart. */
interface Bins {
  readonly bin: Float64Array
  /** 0: nothing stands here. */
  readonly count: Int32Array
}

function countDifferences(bursts: readonly number[], times: CollectionTimes): Bins {
  const places = 2 ** Math.ceil(Math.log2(2 * bursts.length * times.count + 1))
  const bins = { bin: new Float64Array(places), count: new Int32Array(places) }
  for (const burst of bursts) {
    for (let index = 0; index < times.count; index++) {
      const from = times.concurrent[index] === 1 ? times.startMs[index] : times.endMs[index]
      const bin = Math.round((burst - (from ?? 0)) / FIT_BIN_MS)
      const place = placeOf(bins, bin)
      bins.bin[place] = bin
      bins.count[place] = (bins.count[place] ?? 0) + 1
    }
  }
  return bins
}

/** Where the bin stands, or the empty place where it would. Half of the places are empty. */
function placeOf({ bin: bins, count }: Bins, bin: number): number {
  const last = count.length - 1
  let place = (Math.imul(bin, 0x9e37_79b1) >>> 8) & last
  while (count[place] !== 0 && bins[place] !== bin) place = (place + 1) & last
  return place
}

/** The bins that hold most together with their successor; of equals the lower one. */
function fullestBins(bins: Bins): number[] {
  const fullest: { bin: number; count: number }[] = []
  for (let place = 0; place < bins.count.length; place++) {
    const own = bins.count[place] ?? 0
    if (own === 0) continue
    const bin = bins.bin[place] ?? 0
    const count = own + (bins.count[placeOf(bins, bin + 1)] ?? 0)
    const last = fullest.at(-1)
    if (fullest.length === FIT_CANDIDATES && last !== undefined && !isFuller(count, bin, last)) continue
    const at = fullest.findIndex((other) => isFuller(count, bin, other))
    fullest.splice(at === -1 ? fullest.length : at, 0, { bin, count })
    if (fullest.length > FIT_CANDIDATES) fullest.pop()
  }
  return fullest.map(({ bin }) => bin)
}

function isFuller(
  count: number,
  bin: number,
  than: { readonly bin: number; readonly count: number },
): boolean {
  return count > than.count || (count === than.count && bin < than.bin)
}
