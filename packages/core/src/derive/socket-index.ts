import type { SocketRow, SocketTable } from '../read/socket-table/socket-row.ts'
import { endsKey, pushTo } from './ends-key.ts'
import type { ResetFacts, Side, SocketBefore } from './reset-facts.ts'
import type { Timed, Timeline } from './timeline.ts'

/** Closer to an event, a table may be of either side of it. */
const SAME_MOMENT_NS = 50e6
/** A container that is started again gives its processes the same low numbers (kernel/pid.c RESERVED_PIDS). */
const RESERVED_PIDS = 300
/** A process that ends closes its sockets one after the other: so long, a table may still show some. */
const DYING_NS = 100e6
/** One that replaces its connections has new ones by then. */
const GONE_NS = 1e9

/** What socket tables say of the ends of a connection at a time. */
export interface SocketIndex {
  readonly before: (own: Side, peer: Side, ns: number) => SocketBefore | undefined
  /** The very socket is there before and after: whoever sent the reset, its kernel did not. */
  readonly livedOn: (own: Side, peer: Side, ns: number) => boolean
  /** The last table of the time in which its place shows others of its sockets, and no longer this one, nor its process. */
  readonly missing: (own: Side, peer: Side, fromNs: number, toNs: number) => ResetFacts['socketMissing']
  readonly listenerBefore: (server: Side, ns: number) => SocketRow | undefined
  /** The same socket listened both before and after. */
  readonly isListening: (server: Side, ns: number) => boolean
  /** Its process or inode says so, in tables of a place that has the server's address. */
  readonly isKept: (server: Side, ns: number) => boolean
  /** A socket of another process listens after than before: the service was restarted. */
  readonly isReplaced: (server: Side, ns: number) => boolean
}

