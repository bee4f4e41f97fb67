import { deferred } from './deferred.ts'
import type { Generation } from './generation.ts'

export interface WatchLimits {
  readonly ms: number
  readonly maxErrorRate: number
  readonly minCalls: number
}

export interface Watch {
  /** True when the time passed; false as soon as too many calls failed; `undefined` when it was stopped. */
  readonly outcome: Promise<boolean | undefined>
  /** What was seen, in words. */
  readonly seen: string
  stop(): void
}

/** Counts what becomes of a generation's calls from now on. */
export function watch(generation: Generation, { ms, maxErrorRate, minCalls }: WatchLimits): Watch {
  let calls = 0
  let failed = 0
  const isTooMany = () => calls > 0 && failed / calls > maxErrorRate
  const { promise: outcome, resolve } = deferred<boolean | undefined>()
  const finish = (value: boolean | undefined): void => {
    clearTimeout(timer)
    generation.onOutcome = undefined
    resolve(value)
  }
  const timer = setTimeout(() => finish(!isTooMany()), ms)
  timer.unref()
  generation.onOutcome = (isOk) => {
    calls += 1
    if (!isOk) failed += 1
    if (calls >= minCalls && isTooMany()) finish(false)
  }
  return {
    outcome,
    get seen() {
      return `${failed} of ${calls} calls failed, ${maxErrorRate * 100} % were allowed`
    },
    stop: () => finish(undefined),
  }
}
