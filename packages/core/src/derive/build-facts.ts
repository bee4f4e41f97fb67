import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import type { Tracker } from '../tcp/tracker.ts'
import { decideServers, type RoleHints } from './decide-servers.ts'
import { readExchange, type Exchange } from './exchange.ts'
import { foreignSigns, formOf } from './form.ts'
import { joinVantages } from './join-vantages.ts'
import { phaseOf } from './phase.ts'
import type { ResetFacts, Role, RstSegment, SentAfter, Side, Sighting } from './reset-facts.ts'
import { readSighting, type Heads, type Records } from './sightings.ts'

/** A track: captures taken one after the other at one place. */
export interface Track {
  readonly inputs: readonly number[]
  readonly fromNs: number
  readonly toNs: number
}

/** Facts under construction: their id waits for the order of time, and other evidence than the captures for `enrich`. */
export type Draft = { -readonly [K in keyof ResetFacts]: ResetFacts[K] }

/** A window this much below its highest means unread data; less is rounding and pending acknowledgements. */
const MIN_DEFICIT_BYTES = 2_920
/** As in the tracker: a shorter silence is ordinary pacing. */
const MIN_GAP_NS = 5e8
const BOTH_FINS_ACKED = L.STATE_FIN_ACKED | (L.STATE_FIN_ACKED << 1)
const EMPTY = new Uint8Array(0)
export const NO_HEADS: Heads = [EMPTY, EMPTY, EMPTY, EMPTY]
const NONE: readonly never[] = []
const NOTHING_AFTER: SentAfter = { segments: 0, bytes: 0, acks: 0 }

/** Joins the records of all vantages and derives what causes need of each reset connection, in order of time. */
export function buildResets(
  records: Records,
  tracks: readonly Track[],
  heads: (record: number) => Heads,
  hints: RoleHints,
): Draft[] {
  const servers = decideServers(records, hints)
  const groups = joinVantages(records, servers, tracks.length)
  const facts = groups.map((group) => buildOne(records, tracks, heads, servers, group))
  facts.sort((x, y) => x.timeNs - y.timeNs || x.input - y.input || x.stream - y.stream)
  for (const [index, fact] of facts.entries()) fact.id = `r${index + 1}`
  return facts
}

function buildOne(
  context: Records,
  tracks: readonly Track[],
  heads: (record: number) => Heads,
  servers: readonly (0 | 1)[],
  records: readonly number[],
): Draft {
  const { tracker } = context
  const sightings = records.map((record) => readSighting(context, record, servers[record] ?? 0))
  const first = firstSighting(sightings)
  const { rsts } = first
  const isAlone = sightings.length === 1
  const others = isAlone ? NONE : sightings.filter((sighting) => sighting !== first)
  const sameEnds = isAlone ? NONE : others.filter((sighting) => isSameEnds(sighting, first))
  const { u32, f64 } = tracker.resets
  const at = first.record * R.RECORD_WORDS
  const state = u32[at + L.U_STATE] ?? 0
  const rst = rsts[0]
  const sender: Role = rst?.from ?? 'client'
  const client = isAlone ? first.client : mergeSide(first.client, sameEnds, 'client')
  const server = isAlone ? first.server : mergeSide(first.server, sameEnds, 'server')
  const [own, peer] = sender === 'client' ? [client, server] : [server, client]
  const lastNs = f64[at / 2 + L.F_LAST_NS] ?? 0
  const timeNs = rst?.ns ?? lastNs
  const gapNs = timeNs - lastNs
  const serverDirection = servers[first.record] ?? 0
  const closedBefore = (state & L.STATE_CLOSED_BEFORE) !== 0
  const sawSyn = client.syn || server.synAck || server.syn || client.synAck
  const bothSpoke = client.packets > 0 && server.packets > 0
  const afterNs = f64[at / 2 + R.F_AFTER_NS] ?? 0
  const deficit = own.zeroWindow === undefined ? own.maxWindow - own.window : own.maxWindow
  const facts: Draft = {
    id: '',
    record: first.record,
    track: first.track,
    input: first.input,
    stream: first.stream,
    client,
    server,
    rsts,
    rstCount: first.rstCount,
    others,
    translated: isAlone ? NONE : translationsOf(first, others),
    astray: !isAlone && isAstray(tracker, tracks, first, sameEnds),
    sentElsewhere: !isAlone && isSentElsewhere(tracks, first, own.last?.ns, others),
    firstNs: f64[at / 2 + L.F_FIRST_NS] ?? timeNs,
    timeNs,
    sender,
    own,
    peer,
    form: 'unclear',
    phase: 'unseen',
    established:
      (state & L.STATE_ESTABLISHED) !== 0 ||
      (client.dataSegments + server.dataSegments > 0 && !onlySyn(client, server)) ||
      (!sawSyn && bothSpoke),
    spokeLast: speakerOf(state, serverDirection),
    portsReused: (state & L.STATE_PORTS_REUSED) !== 0,
    closedBefore,
    inSequence:
      rst !== undefined && (peer.acked === undefined || rst.seq === peer.acked || rst.seq === own.next),
    offending: peer.last,
    silenceNs: gapNs > MIN_GAP_NS ? gapNs : (f64[at / 2 + L.F_SILENCE_NS] ?? 0),
    isSilenceKnown:
      sawSyn || closedBefore || gapNs > MIN_GAP_NS || first.client.packets + first.server.packets > 1,
    foreign: NONE,
    after: {
      client: sentAfter(u32, at, 1 - serverDirection),
      server: sentAfter(u32, at, serverDirection),
    },
    afterNs: afterNs > 0 ? afterNs : undefined,
    survivedResets: u32[at + R.U_SURVIVED] ?? 0,
    unseenAt: unseenAt(tracker, tracks, sightings, at, timeNs, rst),
    unreadBytes: peer.bytes > 0 && deficit >= MIN_DEFICIT_BYTES ? Math.min(deficit, peer.bytes) : undefined,
    exchange: exchangeOf(heads, servers, sightings),
    finishedAfter: ((u32[at + R.U_FINAL_STATE] ?? 0) & BOTH_FINS_ACKED) === BOTH_FINS_ACKED,
    listening: false,
    listenerKept: false,
    listenerReplaced: false,
    listenQueue: undefined,
    listenLimit: undefined,
    kernelSilent: false,
    synUnseenAtServer: false,
    kernelSent: undefined,
    socket: undefined,
    socketMissing: undefined,
  }
  facts.form = formOf(facts)
  facts.phase = phaseOf(facts)
  facts.foreign = foreignSigns(facts)
  return facts
}

