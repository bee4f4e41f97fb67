import type { Because, Citation, RunnableCause, CauseFacts, Strength, Verdict } from './cause.ts'
import { CAUSES } from './causes/index.ts'
import type { Facts, GivenFacts } from './derive/facts.ts'
import type { ResetFacts } from './derive/reset-facts.ts'
import type { CauseId } from './diagnosis.ts'

/** The one place where a strength becomes a number; revised from the accuracy bench. */
const CONFIDENCE: Readonly<Record<Strength, number>> = {
  proven: 0.97,
  strong: 0.9,
  likely: 0.75,
  possible: 0.5,
}
/** Below this a finding is `unknown`, with the cause among its alternatives. */
const MIN_CONFIDENCE = 0.6

/**
 * When both match, the left one says more: it explains why the right one's picture came about. The only such table.
 * It holds for matches of at least `likely`.
 */
const SUPERSEDES: Partial<Readonly<Record<CauseId, readonly CauseId[]>>> = {
  'ignored-reset': [
    'injected-reset',
    'policy-reject',
    'middlebox-idle-timeout',
    'half-open',
    'abortive-close',
    'unread-data',
    'late-reset',
    'nat-state-lost',
  ],
  'port-scan': ['connection-refused', 'health-probe', 'policy-reject', 'abortive-close'],
  'health-probe': ['abortive-close', 'port-reuse', 'unread-data', 'data-after-close'],
  'late-reset': [
    'data-after-close',
    'caller-gave-up',
    'abortive-close',
    'unread-data',
    'tls-failure',
    'half-open',
  ],
  'tls-failure': [
    'unread-data',
    'data-after-close',
    'abortive-close',
    'caller-gave-up',
    'idle-timeout-reset',
    'request-unread',
    'half-open',
    'listener-closed',
    'process-exit',
  ],
  'garbage-collected': ['unread-data', 'caller-gave-up', 'abortive-close'],
  'process-exit': [
    'unread-data',
    'garbage-collected',
    'abortive-close',
    'caller-gave-up',
    'request-unread',
    'idle-timeout-reset',
    'listener-closed',
    'keep-alive-race',
    'data-after-close',
  ],
  'listener-closed': ['abortive-close', 'unread-data', 'process-exit', 'idle-timeout-reset'],
  'request-unread': ['unread-data', 'data-after-close', 'abortive-close', 'keep-alive-race'],
  'caller-gave-up': ['unread-data', 'data-after-close', 'abortive-close'],
  'idle-timeout-reset': ['abortive-close', 'unread-data'],
  'keep-alive-race': ['data-after-close', 'half-open'],
  'retransmission-timeout': ['half-open', 'data-after-close', 'unread-data', 'abortive-close'],
  'keepalive-timeout': ['abortive-close', 'idle-timeout-reset', 'unread-data'],
  'accept-queue-overflow': ['half-open', 'policy-reject', 'data-after-close'],
  'port-reuse': ['half-open', 'health-probe'],
  'nat-state-lost': ['half-open'],
  'middlebox-idle-timeout': [
    'half-open',
    'injected-reset',
    'policy-reject',
    'nat-state-lost',
    'data-after-close',
    'abortive-close',
  ],
  'policy-reject': ['connection-refused', 'half-open', 'injected-reset', 'nat-state-lost'],
  'injected-reset': [
    'half-open',
    'nat-state-lost',
    'tls-failure',
    'abortive-close',
    'unread-data',
    'caller-gave-up',
  ],
}

/** Whether the first cause, when it holds, accounts for what speaks for the second. */
export function explains(cause: CauseId, other: CauseId): boolean {
  return SUPERSEDES[cause]?.includes(other) === true
}

export interface Match {
  readonly cause: RunnableCause
  readonly confidence: number
  readonly because: Because
  readonly also: readonly Because[]
  readonly proof: readonly Citation[]
}

/** What the causes say of one reset. */
export interface Judgement {
  readonly reset: ResetFacts
  /** `undefined`: unknown. */
  readonly best: Match | undefined
  /** Other matches, surest first. */
  readonly others: readonly Match[]
  /** What each cause said, in the order of `CAUSES`. */
  readonly verdicts: readonly Verdict[]
}

