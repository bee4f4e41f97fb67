/** Below this a difference is not put down to chance: the usual convention, two-sided. */
export const ALPHA = 0.05
/** More events than this say no more; the counts are then scaled down, which makes the test less sure, never surer. */
const MAX_EVENTS = 100_000

/** More trials nobody waits for. */
const MAX_TRIALS = 10_000
/** e to this is still a number. */
const MAX_LOG = 700

export interface Exposure {
  readonly before?: number | undefined
  readonly after?: number | undefined
}

/**
 * How likely a difference of two rates is by chance: the exact conditional test of two Poisson rates (Przyborowski and
 * Wilenski, Biometrika 31, 1940; the C-test of Krishnamoorthy and Thomson, J. Stat. Plan. Inference 119, 2004). Given
 * the sum of both counts, the second one is binomial with the share `after / (before + after)` of the exposure (minutes,
 * or connections) if the rates are equal. Two-sided by doubling the smaller tail, which is never too optimistic.
 *
 * The events must be independent of each other. Resets are not: one collection resets many connections. So the counts
 * are of bursts (see `bursts.ts`), never of resets.
 */
export function chanceOfRates(before: number, after: number, exposure: Exposure): number | undefined {
  const { before: first = 0, after: second = 0 } = exposure
  if (!(first > 0) || !(second > 0)) return undefined
  const scale = Math.min(1, MAX_EVENTS / (before + after))
  const low = Math.floor(after * scale)
  const events = Math.floor(before * scale) + low
  if (events === 0) return 1
  const share = second / (first + second)
  const tail = Math.min(binomialAtMost(low, events, share), binomialAtMost(events - low, events, 1 - share))
  return rounded(Math.min(1, 2 * tail))
}

/**
 * How likely a difference of two shares is by chance: Fisher's exact test, two-sided by doubling the smaller tail. The
 * trials are collections, those that set off a burst are the hits; given all trials and all hits, the hits of AFTER are
 * hypergeometric if the shares are equal (Fisher, J. R. Stat. Soc. 98, 1935). It asks what the time cannot: whether
 * the trigger came at all.
 */
export function chanceOfShares(before: Share, after: Share): number | undefined {
  const [first, second] = [before.trials, after.trials]
  if (first === 0 || second === 0 || first + second > MAX_EVENTS) return undefined
  if (before.hits > first || after.hits > second) return undefined
  const hits = before.hits + after.hits
  const least = Math.max(0, hits - first)
  let logTerm = 0
  let [atMost, atLeast, all] = [0, 0, 0]
  // Relative to the observed count, whose term is 1, so that what decides does not underflow.
  const logTerms = [0]
  for (let hit = least; hit < Math.min(hits, second); hit++) {
    logTerm += Math.log(((second - hit) * (hits - hit)) / ((hit + 1) * (first - hits + hit + 1)))
    logTerms.push(logTerm)
  }
  const observed = logTerms[after.hits - least] ?? 0
  for (const [index, each] of logTerms.entries()) {
    const term = Math.exp(Math.min(MAX_LOG, each - observed))
    all += term
    if (least + index <= after.hits) atMost += term
    if (least + index >= after.hits) atLeast += term
  }
  return rounded(Math.min(1, (2 * Math.min(atMost, atLeast)) / all))
}

export interface Share {
  readonly hits: number
  readonly trials: number
}

/** The trials without a hit that AFTER needs for `chanceOfShares` to fall below `ALPHA`. */
export function trialsToTell(before: Share): number | undefined {
  for (let trials = 1; trials <= MAX_TRIALS; trials = Math.ceil(trials * 1.05)) {
    const p = chanceOfShares(before, { hits: 0, trials })
    if (p !== undefined && p < ALPHA) return trials
  }
  return undefined
}

/**
 * The exposure that AFTER needs without any event for `chanceOfRates` to fall below `ALPHA`: from
 * 2 · (before / (before + after))^events < α.
 */
export function exposureToTell(events: number, before: number | undefined): number | undefined {
  if (before === undefined || !(before > 0) || events <= 0) return undefined
  const needed = before * ((2 / ALPHA) ** (1 / events) - 1)
  return Number.isFinite(needed) ? needed : undefined
}

/** P(X ≤ k) of a binomial, summed in logarithms so that nothing underflows. */
function binomialAtMost(k: number, events: number, share: number): number {
  const odds = Math.log(share) - Math.log1p(-share)
  let logTerm = events * Math.log1p(-share)
  let logSum = logTerm
  for (let i = 0; i < k; i++) {
    logTerm += Math.log((events - i) / (i + 1)) + odds
    const most = Math.max(logSum, logTerm)
    logSum = most + Math.log(Math.exp(logSum - most) + Math.exp(logTerm - most))
  }
  return Math.min(1, Math.exp(logSum))
}

/** Three digits: the last ones differ between machines. */
function rounded(p: number): number {
  return Number(p.toPrecision(3))
}