/** With TCP Fast Open data rides in the SYN (RFC 7413 §3): that alone is no connection. */
function onlySyn(client: Side, server: Side): boolean {
  return client.syn && client.acked === undefined && server.packets === 0
}

/** Where the same reset was seen between other ends. */
function translationsOf(first: Sighting, others: readonly Sighting[]): ResetFacts['translated'] {
  return others
    .filter((sighting) => !isSameEnds(sighting, first))
    .map((sighting) => {
      const moved = sighting.server.address === first.server.address ? sighting.client : sighting.server
      const { address, port } = moved
      const frame = sighting.rsts[0]?.frame ?? 1
      return { address, port, opened: sighting.client.syn, input: sighting.input, frame }
    })
}

/** A capture that was running holds segments of the connection but not its handshake: there they went astray. */
function isAstray(
  tracker: Tracker,
  tracks: readonly Track[],
  first: Sighting,
  sameEnds: readonly Sighting[],
): boolean {
  if (!first.client.syn) return false
  const openedNs = tracker.resets.f64[(first.record * R.RECORD_WORDS) / 2 + L.F_FIRST_NS] ?? 0
  return sameEnds.some(
    (sighting) => !sighting.client.syn && (tracks[sighting.track]?.fromNs ?? Infinity) < openedNs,
  )
}

/** Nearer to where the reset was sent nothing else of its sender ever was, though that capture ran when it last spoke. */
function isSentElsewhere(
  tracks: readonly Track[],
  first: Sighting,
  lastNs: number | undefined,
  others: readonly Sighting[],
): boolean {
  const sender = first.rsts[0]?.from
  if (sender === undefined || lastNs === undefined) return false
  return others.some(
    (sighting) =>
      sighting[sender].packets === 0 &&
      (tracks[sighting.track]?.fromNs ?? Infinity) < lastNs &&
      isNearer(sighting, first),
  )
}

/** By what its TTL has lost of the way, or, where that is the same, by the clocks. */
function isNearer({ rsts: [a] }: Sighting, { rsts: [b] }: Sighting): boolean {
  if (a === undefined || b === undefined) return false
  return a.hops === b.hops ? a.ns < b.ns : a.hops > b.hops
}

