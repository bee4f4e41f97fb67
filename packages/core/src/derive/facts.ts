import type { CauseFacts } from '../cause.ts'
import type { Evidence } from '../evidence.ts'
import { buildResets } from './build-facts.ts'
import { counterFacts } from './counter-facts.ts'
import { enrich } from './enrich.ts'
import { indexGcFacts } from './gc-facts.ts'
import { buildGroups, type ResetGroup } from './groups.ts'
import { indexHosts } from './host-index.ts'
import { indexLogFacts, type LogFacts } from './log-facts.ts'
import { indexNeighbours } from './neighbours.ts'
import type { ResetFacts } from './reset-facts.ts'
import { toServiceFacts } from './service-facts.ts'
import { buildTimeline, type Timeline, type TimelineOptions } from './timeline.ts'

/** Everything derived from the evidence: what causes, ranking and reports start from. */
export interface Facts {
  readonly timeline: Timeline
  readonly resets: readonly ResetFacts[]
  readonly groups: readonly ResetGroup[]
  /** Every reset on the wire, asked about or not, in order. */
  readonly allResetsNs: readonly number[]
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
  readonly forReset: (
    reset: ResetFacts,
  ) => Partial<CauseFacts> & Pick<CauseFacts, 'reset' | 'group' | 'neighbours'>
}

export interface Question extends TimelineOptions {
  readonly peer?: { readonly host: string; readonly port?: number }
  /** Milliseconds since 1970 UTC. */
  readonly fromUnixMs?: number
  readonly toUnixMs?: number
}

/** A fit that may be chance is not told as the process's start. */
const MAX_P_VALUE = 0.01

export function deriveFacts(evidence: Evidence, question: Question): Facts {
  const { tracker, tracks, heads } = evidence
  const listening = new Set(
    evidence.inputs.flatMap(({ tables }) =>
      tables.flatMap(({ rows }) =>
        rows.filter(({ state }) => state === 'LISTEN').map(({ local }) => `${local.address} ${local.port}`),
      ),
    ),
  )
  const hints = {
    isListening: (address: string, port: number): boolean =>
      [address, '*', '0.0.0.0', '::'].some((each) => listening.has(`${each} ${port}`)),
  }
  const built = buildResets(tracker, tracks, heads, hints)
  const keys = built.map((reset) => {
    const [own, peer] =
      reset.sender === 'client' ? [reset.client, reset.server] : [reset.server, reset.client]
    return { ns: reset.timeNs, key: `${own.address}:${own.port} ${peer.address}:${peer.port}` }
  })
  const timeline = buildTimeline(evidence, keys, question)
  const hosts = indexHosts(tracker)
  const asked = built.filter((reset) => isAsked(reset, question, timeline.epochUnixMs ?? 0))
  const resets = enrich(asked, timeline, tracks, hosts)
  const groups = buildGroups(resets)
  const groupOf = new Map(groups.flatMap((group) => group.resets.map((reset) => [reset.id, group] as const)))
  const neighbours = indexNeighbours(hosts, resets, timeline.toNs)
  const logs = indexLogFacts(timeline)
  const gc = indexGcFacts(timeline, resets)
  const counters = counterFacts(evidence)
  const fitted = new Map<number, { offsetMs: number; pValue: number }>()
  for (const reset of resets) {
    const found = gc(reset)
    const offsetMs = found?.coincidence.fittedOffsetMs
    if (found !== undefined && offsetMs !== undefined && found.coincidence.pValue <= MAX_P_VALUE)
      fitted.set(found.input, { offsetMs, pValue: found.coincidence.pValue })
  }
  return {
    allResetsNs: built.map(({ timeNs }) => timeNs),
    resetHosts: new Set(built.flatMap(({ client, server }) => [client.address, server.address])),
    isFinWithin: hosts.isFinWithin,
    isPartial: tracker.resets.omitted > 0,
    joinedAway: built.reduce((sum, { translated }) => sum + translated.length, 0),
    fitted,
    ...(logs === undefined ? {} : { logsOf: logs }),
    timeline,
    resets,
    groups,
    forReset: (reset) => {
      const group = groupOf.get(reset.id) ?? buildGroups([reset])[0]
      if (group === undefined) throw new Error('a reset without a group')
      const gcFacts = gc(reset)
      const service = toServiceFacts(hosts.service(reset.server.address, reset.server.port))
      const given: { -readonly [K in keyof CauseFacts]?: CauseFacts[K] } & Pick<
        CauseFacts,
        'reset' | 'group' | 'neighbours'
      > = {
        reset,
        group,
        neighbours: neighbours(reset),
        service,
      }
      if (logs !== undefined) given.logs = logs(reset)
      if (gcFacts !== undefined) given.gc = gcFacts
      if (counters !== undefined) given.counters = counters
      return given
    },
  }
}

function isAsked(reset: ResetFacts, { peer, fromUnixMs, toUnixMs }: Question, epochUnixMs: number): boolean {
  const unixMs = epochUnixMs + reset.timeNs / 1e6
  if (fromUnixMs !== undefined && unixMs < fromUnixMs) return false
  if (toUnixMs !== undefined && unixMs > toUnixMs) return false
  if (peer === undefined) return true
  return [reset.client, reset.server].some(
    (side) => side.address === peer.host && (peer.port === undefined || side.port === peer.port),
  )
}
