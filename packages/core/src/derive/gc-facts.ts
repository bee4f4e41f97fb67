import type { Collection, GcLog, ReferenceCounts } from '../read/gc-log/collection.ts'
import { testCoincidence, type Coincidence } from './coincidence.ts'
import type { GcInterval } from './collection-times.ts'
import { testFittedCoincidence } from './fitted-coincidence.ts'
import { buildBursts } from './groups.ts'
import type { Because } from '../cause.ts'
import type { ResetFacts } from './reset-facts.ts'
import type { TimedGcLog, Timeline } from './timeline.ts'
import { closer, unreadEvidence } from './unread.ts'

interface Followed {
  readonly line: number
  readonly name: string
  readonly lagMs: number
}

/** How the resets of one host that left data unread lie against the collections of one log. */
export interface GcFacts {
  readonly input: number
  readonly log: GcLog
  readonly coincidence: Coincidence
  /** How the log's clock was tied to the capture's. */
  readonly clock: 'printed' | 'fitted'
  /** References found dead in the collections that bursts followed: forgotten sockets wait among them. */
  readonly references: ReferenceCounts
  /** The collection that the reset's burst followed. */
  readonly followedBy: (reset: ResetFacts) => Followed | undefined
  /** Resets in bursts that followed a collection. */
  readonly resetsFollowing: number
  /** Collections that found nothing to close, as the log says: they are not counted. */
  readonly idle: number
  /** How the log's clock was tied to the capture's, where it was not printed. */
  readonly clockSays: readonly Because[]
  /** Where log and capture overlap, and every collection there, in milliseconds on the analysis' axis. */
  readonly collectionsMs: readonly number[]
}

/**
 * For every host that reset connections with data unread, the log whose collections its bursts follow most closely.
 * Returns a look-up by reset; undefined when there is no log or no candidate.
 */
export function indexGcFacts(
  timeline: Timeline,
  resets: readonly ResetFacts[],
): (reset: ResetFacts) => GcFacts | undefined {
  if (timeline.gcLogs.length === 0) return () => undefined
  const subsets = new Map<string, ResetFacts[]>()
  for (const reset of resets) {
    if (unreadEvidence(reset) === undefined) continue
    for (const key of [hostOf(reset), serviceOf(reset)]) {
      const members = subsets.get(key)
      if (members === undefined) subsets.set(key, [reset])
      else members.push(reset)
    }
  }
  const found = new Map<string, GcFacts>()
  // The host comes before its services. One that resets at one service only is tested once.
  for (const [key, members] of subsets) {
    const [first] = members
    const host = first === undefined ? undefined : hostOf(first)
    if (host !== undefined && host !== key && subsets.get(host)?.length === members.length) {
      const same = found.get(host)
      if (same !== undefined) found.set(key, same)
      continue
    }
    const tried = logsOf(timeline, members)
      .flatMap((log) => [testLog(timeline, log, members, false), testLog(timeline, log, members, true)])
      .filter((facts) => facts !== undefined)
    const [best] = tried.toSorted(
      (x, y) => x.coincidence.pValue - y.coincidence.pValue || y.coincidence.matched - x.coincidence.matched,
    )
    if (best === undefined) continue
    // Readings of each log, each log, and the host or one service: the best of several is less surprising (Bonferroni).
    const pValue = Math.min(1, best.coincidence.pValue * tried.length)
    found.set(key, { ...best, coincidence: { ...best.coincidence, pValue } })
  }
  return (reset) => {
    const host = found.get(hostOf(reset))
    const service = found.get(serviceOf(reset))
    if (host === undefined || service === undefined) return host ?? service
    // Another program on the host may close connections of its own: then only one service's follow the collections.
    const isBetter = service.coincidence.pValue * 2 < host.coincidence.pValue
    const isFuller = shareOf(service) > shareOf(host) && service.coincidence.pValue * 2 <= SURE_P_VALUE
    return isBetter || isFuller ? service : host
  }
}

/** A host's own logs, where a manifest tells whose they are: those of others would only add to chance. */
function logsOf({ gcLogs }: Timeline, [reset]: readonly ResetFacts[]): readonly TimedGcLog[] {
  if (reset === undefined) return gcLogs
  const { address } = reset[closer(reset)]
  const own = gcLogs.filter(({ addresses }) => addresses.includes(address))
  return own.length > 0 ? own : gcLogs
}

/** A coincidence this good needs no help from other services of the host. */
const SURE_P_VALUE = 0.01

function shareOf({ coincidence }: GcFacts): number {
  return coincidence.of === 0 ? 0 : coincidence.matched / coincidence.of
}

function serviceOf(reset: ResetFacts): string {
  return `${hostOf(reset)} ${reset.server.address} ${reset.server.port}`
}

function hostOf(reset: ResetFacts): string {
  const role = closer(reset)
  return `${role} ${reset[role].address}`
}

