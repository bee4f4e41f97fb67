import type { CauseFacts } from '../cause.ts'
import type { Evidence } from '../evidence.ts'
import type { Service } from '../tcp/services.ts'
import { createAddressBook } from './address-book.ts'
import { buildResets } from './build-facts.ts'
import { counterFacts } from './counter-facts.ts'
import { enrich } from './enrich.ts'
import { indexGcFacts } from './gc-facts.ts'
import { buildGroups, type ResetGroup } from './groups.ts'
import { indexHosts } from './host-index.ts'
import { indexLogFacts, type LogFacts } from './log-facts.ts'
import { memoize } from './memoize.ts'
import { indexNeighbours, isRefusal } from './neighbours.ts'
import type { ResetFacts } from './reset-facts.ts'
import { roleHints } from './role-hints.ts'
import { toServiceFacts } from './service-facts.ts'
import { buildTimeline, type Timeline, type TimelineOptions } from './timeline.ts'

/** Everything derived from the evidence: what causes, ranking and reports start from. */
export interface Facts {
  readonly timeline: Timeline
  readonly resets: readonly ResetFacts[]
  /** Every reset on the wire, asked about or not, in order. */
  readonly allResetsNs: readonly number[]
  /** Refused connections that were not asked about: they count as such all the same. */
  readonly refusedUnasked: number
  /** Addresses of both ends of every reset connection. */
  readonly resetHosts: ReadonlySet<string>
  /** Whether any connection was closed by FIN in that time. */
  readonly isFinWithin: (fromNs: number, toNs: number) => boolean
  /** More resets were counted than could be kept for judgement. */
  readonly isPartial: boolean
  /** Records that turned out to be another sight of a translated connection. */
  readonly joinedAway: number
  /** Inputs whose process start was fitted: milliseconds on the analysis' axis, and how likely by chance. */
  readonly fitted: ReadonlyMap<number, { readonly offsetMs: number; readonly pValue: number }>
  /** What the logs say around a reset; absent without logs. */
  readonly logsOf?: (reset: ResetFacts) => LogFacts
  readonly forReset: (reset: ResetFacts) => GivenFacts
}

/** What causes are given of one reset: `undefined` is what the evidence does not hold. */
export type GivenFacts = {
  readonly [K in keyof CauseFacts]: CauseFacts[K] | (K extends AlwaysThere ? never : undefined)
}
type AlwaysThere = 'reset' | 'group' | 'neighbours' | 'service'

export interface Question extends TimelineOptions {
  readonly peer?: { readonly host: string; readonly port?: number }
  /** Milliseconds since 1970 UTC. */
  readonly fromUnixMs?: number
  readonly toUnixMs?: number
}

const NO_SERVICE = toServiceFacts(undefined)
/** A fit that may be chance is not told as the process's start. */
const MAX_P_VALUE = 0.01

export function deriveFacts(evidence: Evidence, question: Question): Facts {
  const { tracker, tracks, heads } = evidence
  const addressOf = createAddressBook(tracker)
  const hosts = indexHosts(tracker, addressOf)
  const built = buildResets({ tracker, addressOf }, tracks, heads, roleHints(evidence.inputs, hosts.service))
  const timeline = buildTimeline(evidence, built, question)
  const epochUnixMs = timeline.epochUnixMs ?? 0
  const resets = built.filter((reset) => isAsked(reset, question, epochUnixMs))
  enrich(resets, timeline, tracks, hosts)
  // Of its full length from the start: filled out of order, a list becomes a dictionary.
  const groupOf: (ResetGroup | undefined)[] = Array.from({ length: tracker.resets.count })
  for (const group of buildGroups(resets)) for (const { record } of group.resets) groupOf[record] = group
  const neighbours = indexNeighbours(hosts, resets, timeline.toNs)
  const logs = indexLogFacts(timeline)
  const gc = indexGcFacts(timeline, resets)
  const counters = counterFacts(evidence)
  const serviceFacts = memoize((service: Service) => toServiceFacts(service))
  const fitted = new Map<number, { offsetMs: number; pValue: number }>()
  for (const reset of resets) {
    const found = gc(reset)
    const offsetMs = found?.coincidence.fittedOffsetMs
    if (found !== undefined && offsetMs !== undefined && found.coincidence.pValue <= MAX_P_VALUE)
      fitted.set(found.input, { offsetMs, pValue: found.coincidence.pValue })
  }
  return {
    allResetsNs: built.map(({ timeNs }) => timeNs),
    refusedUnasked: countRefused(built) - countRefused(resets),
    resetHosts: hostsOf(built),
    isFinWithin: hosts.isFinWithin,
    isPartial: tracker.resets.omitted > 0,
    joinedAway: built.reduce((sum, { translated }) => sum + translated.length, 0),
    fitted,
    ...(logs === undefined ? {} : { logsOf: logs }),
    timeline,
    resets,
    forReset: (reset) => {
      const group = groupOf[reset.record]
      if (group === undefined) throw new Error('a reset without a group')
      const service = hosts.service(reset.server.address, reset.server.port)
      return {
        reset,
        group,
        neighbours: neighbours(reset),
        service: service === undefined ? NO_SERVICE : serviceFacts(service),
        logs: logs?.(reset),
        gc: gc(reset),
        counters,
      }
    },
  }
}

function countRefused(resets: readonly ResetFacts[]): number {
  return resets.filter(isRefusal).length
}

function hostsOf(resets: readonly ResetFacts[]): Set<string> {
  const hosts = new Set<string>()
  for (const { client, server } of resets) hosts.add(client.address).add(server.address)
  return hosts
}

function isAsked(reset: ResetFacts, { peer, fromUnixMs, toUnixMs }: Question, epochUnixMs: number): boolean {
  if (peer === undefined && fromUnixMs === undefined && toUnixMs === undefined) return true
  const unixMs = epochUnixMs + reset.timeNs / 1e6
  if (fromUnixMs !== undefined && unixMs < fromUnixMs) return false
  if (toUnixMs !== undefined && unixMs > toUnixMs) return false
  if (peer === undefined) return true
  return [reset.client, reset.server].some(
    (side) => side.address === peer.host && (peer.port === undefined || side.port === peer.port),
  )
}
