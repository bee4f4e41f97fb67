import { distance } from '../tcp/sequence.ts'
import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import type { Tracker } from '../tcp/tracker.ts'
import { recordedEndpoint, type Records } from './sightings.ts'

/** A second vantage without SYN is the same connection when its sequence numbers are this close. */
const SAME_CONNECTION_BYTES = 1 << 26
/** Of the sequence numbers that there are. */
const HALF_OF_ALL = 2 ** 31
/** How far apart two sights of one packet may be: clocks of two hosts, and the path between. */
const SAME_PACKET_NS = 1.5e9
/** How long a host takes to pass a packet on. */
const THROUGH_HOST_NS = 20e6
/** Sequence numbers repeat by chance or by design; real ones that agree are few. */
const MAX_CANDIDATES = 16

/** Which records are of one connection, seen at several places: each group of them is one reset. */
export function joinVantages(records: Records, servers: readonly (0 | 1)[], tracks: number): number[][] {
  return joinTranslated(records, joinRecords(records.tracker, servers, tracks), tracks)
}

function joinRecords(tracker: Tracker, servers: readonly (0 | 1)[], tracks: number): number[][] {
  // One vantage sees a connection once.
  if (tracks < 2) return Array.from({ length: tracker.resets.count }, (_, record) => [record])
  const { u32 } = tracker.resets
  const byPorts = new Map<string, number[][]>()
  const groups: number[][] = []
  for (let record = 0; record < tracker.resets.count; record++) {
    const at = record * R.RECORD_WORDS
    const family = (u32[at + L.U_META] ?? 0) & 256
    const key = `${u32[at + L.U_ADDRESS_A]} ${u32[at + L.U_ADDRESS_B]} ${u32[at + L.U_PORTS]} ${family}`
    const candidates = byPorts.get(key) ?? []
    let nearest: number[] | undefined
    let nearestBytes = Infinity
    for (const group of candidates) {
      const bytes = Math.max(...group.map((member) => bytesApart(tracker, servers, member, record)))
      if (bytes >= nearestBytes) continue
      nearest = group
      nearestBytes = bytes
    }
    if (nearest === undefined) {
      const group = [record]
      candidates.unshift(group)
      candidates.length = Math.min(candidates.length, MAX_CANDIDATES * 16)
      byPorts.set(key, candidates)
      groups.push(group)
    } else nearest.push(record)
  }
  return groups
}

/**
 * How far apart the sequence numbers of two records of the same ports are; Infinity: they are not of one connection.
 * Where the handshake was not seen at both places there may be an earlier or a later connection on the same ports, whose
 * numbers are not far either: the nearest is the same one.
 */
function bytesApart(tracker: Tracker, servers: readonly (0 | 1)[], x: number, y: number): number {
  const { u32 } = tracker.resets
  const atX = x * R.RECORD_WORDS
  const atY = y * R.RECORD_WORDS
  if (u32[atX + R.U_TRACK] === u32[atY + R.U_TRACK]) return Infinity
  const client = 1 - (servers[x] ?? 0)
  const isnX = initial(u32, atX, client)
  const isnY = initial(u32, atY, client)
  if (isnX !== undefined && isnY !== undefined) return isnX === isnY ? 0 : Infinity
  let most = 0
  for (let direction = 0; direction < 2; direction++) {
    const next = L.COMMON_WORDS + direction * L.DIRECTION_WORDS + L.U_NEXT
    const nextX = u32[atX + next] ?? 0
    const nextY = u32[atY + next] ?? 0
    if (nextX === 0 || nextY === 0) continue
    if (isBefore(tracker, atX, direction, nextY) || isBefore(tracker, atY, direction, nextX)) return Infinity
    most = Math.max(most, Math.abs(distance(nextX, nextY)))
  }
  return most > SAME_CONNECTION_BYTES ? Infinity : most
}