/** Tracks that saw the connection, and not its reset. */
function unseenAt(
  tracker: Tracker,
  tracks: readonly Track[],
  sightings: readonly Sighting[],
  at: number,
  timeNs: number,
  rst: RstSegment | undefined,
): readonly number[] {
  const mask = tracker.life.sightings(tracker.resets.u32, at)
  if (mask === undefined) return NONE
  return tracks.flatMap((track, index) => {
    const covers = track.fromNs <= timeNs && track.toNs >= timeNs
    const saw = (mask.seen & (1 << index)) !== 0
    const reset = sightings.some(
      (sighting) =>
        sighting.track === index &&
        sighting.rsts.some((each) => each.seq === rst?.seq && each.from === rst.from),
    )
    return covers && saw && !reset ? [index] : []
  })
}

function sentAfter(u32: Uint32Array, at: number, direction: number): SentAfter {
  const segments = u32[at + R.U_AFTER_SEGMENTS + direction] ?? 0
  const bytes = u32[at + R.U_AFTER_BYTES + direction] ?? 0
  const acks = u32[at + R.U_AFTER_ACKS + direction] ?? 0
  return segments + bytes + acks === 0 ? NOTHING_AFTER : { segments, bytes, acks }
}

function speakerOf(state: number, serverDirection: number): Role | undefined {
  if ((state & L.STATE_TURN_KNOWN) === 0) return undefined
  const direction = (state & L.STATE_TURN_B) !== 0 ? 1 : 0
  return direction === serverDirection ? 'server' : 'client'
}

/**
 * The vantage that saw the first reset of all; of those that saw the same one, first where the handshake was seen, then
 * where the sender's packets have lost the fewest hops.
 */
function firstSighting(sightings: readonly Sighting[]): Sighting {
  const [only] = sightings
  if (only !== undefined && sightings.length === 1) return only
  const [earliest] = sightings.toSorted((x, y) => (x.rsts[0]?.ns ?? 0) - (y.rsts[0]?.ns ?? 0))
  const same = sightings.filter((sighting) => {
    const a = sighting.rsts[0]
    const b = earliest?.rsts[0]
    return a?.seq === b?.seq && a?.hasAck === b?.hasAck
  })
  return same.reduce((best, sighting) => {
    if (sighting.client.syn !== best.client.syn) return sighting.client.syn ? sighting : best
    return hopsOf(sighting) > hopsOf(best) ? sighting : best
  })
}

/** TTL of the sender's packets at a vantage: the higher, the nearer. */
function hopsOf(sighting: Sighting): number {
  const sender = sighting.rsts[0]?.from ?? 'client'
  return sighting[sender].hops?.high ?? sighting.rsts[0]?.hops ?? 0
}

function isSameEnds(x: Sighting, y: Sighting): boolean {
  return (
    x.client.address === y.client.address &&
    x.client.port === y.client.port &&
    x.server.address === y.server.address &&
    x.server.port === y.server.port
  )
}

/** What one vantage missed, another may have seen: unanswered probes are not seen behind the loss. */
function mergeSide(side: Side, others: readonly Sighting[], role: Role): Side {
  let { unansweredProbes, unansweredRetransmits } = side
  for (const sighting of others) {
    const seen = sighting[role]
    if (seen.unansweredProbes.count > unansweredProbes.count) ({ unansweredProbes } = seen)
    if (seen.unansweredRetransmits.count > unansweredRetransmits.count) ({ unansweredRetransmits } = seen)
  }
  return { ...side, unansweredProbes, unansweredRetransmits }
}

/** Everything that the side sent was seen, in order. */
function isHeardWhole({ isn, next, bytes, fin }: Side): boolean {
  return bytes === (next - isn - (fin === undefined ? 1 : 2)) >>> 0
}

/** As the vantage saw it that saw most of it. */
function exchangeOf(
  heads: (record: number) => Heads,
  servers: readonly (0 | 1)[],
  sightings: readonly Sighting[],
): Exchange {
  const found = sightings.map(({ record, server: side }) => {
    const server = servers[record] ?? 0
    const client = server === 0 ? 1 : 0
    const known = heads(record)
    return readExchange(
      known[client],
      known[server],
      known[client === 0 ? 2 : 3],
      known[server === 0 ? 2 : 3],
      side.synAck && isHeardWhole(side),
    )
  })
  const [only = { protocol: 'other' }] = found
  if (found.length === 1) return only
  return found.toSorted((x, y) => Object.keys(y).length - Object.keys(x).length)[0] ?? only
}
