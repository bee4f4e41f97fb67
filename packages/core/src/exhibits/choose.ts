import type { Diagnosis } from '../diagnosis.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import type { Question } from '../derive/facts.ts'
import type { Evidence } from '../evidence.ts'
import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import { askedPeer } from './asked.ts'
import { ALL_HASHES, tupleHash, type Choice } from './follower.ts'
import { MAX_LADDERS, MAX_LANES, MAX_OTHER_LADDERS, MAX_SEGMENTS } from './limits.ts'
import type { LogRoom } from './segment-log.ts'

/** So many streams are all followed: then each has tshark's number. */
const MAX_ALL_STREAMS = 20_000
/** Of a capture with more resets than lanes, so many others still count how many connections were open. */
const MIN_SAMPLE = 1_000
/** A sample by hash is a little larger or smaller than its share. */
const SPARE = 1.2
/** The best cited ones are kept whole; of the others their beginning and end are what matters. */
const WHOLE_LADDERS = 20
const WHOLE: LogRoom = { most: MAX_SEGMENTS, head: 400, tail: 800 }
const SHORT: LogRoom = { most: 600, head: 120, tail: 300 }
const OTHER: LogRoom = { most: 240, head: 80, tail: 120 }
/** By hash, so that they are of all times; twice as many as are shown, since a share by hash is never exact. */
const OTHER_SPARE = 2
const MAX_OTHER_LOGS = 10 * MAX_OTHER_LADDERS
/** More are made by hostile input alone. */
const MAX_FOLLOWED = 60_000
const FILTER_BITS = 20

/** Which connections get a picture, before they are looked at again. */
export interface Chosen {
  readonly choice: Choice
  /** Places of the incidents that get a ladder, best cited first. */
  readonly ladders: readonly number[]
}

/** @param resets those of the listed incidents, in their order */
export function chooseConnections(
  { tracker, inputs }: Evidence,
  diagnosis: Diagnosis,
  resets: readonly ResetFacts[],
  question: Pick<Question, 'peer'>,
): Chosen {
  const ladders = chooseLadders(diagnosis, resets)
  const rooms = new Map<string, LogRoom | undefined>()
  const filter = new Uint32Array(1 << (FILTER_BITS - 5))
  const add = (incident: number, room: LogRoom | undefined): void => {
    const at = (resets[incident]?.record ?? 0) * R.RECORD_WORDS
    const [a = 0, b = 0, ports = 0, meta = 0] = tracker.resets.u32.subarray(at, at + 4)
    const isIpv6 = (meta & L.META_IPV6) !== 0
    const key = keyOf(a | 0, b | 0, ports | 0, isIpv6)
    if (rooms.has(key)) return
    rooms.set(key, room)
    const bit = tupleHash(a | 0, b | 0, ports | 0, isIpv6) & ((1 << FILTER_BITS) - 1)
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31))
  }
  for (const [rank, incident] of ladders.entries()) add(incident, rank < WHOLE_LADDERS ? WHOLE : SHORT)
  for (let incident = 0; incident < Math.min(resets.length, MAX_LANES); incident++) add(incident, undefined)
  const cited = citedFrames(diagnosis, resets)
  const streams = inputs.reduce((sum, { capture }) => sum + (capture?.streams ?? 0), 0)
  const others = Math.max(1, diagnosis.summary.connections - resets.length)
  const otherBelow = (ALL_HASHES * OTHER_SPARE * MAX_OTHER_LADDERS) / others
  let otherLogs = 0
  return {
    ladders,
    choice: {
      isAsked: askedPeer(question),
      otherRoom: (hash, isAsked) => {
        const isWanted = isAsked || (question.peer === undefined && hash < otherBelow)
        return isWanted && otherLogs++ < MAX_OTHER_LOGS ? OTHER : undefined
      },
      sampleBelow: sampleBelow(streams, diagnosis, resets.length),
      most: MAX_FOLLOWED,
      roomFor: (a, b, ports, isIpv6) => {
        const key = keyOf(a, b, ports, isIpv6)
        return rooms.has(key) ? rooms.get(key) : false
      },
      mayBeWanted: (hash) => {
        const bit = hash & ((1 << FILTER_BITS) - 1)
        return (((filter[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) !== 0
      },
      isCited: (input, frame) => cited.has(frameKey(input, frame)),
    },
  }
}

/** Exact below 2^53: frames are below 2^33. */
export function frameKey(input: number, frame: number): number {
  return input * 2 ** 33 + frame
}

function keyOf(a: number, b: number, ports: number, isIpv6: boolean): string {
  return `${a} ${b} ${ports} ${isIpv6 ? 6 : 4}`
}

function sampleBelow(streams: number, { summary }: Diagnosis, resets: number): number {
  if (streams <= MAX_ALL_STREAMS) return ALL_HASHES
  const room = Math.max(MIN_SAMPLE, MAX_LANES - resets)
  const others = Math.max(1, summary.connections - resets)
  return Math.floor(ALL_HASHES * Math.min(1 - 2 ** -32, (room * SPARE) / others))
}

function citedFrames({ findings, warnings }: Diagnosis, resets: readonly ResetFacts[]): ReadonlySet<number> {
  const frames = new Set<number>()
  for (const { proof } of [...findings, ...warnings])
    for (const each of proof) if ('frame' in each) frames.add(frameKey(each.input, each.frame))
  for (const reset of resets)
    for (const { rsts } of [reset, ...reset.others])
      for (const { input, frame } of rsts.slice(0, 1)) frames.add(frameKey(input, frame))
  return frames
}

/** Of each finding the connection that its proof cites, then one of each finding in turn. */
function chooseLadders({ findings, incidents }: Diagnosis, resets: readonly ResetFacts[]): number[] {
  const places = new Map(incidents.map(({ id }, place) => [id, place]))
  const byRst = new Map<number, number>()
  for (const [place, { rsts, others }] of resets.entries())
    for (const rst of [...rsts, ...others.flatMap((each) => each.rsts)])
      byRst.set(frameKey(rst.input, rst.frame), place)
  const chosen = new Set<number>()
  for (const { proof } of findings)
    for (const each of proof) {
      const place = 'frame' in each ? byRst.get(frameKey(each.input, each.frame)) : undefined
      if (place !== undefined) chosen.add(place)
    }
  const rows = findings.map((finding) => finding.incidents)
  for (let turn = 0; chosen.size < MAX_LADDERS && rows.some((row) => turn < row.length); turn++) {
    for (const row of rows) {
      const place = places.get(row[turn] ?? '')
      if (place !== undefined && chosen.size < MAX_LADDERS) chosen.add(place)
    }
  }
  return [...chosen].slice(0, MAX_LADDERS)
}
