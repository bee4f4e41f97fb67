import type { Facts } from '../derive/facts.ts'
import type { Trigger } from '../diagnosis.ts'
import type { FindingGroup } from './outcomes.ts'

const SERIES_SLICES = 48

/** How the resets of a finding lie beside the collections of the process that reset. */
export function triggerOf(
  group: FindingGroup,
  facts: Facts,
  timeOf: (ns: number) => string,
): Trigger | undefined {
  const [first] = group.members
  const gc = first === undefined ? undefined : facts.forReset(first.reset).gc
  if (gc === undefined) return undefined
  const { coincidence, collectionsMs } = gc
  const times = group.members.map(({ reset }) => reset.timeNs / 1e6)
  const fromMs = Math.min(...times, ...collectionsMs.slice(0, 1))
  const toMs = Math.max(...times, ...collectionsMs.slice(-1))
  const slice = (toMs - fromMs) / SERIES_SLICES || 1
  const count = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: SERIES_SLICES }, () => 0)
    for (const value of values) {
      const index = Math.min(SERIES_SLICES - 1, Math.max(0, Math.floor((value - fromMs) / slice)))
      counts[index] = (counts[index] ?? 0) + 1
    }
    return counts
  }
  return {
    kind: 'garbage-collection',
    bursts: coincidence.bursts,
    matched: coincidence.matched,
    of: coincidence.of,
    withinMs: Math.round(coincidence.withinMs * 10) / 10,
    expectedByChance: Math.round(coincidence.expectedByChance * 100) / 100,
    pValue: coincidence.pValue,
    series: {
      from: timeOf(fromMs * 1e6),
      to: timeOf(toMs * 1e6),
      resets: count(times),
      collections: count(collectionsMs),
    },
  }
}
