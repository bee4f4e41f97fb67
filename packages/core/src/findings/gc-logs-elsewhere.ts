import type { Facts } from '../derive/facts.ts'
import { unreadEvidence } from '../derive/unread.ts'
import { problem, type Problem } from '../errors.ts'

/** A log speaks for so long beyond its first and last collection: the next one may have been due. */
const MIN_MARGIN_NS = 60e9

/**
 * Why no collection could be compared with the resets, by input: every garbage-collection log given ends before them or
 * begins after them. One log that does cover them is enough: the others are its rotated parts.
 */
export function gcLogsElsewhere(
  { timeline, resets }: Facts,
  timeOf: (ns: number) => string,
): ReadonlyMap<number, readonly Problem[]> {
  const found = new Map<number, Problem[]>()
  const logs = timeline.gcLogs.filter(({ log }) => log.collections.length > 0)
  if (logs.length === 0) return found
  const times = resets.filter((reset) => unreadEvidence(reset) !== undefined).map(({ timeNs }) => timeNs)
  if (times.length === 0) return found
  const first = times.reduce((least, ns) => Math.min(least, ns))
  const last = times.reduce((most, ns) => Math.max(most, ns))
  const spans = new Map<number, { fromNs: number; toNs: number }>()
  for (const { input, collections } of logs) {
    const from = collections?.[0]
    const to = collections?.at(-1)
    // A log without a clock of its own is fitted to the resets wherever they are.
    if (collections === undefined || from === undefined || to === undefined) return found
    const pace = (to.endNs - from.startNs) / Math.max(1, collections.length - 1)
    const margin = Math.max(pace, MIN_MARGIN_NS)
    if (from.startNs - margin <= last && to.endNs + margin >= first) return found
    const known = spans.get(input)
    spans.set(input, {
      fromNs: Math.min(known?.fromNs ?? Infinity, from.startNs),
      toNs: Math.max(known?.toNs ?? -Infinity, to.endNs),
    })
  }
  for (const [input, { fromNs, toNs }] of spans) {
    const values = {
      from: timeOf(fromNs),
      to: timeOf(toNs),
      resetsFrom: timeOf(first),
      resetsTo: timeOf(last),
    }
    found.set(input, [problem('gc-log-elsewhere', values)])
  }
  return found
}