/** Runs every cause on a reset. A cause that throws is left out for that reset and never stops the others. */
export function judge(facts: Facts, reset: ResetFacts): Judgement {
  const given = facts.forReset(reset)
  const missing = missingFrom(given)
  const matches: Match[] = []
  // A list that grows, and the steps of a loop over another, were half of what a reset's judgement left to be collected.
  const verdicts = RUNNERS.map(({ cause, mayMiss }): Verdict => {
    if ((mayMiss & missing) !== 0) return FACTS_MISSING
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- none of its needs is missing
      const verdict = cause.evaluate(given as CauseFacts)
      if (verdict.verdict === 'matched') {
        const { because, also = NONE, proof, strength } = verdict
        matches.push({ cause, confidence: CONFIDENCE[strength], because, also, proof })
      }
      return verdict
    } catch (error) {
      return { verdict: 'error', message: String(error) }
    }
  })
  const ranked = matches.length > 1 ? rank(matches) : matches
  const [first] = ranked
  const rest = ranked.slice(1)
  const isSure = first !== undefined && first.confidence >= MIN_CONFIDENCE && !isContested(first, rest)
  return isSure
    ? { reset, best: first, others: rest, verdicts }
    : { reset, best: undefined, others: ranked, verdicts }
}

/** What speaks against a cause, if it was ruled out. */
export function exclusionOf({ verdicts }: Judgement, cause: number): Because | undefined {
  const verdict = verdicts[cause]
  return verdict?.verdict === 'ruled-out' ? verdict.because : undefined
}

/** Causes of which evidence was missing, with what was missing. */
export function missingOf({ verdicts }: Judgement): { readonly cause: CauseId; readonly because: Because }[] {
  return CAUSES.flatMap(({ id }, index) => {
    const verdict = verdicts[index]
    return verdict?.verdict === 'inconclusive' ? [{ cause: id, because: verdict.missing }] : []
  })
}

const NONE: readonly never[] = []
const FACTS_MISSING: Verdict = { verdict: 'error', message: 'facts are missing' }

/** A bit for each fact that may be missing: each cause's needs are held against a reset's facts at once. */
const LOGS = 1
const GC = 2
const COUNTERS = 4
const BITS: Readonly<Record<keyof CauseFacts, number>> = {
  reset: 0,
  group: 0,
  neighbours: 0,
  service: 0,
  logs: LOGS,
  gc: GC,
  counters: COUNTERS,
}
const RUNNERS = CAUSES.map((cause) => ({
  cause,
  mayMiss: cause.needs.reduce((bits, key) => bits | BITS[key], 0),
}))

function missingFrom({ logs, gc, counters }: GivenFacts): number {
  return (
    (logs === undefined ? LOGS : 0) | (gc === undefined ? GC : 0) | (counters === undefined ? COUNTERS : 0)
  )
}

/** Surest first; what another match explains comes after it whatever its own strength. */
function rank(matches: readonly Match[]): Match[] {
  const isExplained = (match: Match): boolean =>
    matches.some(
      (by) =>
        by.confidence >= MIN_CONFIDENCE &&
        SUPERSEDES[by.cause.id]?.includes(match.cause.id) === true &&
        !isMutual(by, match),
    )
  return matches.toSorted(
    (x, y) => Number(isExplained(x)) - Number(isExplained(y)) || y.confidence - x.confidence,
  )
}

function isMutual(x: Match, y: Match): boolean {
  return SUPERSEDES[y.cause.id]?.includes(x.cause.id) === true && y.confidence > x.confidence
}

/** Two unrelated causes that are equally sure contradict each other: neither is known. */
function isContested(first: Match, rest: readonly Match[]): boolean {
  return rest.some(
    (other) =>
      other.confidence === first.confidence &&
      first.confidence < CONFIDENCE.strong &&
      SUPERSEDES[first.cause.id]?.includes(other.cause.id) !== true,
  )
}
