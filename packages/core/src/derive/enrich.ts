import type { Endpoint } from '../read/endpoint.ts'
import type { SocketRow, SocketTable } from '../read/socket-table/socket-row.ts'
import type { Draft, Track } from './build-facts.ts'
import { sidesOf } from './groups.ts'
import type { HostIndex } from './host-index.ts'
import { isRefusal } from './neighbours.ts'
import type { ResetFacts, Side, SocketBefore } from './reset-facts.ts'
import type { Timed, Timeline } from './timeline.ts'
import type { KernelReset } from '../read/kernel-event.ts'

/** The same event on the trace's clock and the capture's. */
const SAME_EVENT_NS = 50e6
/** Offsets between the clocks of host and trace that are still the same event when the ports agree. */
const SAME_PORTS_NS = 2e9
/** A server whose capture shows only one port may have been filtered to it. */
const MIN_PORTS_UNFILTERED = 2
/** A container that is started again gives its processes the same low numbers (kernel/pid.c RESERVED_PIDS). */
const RESERVED_PIDS = 300
/** A process that ends closes its sockets one after the other: so long, a table may still show some. */
const DYING_NS = 100e6
/** One that replaces its connections has new ones by then. */
const GONE_NS = 1e9

/** Adds what the kernel's trace, the socket tables and the other captures say of each reset. */
export function enrich(
  resets: readonly Draft[],
  timeline: Timeline,
  tracks: readonly Track[],
  hosts: HostIndex,
): void {
  const kernel = timeline.kernelResets.length === 0 ? undefined : indexKernel(timeline)
  const sockets = timeline.tables.length === 0 ? undefined : indexSockets(timeline)
  for (const reset of resets) {
    if (reset.unseenAt.length > 0) {
      reset.unseenAt = reset.unseenAt.filter((track) => isNearerToSender(reset, track, hosts))
      if (reset.unseenAt.length > 0) reset.foreign = [...reset.foreign, 'unseen-at-sender']
    }
    if (tracks.length > 1) reset.synUnseenAtServer = isRefusal(reset) && isSynUnseen(reset, tracks, hosts)
    if (kernel !== undefined) {
      const { own, peer } = sidesOf(reset)
      reset.kernelSent = kernel.find(own, peer, reset)
      reset.kernelSilent = reset.kernelSent === undefined && kernel.covers(own.address, reset.timeNs)
    }
    if (sockets !== undefined) {
      const { own, peer } = sidesOf(reset)
      const listener = sockets.listenerBefore(reset.server, reset.timeNs)
      reset.socket = sockets.before(own, peer, reset.timeNs)
      reset.socketMissing = sockets.missing(own, peer, own.last?.ns ?? reset.firstNs, reset.timeNs)
      if (sockets.livedOn(own, peer, reset.timeNs)) reset.foreign = [...reset.foreign, 'socket-lived-on']
      reset.listening = sockets.isListening(reset.server, reset.timeNs)
      reset.listenerKept = reset.listening && sockets.isKept(reset.server, reset.timeNs)
      reset.listenerReplaced = sockets.isReplaced(reset.server, reset.timeNs)
      reset.listenQueue = listener?.recvQ
      reset.listenLimit = listener?.sendQ
    }
  }
}

/**
 * Where a reset was not seen says something only on its sender's side: beyond the receiver, and on a path that lost it,
 * its absence is ordinary. The TTL of the server's packets tells which of two places is nearer to the server.
 */
function isNearerToSender(reset: ResetFacts, track: number, hosts: HostIndex): boolean {
  const here = hosts.hops(reset.track, reset.server.address)?.high
  const there = hosts.hops(track, reset.server.address)?.high
  if (here === undefined || there === undefined) return false
  return reset.sender === 'server' ? there > here : there < here
}

function isSynUnseen(reset: ResetFacts, tracks: readonly Track[], hosts: HostIndex): boolean {
  return tracks.some((track, index) => {
    if (index === reset.track || reset.others.some((each) => each.track === index)) return false
    const covers = track.fromNs <= reset.timeNs && reset.timeNs <= track.toNs
    const { address } = reset.server
    const here = hosts.hops(reset.track, address)?.high ?? 0
    const there = hosts.hops(index, address)?.high ?? 0
    return covers && there >= here && there > 0 && hosts.portsOn(index, address) >= MIN_PORTS_UNFILTERED
  })
}

interface KernelIndex {
  /** The event of sending this reset. */
  readonly find: (own: Side, peer: Side, reset: Draft) => Timed<KernelReset> | undefined
  readonly covers: (address: string, ns: number) => boolean
}

