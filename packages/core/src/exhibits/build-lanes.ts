import { OUTCOMES } from './columns.ts'
import { delta } from './deltas.ts'
import type { Exhibits } from './exhibits.ts'
import type { Lanes } from './lanes-exhibit.ts'
import type { Sender } from './followed.ts'
import { MAX_LANE_RSTS, MAX_LANES } from './limits.ts'
import type { Seen } from './seen-connections.ts'
import type { Spans } from './spans.ts'

export interface LaneContext {
  /** Finding and ladder of each incident; the incident's stream. */
  readonly findingOf: (incident: number) => number | undefined
  readonly ladderOf: (seen: Seen) => number | undefined
  readonly streamOf: (seen: Seen) => number | undefined
  /** Connections in all, of which the rows may be a part. */
  readonly connections: number
}

/**
 * Which connections get a row: reset ones and those with a ladder first, then those of the lowest hashes, which is a
 * sample. In order of time.
 */
export function chooseRows(seen: readonly Seen[], hasLadder: (seen: Seen) => boolean): Seen[] {
  if (seen.length <= MAX_LANES) return [...seen]
  const rank = (each: Seen): number =>
    hasLadder(each) ? 0 : each.incident === undefined ? 2 + each.followed.hash : 1
  const chosen = new Set(seen.toSorted((x, y) => rank(x) - rank(y)).slice(0, MAX_LANES))
  return seen.filter((each) => chosen.has(each))
}

export function buildLanes(
  rows: readonly Seen[],
  context: LaneContext,
): { readonly lanes: Lanes; readonly addresses: Exhibits['addresses'] } {
  const addresses: string[] = []
  const places = new Map<string, number>()
  const placeOf = ({ followed }: Seen, which: 0 | 1): number => {
    const text = followed.addressOf(followed.isIpv6, (which === 0 ? followed.a : followed.b) >>> 0)
    const known = places.get(text)
    if (known !== undefined) return known
    places.set(text, addresses.length)
    return addresses.push(text) - 1
  }
  const side = <T>(read: (sender: Sender, seen: Seen) => T, isClient: boolean): T[] =>
    rows.map((seen) => read(seen.followed.senders[isClient ? seen.client : serverOf(seen)], seen))
  const resets = rows.filter(({ incident }) => incident !== undefined).length
  const others = Math.max(0, context.connections - resets)
  const lanes: Lanes = {
    count: rows.length,
    share: others === 0 ? 1 : Math.min(1, Math.round(((rows.length - resets) / others) * 1e6) / 1e6),
    firstNs: delta(rows.map(({ followed }) => followed.firstNs)),
    lastNs: rows.map(({ followed }) => followed.lastNs - followed.firstNs),
    client: rows.map((seen) => placeOf(seen, seen.client)),
    clientPort: rows.map((seen) => portOf(seen, seen.client)),
    server: rows.map((seen) => placeOf(seen, serverOf(seen))),
    serverPort: rows.map((seen) => portOf(seen, serverOf(seen))),
    input: rows.map(({ followed }) => followed.firstInput),
    stream: rows.map((seen) => context.streamOf(seen) ?? null),
    frame: rows.map(({ followed }) => followed.firstFrame),
    outcome: rows.map(({ outcome }) => OUTCOMES.indexOf(outcome)),
    incident: rows.map(({ incident }) => incident ?? null),
    finding: rows.map(({ incident }) =>
      incident === undefined ? null : (context.findingOf(incident) ?? null),
    ),
    ladder: rows.map((seen) => context.ladderOf(seen) ?? null),
    synNs: rows.map((seen) => since(seen, seen.followed.synNs)),
    synAckNs: rows.map((seen) => since(seen, seen.followed.synAckNs)),
    establishedNs: rows.map((seen) => since(seen, seen.followed.establishedNs)),
    clientFinNs: side((sender, seen) => since(seen, sender.finNs), true),
    serverFinNs: side((sender, seen) => since(seen, sender.finNs), false),
    rsts: rows.map(({ followed, client }) =>
      followed.rsts
        .slice(0, MAX_LANE_RSTS)
        .flatMap(({ ns, direction }) => [ns - followed.firstNs, direction === client ? 0 : 1]),
    ),
    clientBytes: side(({ bytes }) => bytes, true),
    serverBytes: side(({ bytes }) => bytes, false),
    clientSegments: side(({ segments }) => segments, true),
    serverSegments: side(({ segments }) => segments, false),
    clientData: side(({ data }, seen) => dataOf(data, seen), true),
    serverData: side(({ data }, seen) => dataOf(data, seen), false),
    clientZero: side(zeroOf, true),
    serverZero: side(zeroOf, false),
  }
  return { lanes, addresses }
}

function serverOf({ client }: Seen): 0 | 1 {
  return client === 0 ? 1 : 0
}

function since({ followed }: Seen, ns: number | undefined): number | null {
  return ns === undefined ? null : ns - followed.firstNs
}

function portOf({ followed: { ports } }: Seen, which: 0 | 1): number {
  return which === 0 ? ports >>> 16 : ports & 0xffff
}

function dataOf({ flat }: Spans, { followed }: Seen): number[] {
  return flat.map((value, index) =>
    index % 3 === 0 ? value - followed.firstNs : index % 3 === 1 ? value - (flat[index - 1] ?? 0) : value,
  )
}

/** A window that was still 0 stays so as long as the connection was seen. */
function zeroOf({ zero: { flat }, isZero }: Sender, { followed }: Seen): number[] {
  const stretches: number[] = []
  for (let at = 0; at < flat.length; at += 3) {
    const from = flat[at] ?? 0
    const isLast = at + 3 >= flat.length
    const to = isLast && isZero ? followed.lastNs : (flat[at + 1] ?? from)
    stretches.push(from - followed.firstNs, Math.max(0, to - from))
  }
  return stretches
}
