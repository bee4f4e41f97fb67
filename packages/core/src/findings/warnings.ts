import type { Timeline, Timed } from '../derive/timeline.ts'
import type { Message, Warning } from '../diagnosis.ts'
import type { SocketRow, SocketTable } from '../read/socket-table/socket-row.ts'
import type { Evidence } from '../evidence.ts'
import type { Unfinished } from '../tcp/unfinished.ts'
import { endpointText } from './endpoint-text.ts'
import { say } from '../messages/say.ts'

/** Fewer are a moment's chance: every connection passes through CLOSE-WAIT. */
const MIN_CLOSE_WAIT = 5
const MIN_STALLED = 2
const MIN_FROM_CAPTURE: Readonly<Record<Unfinished['kind'], number>> = {
  'close-wait-leak': MIN_CLOSE_WAIT,
  'stalled-reader': MIN_STALLED,
  'unanswered-data': 1,
}
/** Received bytes that wait; a program that reads at all has fewer. */
const MIN_STALLED_BYTES = 4_096
/** Without anything new from the peer for this long, the waiting bytes are not just about to be read. */
const MIN_STALLED_MS = 1_000
/** A program may well read on for a while after its peer has closed. */
const MIN_HALF_CLOSED_S = 10
const MIN_SECONDS: Readonly<Record<Unfinished['kind'], number>> = {
  'close-wait-leak': MIN_HALF_CLOSED_S,
  'stalled-reader': MIN_STALLED_MS / 1e3,
  // After three seconds a handshake is tried again, too (RFC 6298 §2.1 before it was revised).
  'unanswered-data': 3,
}

type Seen = { readonly row: SocketRow; readonly table: Timed<SocketTable> }

/** What has not happened yet: connections that pile up unclosed, readers that stopped reading, peers that are gone. */
export function findWarnings(timeline: Timeline, evidence: Evidence): Warning[] {
  const warnings: Warning[] = []
  for (const snapshots of snapshotsByHost(timeline)) {
    const last = snapshots.at(-1)
    if (last === undefined) continue
    warnings.push(...closeWaits(snapshots, last), ...stalledReaders(snapshots, last))
  }
  // A table shows the same and names the process: the capture speaks where there is none.
  const told = new Set(warnings.map(({ kind, peer }) => `${kind} ${peer}`))
  return [...warnings, ...fromCapture(evidence).filter(({ kind, peer }) => !told.has(`${kind} ${peer}`))]
}

/** Connections that were stuck when the capture ended. */
function fromCapture({ tracker, tracks }: Evidence): Warning[] {
  const groups = new Map<string, Map<string, Unfinished & { readonly seconds: number }>>()
  for (const each of tracker.life.unfinished) {
    const endNs = tracks[each.track]?.toNs ?? each.sinceNs
    const seconds = (endNs - each.sinceNs) / 1e9
    if (seconds < MIN_SECONDS[each.kind]) continue
    const peer = each.isClient ? endpointText(each.peer) : each.peer.address
    const key = `${each.kind} ${each.at.address} ${peer}`
    const members = groups.get(key) ?? new Map<string, Unfinished & { readonly seconds: number }>()
    members.set(`${endpointText(each.at)} ${endpointText(each.peer)}`, { ...each, seconds })
    groups.set(key, members)
  }
  return [...groups.values()].flatMap((members) => {
    const stuck = [...members.values()]
    const [first] = stuck
    if (first === undefined) return []
    const { kind } = first
    const count = stuck.length
    if (count < MIN_FROM_CAPTURE[kind]) return []
    const seconds = Math.round(Math.max(...stuck.map((each) => each.seconds)))
    const peer = first.isClient ? endpointText(first.peer) : first.peer.address
    return [
      {
        kind,
        peer,
        count,
        oldestSeconds: seconds,
        says: saysOf(kind, count, peer, seconds),
        proof: stuck
          .filter(({ frame }) => frame > 0)
          .slice(0, 3)
          .map((each) => ({ input: each.input, frame: each.frame, says: proofOf(each) })),
      },
    ]
  })
}

function saysOf(kind: Unfinished['kind'], count: number, peer: string, seconds: number): Message {
  if (kind === 'stalled-reader') return say('warning-stalled-reader', { count, peer, seconds })
  if (kind === 'unanswered-data') return say('warning-unanswered-data', { count, peer, seconds })
  return say('warning-close-wait-leak', { count, peer })
}

function proofOf({ kind, at, peer, repeats = 0 }: Unfinished): Message {
  if (kind === 'stalled-reader') return say('proof-zero-window', { by: at.address })
  if (kind === 'unanswered-data') return say('proof-repeat', { by: at.address, repeats })
  return say('proof-fin', { by: peer.address })
}