/** The initial sequence number of a direction whose SYN was seen. */
function initial(u32: Uint32Array, at: number, direction: number): number | undefined {
  const bits = (L.STATE_SYN | L.STATE_SYN_ACK) << direction
  const isSeen = ((u32[at + L.U_STATE] ?? 0) & bits) !== 0
  return isSeen ? u32[at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS + L.U_ISN] : undefined
}

/** Sequence numbers that far from where a direction began were never its own: only what was sent before it has them. */
function isBefore({ resets: { u32, f64 } }: Tracker, at: number, direction: number, next: number): boolean {
  const isn = initial(u32, at, direction)
  const d = at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  // After two gigabytes they may stand before the first one again.
  return isn !== undefined && (f64[d / 2 + L.F_BYTES] ?? 0) < HALF_OF_ALL && distance(isn, next) < 0
}

/**
 * A reset that a NAT or load balancer translated has the same sequence and acknowledgement number on both sides of it.
 * Only resets of different captures or interfaces are joined, and only when one end kept its address or its port.
 */
function joinTranslated(records: Records, groups: number[][], tracks: number): number[][] {
  const { u32, rstU32, rstF64 } = records.tracker.resets
  if (tracks < 2 && isOneInterface(records.tracker)) return groups
  const byPacket = new Map<string, number[][]>()
  const joined: number[][] = []
  for (const group of groups) {
    const record = group[0] ?? 0
    const at = record * R.RECORD_WORDS
    const rst = (u32[at + R.U_FIRST_RST] ?? 0) - 1
    if (rst < 0) {
      joined.push(group)
      continue
    }
    const flags = (rstU32[rst + R.R_SHAPE] ?? 0) & 0xff
    const ns = rstF64[rst / 2 + R.R_TIME_NS] ?? 0
    const key = `${rstU32[rst + R.R_SEQ]} ${(flags & 0x10) === 0 ? 0 : rstU32[rst + R.R_ACK]} ${flags}`
    const candidates = byPacket.get(key) ?? []
    const twin = candidates.find((members) => {
      const [first = 0] = members
      const firstRst = (u32[first * R.RECORD_WORDS + R.U_FIRST_RST] ?? 0) - 1
      const apart = Math.abs((rstF64[firstRst / 2 + R.R_TIME_NS] ?? 0) - ns)
      const otherTrack = members.every(
        (each) => u32[each * R.RECORD_WORDS + R.U_TRACK] !== u32[at + R.U_TRACK],
      )
      // One capture on the translating host itself (-i any) has the packet on its way in and on its way out.
      const otherInterface =
        apart < THROUGH_HOST_NS && rstU32[firstRst + R.R_INTERFACE] !== rstU32[rst + R.R_INTERFACE]
      const elsewhere = otherTrack || otherInterface
      return elsewhere && apart < SAME_PACKET_NS && sharesEnd(records, first, record)
    })
    if (twin === undefined) {
      if (candidates.length < MAX_CANDIDATES) candidates.push(group)
      byPacket.set(key, candidates)
      joined.push(group)
    } else twin.push(...group)
  }
  return joined
}

/** All resets were captured on one interface: none was seen on both sides of a translation. */
function isOneInterface({ resets: { count, u32, rstU32 } }: Tracker): boolean {
  let only: number | undefined
  for (let record = 0; record < count; record++) {
    const rst = (u32[record * R.RECORD_WORDS + R.U_FIRST_RST] ?? 0) - 1
    if (rst < 0) continue
    only ??= rstU32[rst + R.R_INTERFACE]
    if (rstU32[rst + R.R_INTERFACE] !== only) return false
  }
  return true
}

function sharesEnd(records: Records, x: number, y: number): boolean {
  const ends = (record: number): { address: string; port: number }[] =>
    ([0, 1] as const).map((which) => recordedEndpoint(records, record, which))
  return ends(x).some((a) => ends(y).some((b) => a.address === b.address || a.port === b.port))
}
