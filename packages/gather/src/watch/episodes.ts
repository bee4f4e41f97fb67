import type { Episode, EpisodeAnswer } from './watch.ts'

/** When what happened becomes an episode. Times are milliseconds of any one clock. */
export interface EpisodeClock {
  /** Something happened. */
  note(because: Episode['because'], atMs: number, resets?: number): void
  /** The time of the next episode; absent while nothing happened. */
  readonly dueMs: number | undefined
  /** What the episode is to be about; it begins anew. */
  take(): PendingEpisode | undefined
  /** An episode was analysed. */
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
const MAX_WAIT_MS = 10_000
/** What is known already is told again more and more seldom. */
const FIRST_PAUSE_MS = 5000
const MAX_PAUSE_MS = 60_000
/** Analyses may take this share of the time. */
const MAX_SHARE = 0.1

export function createEpisodeClock(): EpisodeClock {
  let pending: PendingEpisode | undefined
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
    get dueMs() {
      if (pending === undefined) return undefined
      const { firstMs, lastMs } = pending
      return Math.max(notBeforeMs, Math.min(lastMs + SETTLE_MS, firstMs + MAX_WAIT_MS))
    },
    take() {
      const taken = pending
      pending = undefined
      return taken
    },
    answered({ isKnown }, tookMs, nowMs) {
      pauseMs = isKnown ? Math.min(MAX_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pauseMs * 2)) : 0
      notBeforeMs = nowMs + Math.max(pauseMs, tookMs / MAX_SHARE)
    },
  }
}