/** Snapshots of one host in order; two hosts' tables are told apart by their names, else by their local addresses. */
function snapshotsByHost(timeline: Timeline): Timed<SocketTable>[][] {
  const hosts = new Map<string, Timed<SocketTable>[]>()
  for (const table of timeline.tables) {
    const host = `${table.format} ${table.who ?? table.rows.find(({ state }) => state !== 'LISTEN')?.local.address ?? ''}`
    const tables = hosts.get(host)
    if (tables === undefined) hosts.set(host, [table])
    else tables.push(table)
  }
  return [...hosts.values()].map((tables) => tables.toSorted((x, y) => (x.ns ?? 0) - (y.ns ?? 0)))
}

function closeWaits(snapshots: readonly Timed<SocketTable>[], last: Timed<SocketTable>): Warning[] {
  return byPeer(last, (row) => row.state === 'CLOSE-WAIT')
    .filter(({ seen }) => seen.length >= MIN_CLOSE_WAIT)
    .flatMap(({ peer, process, seen }) => {
      const earlier = snapshots.slice(0, -1).map((table) => ({
        table,
        count: table.rows.filter((row) => row.state === 'CLOSE-WAIT' && peerOf(row) === peer).length,
      }))
      const ports = new Set(seen.map(({ row }) => row.local.port))
      const persisted = snapshots
        .slice(0, -1)
        .filter((table) =>
          table.rows.some(
            (row) => row.state === 'CLOSE-WAIT' && peerOf(row) === peer && ports.has(row.local.port),
          ),
        )
      const first = earlier[0]
      // With one snapshot alone a burst of closes cannot be told from a leak unless it is large.
      if (earlier.length === 0 && seen.length < MIN_CLOSE_WAIT * 4) return []
      if (earlier.length > 0 && persisted.length === 0) return []
      const minutes =
        first?.table.ns === undefined || last.ns === undefined ? 0 : (last.ns - first.table.ns) / 60e9
      const growth =
        first === undefined || minutes <= 0 ? undefined : Math.round((seen.length - first.count) / minutes)
      const since = persisted[0]?.ns
      const oldest =
        since === undefined || last.ns === undefined ? undefined : Math.round((last.ns - since) / 1e9)
      return [
        {
          kind: 'close-wait-leak' as const,
          ...(process === undefined ? {} : { process }),
          peer,
          count: seen.length,
          ...(growth === undefined ? {} : { growthPerMinute: growth }),
          ...(oldest === undefined ? {} : { oldestSeconds: oldest }),
          says: say('warning-close-wait-leak', { count: seen.length, peer }),
          proof: cite(seen),
        },
      ]
    })
}

function stalledReaders(snapshots: readonly Timed<SocketTable>[], last: Timed<SocketTable>): Warning[] {
  const before = snapshots.at(-2)
  const stalledMs = (row: SocketRow): number => {
    const earlier = before?.rows.find(
      (each) =>
        each.local.port === row.local.port && peerOf(each) === peerOf(row) && each.recvQ === row.recvQ,
    )
    const between =
      earlier === undefined || before?.ns === undefined || last.ns === undefined
        ? 0
        : (last.ns - before.ns) / 1e6
    return Math.max(row.lastReceivedMs ?? 0, between)
  }
  const isStalled = (row: SocketRow): boolean =>
    (row.state === 'ESTABLISHED' || row.state === 'CLOSE-WAIT') &&
    (row.recvQ ?? 0) >= MIN_STALLED_BYTES &&
    stalledMs(row) >= MIN_STALLED_MS
  return byPeer(last, isStalled)
    .filter(({ seen }) => seen.length >= MIN_STALLED)
    .map(({ peer, process, seen }) => {
      const seconds = Math.round(Math.max(...seen.map(({ row }) => stalledMs(row))) / 1000)
      return {
        kind: 'stalled-reader' as const,
        ...(process === undefined ? {} : { process }),
        peer,
        count: seen.length,
        oldestSeconds: seconds,
        says: say('warning-stalled-reader', { count: seen.length, peer, seconds }),
        proof: cite(seen),
      }
    })
}

function byPeer(
  table: Timed<SocketTable>,
  wanted: (row: SocketRow) => boolean,
): { peer: string; process?: string; seen: Seen[] }[] {
  const groups = new Map<string, Seen[]>()
  for (const row of table.rows) {
    if (!wanted(row)) continue
    const peer = peerOf(row)
    const seen = groups.get(peer)
    if (seen === undefined) groups.set(peer, [{ row, table }])
    else seen.push({ row, table })
  }
  return [...groups].map(([peer, seen]) => {
    const process = seen.find(({ row }) => row.processes?.[0] !== undefined)?.row.processes?.[0]?.name
    return { peer, seen, ...(process === undefined ? {} : { process }) }
  })
}

function peerOf({ peer }: SocketRow): string {
  return peer.port === undefined ? peer.address : `${peer.address}:${peer.port}`
}

function cite(seen: readonly Seen[]): Warning['proof'] {
  return seen.slice(0, 3).map(({ row, table }) => {
    const process = row.processes?.[0]?.name
    return {
      input: table.input,
      row: row.row,
      says: say('proof-socket', {
        state: row.state,
        recvQ: row.recvQ ?? 0,
        ...(process === undefined ? {} : { process }),
      }),
    }
  })
}
