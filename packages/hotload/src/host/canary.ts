import { HotloadError } from '../errors.ts'
import type { Generation } from './generation.ts'
import type { Settings } from './host-options.ts'
import type { Roster } from './roster.ts'
import { watch } from './watch.ts'

/**
 * Gives a share of the calls to a candidate for a while. Rejects with `HOTLOAD_CONFIRM` where too many of them fail or it
 * ends; false where a newer version is wanted before the time is over.
 */
export async function isGoodCanary(
  generation: Generation,
  roster: Roster,
  { canary, canaryMs, maxErrorRate, minCalls }: Settings,
  newer: Promise<void>,
): Promise<boolean> {
  if (canary === 0 || roster.current === undefined) return true
  const seen = watch(generation, { ms: canaryMs, maxErrorRate, minCalls })
  roster.startCanary(generation, canary)
  try {
    const isGood = await Promise.race([
      seen.outcome,
      newer.then(() => undefined),
      generation.isolate.ended.then(() => false),
    ])
    if (isGood !== false) return isGood === true
    const why = generation.lost?.message ?? seen.seen
    throw new HotloadError('HOTLOAD_CONFIRM', `the canary of ${generation.label} failed: ${why}`)
  } finally {
    seen.stop()
  }
}