/** @param fullOnly leave young collections out: long-lived garbage goes with the old generation */
function testLog(
  timeline: Timeline,
  timed: TimedGcLog,
  resets: readonly ResetFacts[],
  fullOnly: boolean,
): GcFacts | undefined {
  const bursts = buildBursts(resets)
  const starts = bursts.map(({ fromNs }) => fromNs / 1e6)
  const all = intervalsOf(timed)
  const asked = fullOnly ? all.filter(({ kind }) => kind !== 'young') : all
  if (asked.length === 0 || (fullOnly && asked.length === all.length)) return undefined
  const idle = new Set(timed.log.collections.filter(closedNothing).map(({ line }) => line))
  const counted = asked.filter(({ line }) => !idle.has(line))
  const isTimed = timed.collections !== undefined
  const overlap = overlapOf(timeline, asked)
  const test = (intervals: readonly GcInterval[]): Coincidence | undefined =>
    isTimed ? testCoincidence(starts, intervals, overlap) : testFittedCoincidence(starts, intervals)
  // Where only collections that closed nothing are in reach, none was followed.
  const isNone = (): boolean => counted.length < asked.length && test(asked) !== undefined
  const coincidence = test(counted) ?? (isNone() ? noneOf(starts) : undefined)
  if (coincidence === undefined) return undefined
  const lines = new Set(coincidence.pairs.map(({ interval }) => interval.line))
  const counts = timed.log.collections
    .filter(({ line }) => lines.has(line))
    .map(({ references }) => references ?? {})
  const names = new Map(timed.log.collections.map(({ line, name }) => [line, name]))
  const byBurst = new Map(coincidence.pairs.map((pair) => [pair.burst, pair]))
  const followed = new Map<string, Followed>()
  for (const burst of bursts) {
    const pair = byBurst.get(burst.fromNs / 1e6)
    if (pair === undefined) continue
    const { line } = pair.interval
    for (const { id } of burst.resets)
      followed.set(id, { line, name: names.get(line) ?? '', lagMs: pair.lagMs })
  }
  const offsetMs = coincidence.fittedOffsetMs
  return {
    input: timed.input,
    log: timed.log,
    coincidence,
    clock: isTimed ? 'printed' : 'fitted',
    references: {
      final: counts.reduce((sum, { final = 0 }) => sum + final, 0),
      phantom: counts.reduce((sum, { phantom = 0 }) => sum + phantom, 0),
    },
    followedBy: (reset) => followed.get(reset.id),
    resetsFollowing: followed.size,
    idle: asked.length - counted.length,
    clockSays:
      offsetMs === undefined ? [] : [{ id: 'clock-fitted', values: { offsetMs: Math.round(offsetMs) } }],
    collectionsMs: counted.map(({ endMs }) => endMs + (offsetMs ?? 0)),
  }
}

/** What a collection of a JVM closes, its finalizers and cleaners close: it found their final or phantom references dead. */
function closedNothing({ references }: Collection): boolean {
  return references?.final === 0 && references.phantom === 0
}

function noneOf({ length }: readonly number[]): Coincidence {
  return {
    bursts: length,
    of: length,
    matched: 0,
    withinMs: 0,
    expectedByChance: 0,
    pValue: 1,
    early: 0,
    pairs: [],
  }
}

function intervalsOf({ log, collections }: TimedGcLog): (GcInterval & { readonly kind: string })[] {
  if (collections !== undefined) {
    return collections.map(({ startNs, endNs, concurrent, line, kind }) => ({
      startMs: startNs / 1e6,
      endMs: endNs / 1e6,
      concurrent,
      line,
      kind,
    }))
  }
  return log.collections
    .flatMap((collection) => {
      if (collection.end.clock !== 'uptime') return []
      const endMs = collection.end.seconds * 1e3
      const acts = collection.concurrent
        ? (collection.referencesProcessedAt ?? collection.start)
        : collection.start
      const startMs = acts?.clock === 'uptime' ? acts.seconds * 1e3 : endMs - (collection.pauseMs ?? 0)
      return [
        { startMs, endMs, concurrent: collection.concurrent, line: collection.line, kind: collection.kind },
      ]
    })
    .toSorted((x, y) => x.startMs - y.startMs)
}

function overlapOf(timeline: Timeline, intervals: readonly GcInterval[]): { fromMs: number; toMs: number } {
  // The log speaks from its first to its last collection, and for one more interval on either side.
  const first = intervals[0]?.startMs ?? 0
  const last = intervals.at(-1)?.endMs ?? 0
  const pace = intervals.length > 1 ? (last - first) / (intervals.length - 1) : Infinity
  return {
    fromMs: Math.max(timeline.fromNs / 1e6, first - pace),
    toMs: Math.min(timeline.toNs / 1e6, last + pace),
  }
}
