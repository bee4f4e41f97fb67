import type { Episode, EpisodeAnswer } from './watch.ts'

/** When what happened becomes an episode. Times are milliseconds of any one clock. */
export interface EpisodeClock {
  /** Something happened. */
  note(because: Episode['because'], atMs: number, resets?: number): void
  /** From when an episode may be begun; absent while nothing happened. */
  readonly beginMs: number | undefined
  /** One is begun: what follows is written as it comes. */
  begin(nowMs: number): PendingEpisode | undefined
  /** When the one that was begun is to end; absent while there is none. */
  readonly endMs: number | undefined
  /** What it was about; the next one is open. */
  end(): PendingEpisode | undefined
  /** It was analysed. */
  answered(answer: Pick<EpisodeAnswer, 'isKnown'>, tookMs: number, nowMs: number): void
}

export interface PendingEpisode {
  readonly because: Episode['because']
  readonly firstMs: number
  readonly lastMs: number
  readonly resets: number
}

/**
 * What comes after a reset is evidence: the rest of the burst, the retries, the line in the log. tcpdump gives its
 * packets in batches up to a second late, and a collector logs when it is done.
 */
const SETTLE_MS = 4000
/** Where resets never stop, an answer is due all the same. */
const MAX_LENGTH_MS = 10_000
/** What is known already is told again more and more seldom. */
const FIRST_PAUSE_MS = 5000
const MAX_PAUSE_MS = 60_000
/** Analyses may take this share of the time. */
const MAX_SHARE = 0.1

export function createEpisodeClock(): EpisodeClock {
  let pending: PendingEpisode | undefined
  let begunMs: number | undefined
  let pauseMs = 0
  let notBeforeMs = 0

  return {
    note(because, atMs, resets = 0) {
      if (pending === undefined) {
        pending = { because, firstMs: atMs, lastMs: atMs, resets }
        return
      }
      pending = { ...pending, lastMs: Math.max(pending.lastMs, atMs), resets: pending.resets + resets }
      // A reset says more than the line that speaks of it.
      if (because === 'reset') pending = { ...pending, because }
    },
    get beginMs() {
      return pending === undefined || begunMs !== undefined
        ? undefined
        : Math.max(notBeforeMs, pending.firstMs)
    },
    begin(nowMs) {
      if (pending !== undefined) begunMs = nowMs
      return pending
    },
    get endMs() {
      if (pending === undefined || begunMs === undefined) return undefined
      return Math.min(Math.max(begunMs, pending.lastMs) + SETTLE_MS, begunMs + MAX_LENGTH_MS)
    },
    end() {
      const ended = pending
      pending = undefined
      begunMs = undefined
      return ended
    },
    answered({ isKnown }, tookMs, nowMs) {
      pauseMs = isKnown ? Math.min(MAX_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pauseMs * 2)) : 0
      notBeforeMs = nowMs + Math.max(pauseMs, tookMs / MAX_SHARE)
    },
  }
}
