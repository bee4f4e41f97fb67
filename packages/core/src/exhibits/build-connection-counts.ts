import type { ConnectionCounts } from './timeline-exhibit.ts'
import { ALL_HASHES } from './follower.ts'
import type { Seen } from './seen-connections.ts'

const BINS = 2_000

/**
 * How many connections were open, over time.
 *
 * @param sampleBelow what of the connections without an incident was followed: they stand for the others
 */
export function countConnections(
  seen: readonly Seen[],
  span: { readonly fromNs: number; readonly toNs: number },
  sampleBelow: number,
): ConnectionCounts | undefined {
  const { fromNs } = span
  const lengthNs = span.toNs - fromNs
  if (seen.length === 0 || !(lengthNs > 0)) return undefined
  const binNs = Math.max(1, Math.ceil(lengthNs / BINS))
  const bins = Math.floor(lengthNs / binNs) + 1
  const share = Math.min(1, sampleBelow / ALL_HASHES)
  const steps: { readonly ns: number; readonly by: number }[] = []
  const opened = Array.from({ length: bins }, () => 0)
  const binOf = (ns: number): number => Math.min(bins - 1, Math.max(0, Math.floor((ns - fromNs) / binNs)))
  for (const { followed, incident, endNs } of seen) {
    const weight = incident === undefined && share > 0 ? 1 / share : 1
    // One whose handshake was not seen was there before.
    const isOpened = followed.synNs !== undefined
    const openNs = isOpened ? followed.firstNs : fromNs
    if (isOpened) {
      const bin = binOf(openNs)
      opened[bin] = (opened[bin] ?? 0) + weight
    }
    steps.push({ ns: openNs, by: weight })
    if (endNs !== undefined) steps.push({ ns: Math.max(endNs, openNs), by: -weight })
  }
  steps.sort((x, y) => x.ns - y.ns || y.by - x.by)
  const open: number[] = []
  let next = 0
  let now = 0
  for (let bin = 0; bin < bins; bin++) {
    let most = now
    const untilNs = bin === bins - 1 ? Infinity : fromNs + (bin + 1) * binNs
    while ((steps[next]?.ns ?? Infinity) < untilNs) {
      now += steps[next]?.by ?? 0
      most = Math.max(most, now)
      next++
    }
    open.push(Math.round(most))
  }
  return { fromNs, binNs, open, opened: opened.map(Math.round), share: Math.round(share * 1e6) / 1e6 }
}
