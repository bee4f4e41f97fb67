import type { Finding, Incident } from '../diagnosis.ts'

/**
 * Resets within this time of the first of them have one trigger: they count once. Stop-the-world collections reset
 * within 30 ms, concurrent ones and closing processes within the second. A longer run counts once for each second.
 */
const BURST_MS = 1000

/**
 * Independent events in findings: runs of resets declustered (Coles, An Introduction to Statistical Modeling of
 * Extreme Values, 2001, §5.3.2), with a bound on the length of a cluster, so that a steady stream is not one event.
 */
export function countBursts(findings: readonly Finding[], times: ReadonlyMap<string, number>): number {
  const known = new Set<number>()
  for (const { incidents, from, to, connections } of findings) {
    const own = incidents.flatMap((id) => times.get(id) ?? [])
    const ends = [timeMs(from), ...(connections > 1 ? [timeMs(to)] : [])].filter((ms) => !Number.isNaN(ms))
    // What is not listed one by one has at least its first and its last.
    for (const ms of own.length > 0 ? own : connections > 0 ? ends : []) known.add(ms)
  }
  let bursts = 0
  let since = Number.NEGATIVE_INFINITY
  for (const ms of [...known].toSorted((x, y) => x - y)) {
    if (ms - since <= BURST_MS) continue
    bursts++
    since = ms
  }
  const connections = totalConnections(findings)
  return Math.min(connections, Math.max(connections > 0 ? 1 : 0, bursts))
}

/** The bursts that collections set off, where every finding tells them. */
export function triggerBursts(findings: readonly Finding[]): number | undefined {
  let bursts = 0
  for (const { trigger, connections } of findings) {
    if (trigger === undefined) return undefined
    bursts += Math.min(connections, Math.max(1, trigger.bursts))
  }
  return Math.min(Number.MAX_SAFE_INTEGER, bursts)
}

export function totalConnections(findings: readonly Finding[]): number {
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    findings.reduce((sum, { connections }) => sum + connections, 0),
  )
}

/** Milliseconds since 1970 of each listed incident, by id. */
export function incidentTimes(incidents: readonly Incident[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const { id, time } of incidents) {
    const ms = timeMs(time)
    if (!Number.isNaN(ms)) times.set(id, ms)
  }
  return times
}

/** ECMAScript promises to read three decimals only (ECMA-262 §21.4.1.32). */
export function timeMs(iso: string): number {
  return Date.parse(iso.replace(/(\.\d{3})\d+Z$/, '$1Z'))
}