function indexKernel(timeline: Timeline): KernelIndex {
  const byPorts = new Map<string, Timed<KernelReset>[]>()
  const byListener = new Map<number, Timed<KernelReset>[]>()
  const spans = new Map<string, { fromNs: number; toNs: number }>()
  for (const event of timeline.kernelResets) {
    if (event.what !== 'sent') continue
    if (event.local.address !== undefined && event.ns !== undefined) {
      const span = spans.get(event.local.address)
      if (span === undefined) spans.set(event.local.address, { fromNs: event.ns, toNs: event.ns })
      else {
        span.fromNs = Math.min(span.fromNs, event.ns)
        span.toNs = Math.max(span.toNs, event.ns)
      }
    }
    if (event.peer !== undefined) push(byPorts, keyOf(event.local, event.peer), event)
    else if (event.local.port !== undefined) push(byListener, event.local.port, event)
  }
  return {
    find: (own, peer, reset) => {
      const ns = reset.timeNs
      const exact = (byPorts.get(keyOf(own, peer)) ?? []).find(
        (event) => event.ns === undefined || Math.abs(event.ns - ns) < SAME_PORTS_NS,
      )
      if (exact !== undefined) return exact
      return mayBeListeners(reset) ? nearest(byListener.get(own.port) ?? [], ns) : undefined
    },
    covers: (address, ns) => {
      const span = spans.get(address)
      return span !== undefined && span.fromNs <= ns && ns <= span.toNs
    },
  }
}

/** A listener's reset answers a segment: it is bare, or has sequence number 0 (RFC 9293 §3.10.7.1). */
function mayBeListeners({ rsts }: Draft): boolean {
  return rsts[0]?.hasAck !== true || rsts[0].seq === 0
}

/** A listener's events do not name the peer: the time alone tells whose they are. */
function nearest(events: readonly Timed<KernelReset>[], ns: number): Timed<KernelReset> | undefined {
  let best: Timed<KernelReset> | undefined
  let least = SAME_EVENT_NS
  for (const event of events) {
    const apart = event.ns === undefined ? Infinity : Math.abs(event.ns - ns)
    if (apart >= least) continue
    least = apart
    best = event
  }
  return best
}

interface SocketIndex {
  readonly before: (own: Side, peer: Side, ns: number) => SocketBefore | undefined
  /** The very socket is there before and after: whoever sent the reset, its kernel did not. */
  readonly livedOn: (own: Side, peer: Side, ns: number) => boolean
  /** The last table of the time in which its place shows others of its sockets, and no longer this one. */
  readonly missing: (own: Side, peer: Side, fromNs: number, toNs: number) => ResetFacts['socketMissing']
  readonly listenerBefore: (server: Side, ns: number) => SocketRow | undefined
  /** The same socket listened both before and after. */
  readonly isListening: (server: Side, ns: number) => boolean
  /** Its process or inode says so, in tables of a place that has the server's address. */
  readonly isKept: (server: Side, ns: number) => boolean
  /** A socket of another process listens after than before: the service was restarted. */
  readonly isReplaced: (server: Side, ns: number) => boolean
}

function indexSockets(timeline: Timeline): SocketIndex {
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
        push(listeners, row.local.port, { row, table })
      else if (row.local.port !== undefined) push(rows, keyOf(row.local, row.peer), { row, table })
    }
  }
  // A port that listened before or after did not listen in between: the snapshots on both sides must show it.
  const around = (server: Side, ns: number): { before?: SocketRow; after?: SocketRow } => {
    const found = (listeners.get(server.port) ?? []).filter(({ row }) => {
      const { address } = row.local
      return address === server.address || address === '*' || address === '0.0.0.0' || address === '::'
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
      const found = rows.get(keyOf(own, peer)) ?? []
      const before = found.findLast(({ table }) => table.ns !== undefined && table.ns <= ns)?.row
      const after = found.find(({ table }) => table.ns !== undefined && table.ns - ns > SAME_EVENT_NS)?.row
      if (before === undefined || after === undefined || !LIVING.has(after.state)) return false
      return isNamed(before, after) && isSameSocket(before, after)
    },
    missing: (own, peer, fromNs, toNs) => {
      const found = rows.get(keyOf(own, peer)) ?? []
      const known = found.findLast(({ table }) => table.ns !== undefined && table.ns <= toNs)?.table
      if (known?.who === undefined || known.ns === undefined) return undefined
      const sinceNs = Math.max(fromNs, known.ns)
      const table = timeline.tables.findLast(
        ({ ns, who }) =>
          who === known.who && ns !== undefined && ns - sinceNs > SAME_EVENT_NS && toNs - ns > SAME_EVENT_NS,
      )
      if (table === undefined) return undefined
      // A table that was asked for something else shows nothing of the service.
      const shown = table.rows.find(
        ({ state, local }) =>
          local.port === own.port && (state === 'LISTEN' || local.address === own.address),
      )
      return shown === undefined ? undefined : { input: table.input, row: shown.row }
    },
    before: (own, peer, ns) => {
      const found = (rows.get(keyOf(own, peer)) ?? []).filter(
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
      // Another host may have a listener of that number too.
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

function keyOf(own: Partial<Endpoint>, peer: Partial<Endpoint>): string {
  return `${own.address}:${own.port} ${peer.address}:${peer.port}`
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