export function indexSockets(timeline: Timeline): SocketIndex {
  const rows = new Map<string, { row: SocketRow; table: Timed<SocketTable> }[]>()
  const listeners = new Map<number, { row: SocketRow; table: Timed<SocketTable> }[]>()
  /** By place, address and process. */
  const lastSeen = new Map<string, number>()
  /** Addresses of the place that a listener was seen at. */
  const addresses = new Map<SocketRow, ReadonlySet<string>>()
  const atPlace = new Map<string, Set<string>>()
  /** The last table of each place. */
  const lastTable = new Map<string, number>()
  for (const table of timeline.tables) {
    if (table.ns !== undefined) lastTable.set(table.who ?? '', table.ns)
    const own = table.who === undefined ? new Set<string>() : (atPlace.get(table.who) ?? new Set<string>())
    if (table.who !== undefined) atPlace.set(table.who, own)
    for (const row of table.rows) {
      if (row.local.address !== undefined) own.add(row.local.address)
      if (row.state === 'LISTEN') addresses.set(row, own)
      if (table.ns !== undefined)
        for (const pid of pidsOf(row)) {
          lastSeen.set(`${table.who ?? ''} ${row.local.address} ${pid}`, table.ns)
          lastSeen.set(`${table.who ?? ''} ${pid}`, table.ns)
        }
      if (row.state === 'LISTEN' && row.local.port !== undefined)
        pushTo(listeners, row.local.port, { row, table })
      else if (row.local.port !== undefined) pushTo(rows, endsKey(row.local, row.peer), { row, table })
    }
  }
  const everywhere = new Set([...atPlace.values()].flatMap((place) => [...place]))
  // Another host may have a listener of that number too.
  const isAt = (row: SocketRow, address: string): boolean =>
    addresses.get(row)?.has(address) === true || !everywhere.has(address)
  // A port that listened before or after did not listen in between: the snapshots on both sides must show it.
  const around = (server: Side, ns: number): { before?: SocketRow; after?: SocketRow } => {
    const found = (listeners.get(server.port) ?? []).filter(({ row, table }) => {
      const { address } = row.local
      if (address === server.address) return true
      return hears(address ?? '', server.address, table.format) && isAt(row, server.address)
    })
    const before = found.findLast(({ table }) => table.ns === undefined || table.ns <= ns)?.row
    const after = found.find(({ table }) => table.ns === undefined || table.ns > ns)?.row
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
  }
  const livesOn = (row: SocketRow, { who }: SocketTable, ns: number): boolean => {
    const pids = pidsOf(row)
    const [pid] = pids
    if (pid === undefined || pids.length > 1 || pid < RESERVED_PIDS) return false
    return (lastSeen.get(`${who ?? ''} ${row.local.address} ${pid}`) ?? 0) - ns > DYING_NS
  }
  // What named the process before would name it again, wherever its other sockets led.
  const isGone = (row: SocketRow, { who }: SocketTable, ns: number): boolean => {
    const pids = pidsOf(row)
    const [pid] = pids
    if (pid === undefined || pids.length > 1) return false
    const place = who ?? ''
    return (
      (lastTable.get(place) ?? 0) - ns > GONE_NS && (lastSeen.get(`${place} ${pid}`) ?? 0) - ns <= DYING_NS
    )
  }
  return {
    livedOn: (own, peer, ns) => {
      const found = rows.get(endsKey(own, peer)) ?? []
      const before = found.findLast(({ table }) => table.ns !== undefined && table.ns <= ns)?.row
      const after = found.find(({ table }) => table.ns !== undefined && table.ns - ns > SAME_MOMENT_NS)?.row
      if (before === undefined || after === undefined || !LIVING.has(after.state)) return false
      return isNamed(before, after) && isSameSocket(before, after)
    },
    missing: (own, peer, fromNs, toNs) => {
      const found = rows.get(endsKey(own, peer)) ?? []
      const last = found.findLast(({ table }) => table.ns !== undefined && table.ns <= toNs)
      const { who, ns: knownNs } = last?.table ?? {}
      if (last === undefined || who === undefined || knownNs === undefined) return undefined
      const sinceNs = Math.max(fromNs, knownNs)
      const table = timeline.tables.findLast(
        (each) =>
          each.who === who &&
          each.ns !== undefined &&
          each.ns - sinceNs > SAME_MOMENT_NS &&
          toNs - each.ns > SAME_MOMENT_NS,
      )
      // A process that is still there closed the socket, or its kernel gave it up.
      const pids = found.map(({ row }) => pidsOf(row)).findLast(({ length }) => length > 0) ?? []
      const later = table?.rows.flatMap(pidsOf) ?? []
      if (table === undefined || pids.length !== 1 || later.length === 0) return undefined
      if (pids.some((pid) => later.includes(pid))) return undefined
      // A table that was asked for something else shows nothing of the service.
      const shown = table.rows.find(
        ({ state, local }) =>
          local.port === own.port && (state === 'LISTEN' || local.address === own.address),
      )
      return shown === undefined ? undefined : { input: table.input, row: shown.row }
    },
    before: (own, peer, ns) => {
      const found = (rows.get(endsKey(own, peer)) ?? []).filter(
        ({ table }) => table.ns === undefined || table.ns <= ns,
      )
      const last = found.at(-1)
      if (last === undefined) return undefined
      const { row, table } = last
      const [process] = row.processes ?? []
      const listener = around(own, ns).before
      return {
        input: table.input,
        row: row.row,
        state: row.state,
        ...(row.recvQ === undefined ? {} : { recvQ: row.recvQ }),
        ...(process === undefined ? {} : { process }),
        unaccepted: isUnaccepted(row, listener),
        livesOn: livesOn(row, table, ns),
        isGone: isGone(row, table, ns),
        agoMs: table.ns === undefined ? 0 : Math.round((ns - table.ns) / 1e6),
      }
    },
    listenerBefore: (server, ns) => around(server, ns).before,
    isListening: (server, ns) => {
      const { before, after } = around(server, ns)
      return before !== undefined && after !== undefined && isSameSocket(before, after)
    },
    isKept: (server, ns) => {
      const { before, after } = around(server, ns)
      if (before === undefined || after === undefined || !isNamed(before, after)) return false
      if ([before, after].some(({ local }) => local.address === '::') && !server.address.includes(':'))
        return false
      return [before, after].every((row) => addresses.get(row)?.has(server.address) === true)
    },
    isReplaced: (server, ns) => {
      const { before, after } = around(server, ns)
      if (before === undefined || after === undefined || isSameSocket(before, after)) return false
      const later = pidsOf(after)
      return !pidsOf(before).some((pid) => later.includes(pid))
    },
  }
}

/** ss prints `*` for a socket of both families and `::` for one of IPv6 alone; netstat prints `::` for either. */
function hears(listener: string, address: string, format: SocketTable['format']): boolean {
  if (listener === '*') return true
  if (address.includes(':')) return listener === '::'
  return listener === '0.0.0.0' || (listener === '::' && format !== 'ss')
}

/** States in which a segment of the other side is expected. */
const LIVING: ReadonlySet<string> = new Set(['ESTABLISHED', 'CLOSE-WAIT'])

/** Whether something in both rows says whose socket it is: the ports alone may be used again. */
function isNamed(x: SocketRow, y: SocketRow): boolean {
  return (x.inode !== undefined && y.inode !== undefined) || (pidsOf(x).length > 0 && pidsOf(y).length > 0)
}

/** Sockets get their file, and so an inode and a process, when they are accepted (net/socket.c do_accept). */
function isUnaccepted(row: SocketRow, listener: SocketRow | undefined): boolean {
  if (listener === undefined || row.inode !== undefined || row.processes !== undefined) return false
  return listener.inode !== undefined || listener.processes !== undefined
}

/** A service that was restarted in between has another process or another inode. */
function isSameSocket(x: SocketRow, y: SocketRow): boolean {
  if (x.inode !== undefined && y.inode !== undefined) return x.inode === y.inode
  const [first] = pidsOf(x)
  const later = pidsOf(y)
  return first === undefined || later.length === 0 || later.includes(first)
}

function pidsOf(row: SocketRow): number[] {
  return (row.processes ?? []).flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
}
