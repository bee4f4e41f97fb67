import type { CollectOptions } from '../collect.ts'
import type { Facts, Question } from '../derive/facts.ts'
import { listeners } from '../derive/role-hints.ts'
import type { Diagnosis, Incident } from '../diagnosis.ts'
import type { Evidence } from '../evidence.ts'
import type { Input } from '../input.ts'
import { askedPeer } from './asked.ts'
import { countConnections } from './build-connection-counts.ts'
import { buildHosts } from './build-hosts.ts'
import { buildLadder, indexProofs } from './build-ladders.ts'
import { buildLanes, chooseRows } from './build-lanes.ts'
import { buildLines } from './build-lines.ts'
import { buildTimelineExhibit } from './build-timeline.ts'
import { chooseConnections } from './choose.ts'
import type { Exhibits } from './exhibits.ts'
import type { Ladder } from './ladder-exhibit.ts'
import { ALL_HASHES } from './follower.ts'
import { MAX_LADDERS, MAX_OTHER_LADDERS } from './limits.ts'
import { followAgain } from './second-pass.ts'
import { seeConnections, type Seen } from './seen-connections.ts'

export interface Answered {
  readonly evidence: Evidence
  readonly facts: Facts
  readonly diagnosis: Diagnosis
  /** ISO 8601 of the axis' zero. */
  readonly epoch: string
}

/** What pictures of an answer need, from what was read and a second look at the captures. */
export async function buildExhibits(
  inputs: readonly Input[],
  { evidence, facts, diagnosis, epoch }: Answered,
  options: CollectOptions & Pick<Question, 'peer'>,
): Promise<Exhibits> {
  const { incidents, findings, summary } = diagnosis
  const resets = facts.resets.slice(0, incidents.length)
  const { choice, ladders: wanted } = chooseConnections(evidence, diagnosis, resets, options)
  const { followed, isWhole } = await followAgain(inputs, evidence, choice, options)
  const seen = seeConnections(followed, {
    resets,
    causes: incidents.map(({ cause }) => cause),
    isListening: listeners(evidence.inputs),
  })
  const byIncident = new Map<number, Seen>()
  for (const each of seen) if (each.incident !== undefined) byIncident.set(each.incident, each)
  const proofs = indexProofs(findings)
  const climbed = [
    ...wanted.flatMap((place) => byIncident.get(place) ?? []),
    ...chooseOthers(seen, options),
  ].slice(0, MAX_LADDERS)
  const ladders: Ladder[] = []
  const ladderOf = new Map<Seen, number>()
  for (const each of climbed) {
    const { log } = each.followed
    // Of a connection without a whole segment nothing can be shown.
    if (log === undefined || log.count === 0) continue
    ladderOf.set(each, ladders.push(buildLadder(each, log, incidentOf(each, incidents), proofs)) - 1)
  }
  const places = new Map(incidents.map(({ id }, place) => [id, place]))
  const findingAt = new Map<number, number>()
  for (const [finding, { incidents: ids }] of findings.entries())
    for (const id of ids) findingAt.set(places.get(id) ?? -1, finding)
  const { lanes, addresses } = buildLanes(
    chooseRows(seen, (each) => ladderOf.has(each)),
    {
      findingOf: (incident) => findingAt.get(incident),
      ladderOf: (each) => ladderOf.get(each),
      streamOf: ({ followed: { firstStream, firstInput }, incident }) => {
        const own = incident === undefined ? undefined : incidents[incident]
        return firstStream ?? (own?.input === firstInput ? own.stream : undefined)
      },
      // Where all were followed, what was seen is all there is.
      connections: isWhole && choice.sampleBelow === ALL_HASHES ? seen.length : summary.connections,
    },
  )
  const captured = { fromNs: facts.timeline.fromNs, toNs: facts.timeline.toNs }
  const timeline = buildTimelineExhibit(
    facts,
    diagnosis,
    countConnections(seen, captured, choice.sampleBelow),
  )
  const hosts = buildHosts(facts.timeline)
  return {
    schema: 'whyreset.exhibits/1',
    epoch,
    ...spanOf({ timeline, hosts }, captured),
    addresses,
    timeline,
    lanes,
    ladders,
    hosts,
    lines: buildLines(facts, diagnosis),
  }
}

function incidentOf(
  { incident: place }: Seen,
  incidents: readonly Incident[],
): { readonly place: number; readonly input: number; readonly stream: number } | undefined {
  const incident = place === undefined ? undefined : incidents[place]
  return place === undefined || incident === undefined
    ? undefined
    : { place, input: incident.input, stream: incident.stream }
}

/** Connections that were not reset, whose segments are shown beside those: the ones that were asked for, or a sample. */
function chooseOthers(seen: readonly Seen[], question: Pick<Question, 'peer'>): Seen[] {
  const isAsked = askedPeer(question)
  return seen
    .filter(({ incident, followed }) => incident === undefined && followed.log !== undefined)
    .filter(({ followed }) => isAsked?.(followed) ?? true)
    .toSorted((x, y) => x.followed.hash - y.followed.hash)
    .slice(0, MAX_OTHER_LADDERS)
}

/** From the first to the last thing that is drawn. */
function spanOf(
  { timeline, hosts }: Pick<Exhibits, 'timeline' | 'hosts'>,
  captured: { readonly fromNs: number; readonly toNs: number },
): { readonly fromNs: number; readonly toNs: number } {
  const columns = [
    timeline.resets.timesNs,
    timeline.refused.timesNs,
    ...timeline.collections.map(({ startNs }) => startNs),
    ...timeline.logs.map(({ timesNs }) => timesNs),
    ...timeline.kernelResets.map(({ timesNs }) => timesNs),
    ...hosts.map(({ timesNs }) => timesNs),
  ].filter(({ length }) => length > 0)
  let fromNs = captured.fromNs
  let toNs = captured.toNs
  for (const column of columns) {
    fromNs = Math.min(fromNs, column[0] ?? fromNs)
    toNs = Math.max(
      toNs,
      column.reduce((sum, each) => sum + each, 0),
    )
  }
  return Number.isFinite(fromNs) && Number.isFinite(toNs) ? { fromNs, toNs } : { fromNs: 0, toNs: 0 }
}
