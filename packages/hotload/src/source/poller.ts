import { HotloadError } from '../errors.ts'
import { systemClock, type Clock } from './clock.ts'
import type { CheckResult, Schedule } from './source.ts'

/** A provider that is down is asked at least this often. */
const MAX_BACKOFF_MS = 300_000
/** Waits in a row that broke, with checks between them that did not: something on the way does not let them wait. */
const MAX_BROKEN_WAITS = 2
/** So many checks then go without one. */
const CHECKS_WITHOUT_WAIT = 20
/** After a change the next wait begins within this. */
const SOON_MS = 1000
/** Somebody publishes one version after the other, and each is seen at once; a provider that always offers something is polled. */
const MAX_SOON_AFTER_OFFERS = 20
/** After the start the first one does. */
const FIRST_WAIT_MS = 5000

/** What became of a check; a `CheckResult` is one. */
export interface PollOutcome {
  readonly kind: CheckResult['kind']
  readonly retryAfterMs?: number
}

export interface PollRequest {
  /** Long-poll. */
  readonly waitMs?: number
  /** Aborted when a check is wanted now, and at the end: for `Source.check` alone, not for what follows from it. */
  readonly signal: AbortSignal
}

export interface PollerOptions {
  readonly schedule: Schedule
  /** Checks once, and does what follows from it. A rejection counts as `failed`. */
  poll(request: PollRequest): Promise<PollOutcome>
  readonly clock?: Clock
  /** From 0 up to but not 1. */
  random?(): number
}

export interface Poller {
  /** From now on by itself; the first check comes within an interval, a first wait within 5 s. */
  start(): void
  /** Now. Whoever asks while a check is under way gets the one after it, and all of them get the same. */
  check(): Promise<PollOutcome>
  /** Milliseconds until the next check, while none is under way. */
  readonly nextInMs: number | undefined
  /** Aborts a check that is under way, and resolves when `poll` has. */
  close(): Promise<void>
}

/**
 * Asks on a timer: each pause is drawn anew, so that a thousand clients that were started by one deployment, or cut by one
 * restart of the provider, do not come back together. Failures double the span that the pause is drawn from; Retry-After
 * is its least.
 */
export function createPoller(options: PollerOptions): Poller {
  const { schedule, clock = systemClock } = options
  const { everyMs, waitMs } = schedule
  let running: { readonly done: Promise<PollOutcome>; readonly isWait: boolean; abort(): void } | undefined
  let queued: Promise<PollOutcome> | undefined
  let timer: { readonly cancel: () => void; readonly dueMs: number } | undefined
  let isStarted = false
  let isClosed = false
  let failures = 0
  let brokenWaits = 0
  let checksWithoutWait = 0
  let offersInARow = 0
  const random = (): number => options.random?.() ?? Math.random()

  function run(isWait: boolean): Promise<PollOutcome> {
    clearTimer()
    const controller = new AbortController()
    const startMs = clock.now()
    const request = { signal: controller.signal, ...(isWait && waitMs !== undefined && { waitMs }) }
    const done = settle(() => options.poll(request)).then((outcome) => {
      running = undefined
      if (!controller.signal.aborted) learn(outcome, isWait)
      const pauseMs = pauseAfter(outcome, isWait, clock.now() - startMs)
      if (isStarted && !isClosed && queued === undefined) schedulePoll(pauseMs)
      return outcome
    })
    running = { done, isWait, abort: () => controller.abort() }
    return done
  }

  function learn({ kind }: PollOutcome, isWait: boolean): void {
    if (kind === 'failed') {
      failures++
      if (isWait) brokenWaits++
      return
    }
    failures = 0
    if (isWait) brokenWaits = 0
    else if (checksWithoutWait > 0) checksWithoutWait--
    else if (brokenWaits >= MAX_BROKEN_WAITS) {
      brokenWaits = 0
      checksWithoutWait = CHECKS_WITHOUT_WAIT
    }
  }

  function pauseAfter({ kind, retryAfterMs }: PollOutcome, isWait: boolean, tookMs: number): number {
    offersInARow = kind === 'offered' ? offersInARow + 1 : 0
    if (kind === 'failed') {
      const spanMs = Math.min(everyMs * 2 ** (failures - 1), Math.max(MAX_BACKOFF_MS, everyMs))
      // Full jitter; all who were told the same time to come back come spread over an interval after it.
      return retryAfterMs === undefined ? random() * spanMs : retryAfterMs + random() * everyMs
    }
    if (waitMs !== undefined && checksWithoutWait === 0) {
      const wasHeld = isWait && tookMs >= waitMs / 2
      const mayWaitAgain = wasHeld || !isWait || (kind === 'offered' && offersInARow <= MAX_SOON_AFTER_OFFERS)
      if (mayWaitAgain) return random() * Math.min(SOON_MS, everyMs)
    }
    return everyMs * (0.5 + random())
  }

  function schedulePoll(ms: number): void {
    clearTimer()
    const isWait = waitMs !== undefined && failures === 0 && checksWithoutWait === 0
    timer = { cancel: clock.after(ms, () => void run(isWait)), dueMs: clock.now() + ms }
  }

  function clearTimer(): void {
    timer?.cancel()
    timer = undefined
  }

  return {
    start() {
      if (isStarted || isClosed) return
      isStarted = true
      const firstMs = waitMs === undefined ? everyMs : Math.min(everyMs, FIRST_WAIT_MS)
      if (running === undefined) schedulePoll(firstMs * random())
    },
    check() {
      if (isClosed) return Promise.reject(new HotloadError('HOTLOAD_CLOSED', 'the poller is closed'))
      if (running === undefined) return run(false)
      if (running.isWait) running.abort()
      queued ??= running.done.then(() => {
        queued = undefined
        return isClosed ? closedOutcome() : run(false)
      })
      return queued
    },
    get nextInMs() {
      return timer === undefined ? undefined : Math.max(0, timer.dueMs - clock.now())
    },
    async close() {
      isClosed = true
      clearTimer()
      running?.abort()
      await running?.done
    },
  }
}

async function settle(poll: () => Promise<PollOutcome>): Promise<PollOutcome> {
  try {
    return await poll()
  } catch {
    return { kind: 'failed' }
  }
}

function closedOutcome(): PollOutcome {
  return { kind: 'failed' }
}
