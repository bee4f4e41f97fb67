import type { Draft, Track } from './build-facts.ts'
import { endsKey, pushTo } from './ends-key.ts'
import type { HostIndex } from './host-index.ts'
import { isRefusal } from './neighbours.ts'
import type { ResetFacts, Side } from './reset-facts.ts'
import { indexSockets } from './socket-index.ts'
import type { Timed, Timeline } from './timeline.ts'
import type { KernelReset } from '../read/kernel-event.ts'

/** The same event on the trace's clock and the capture's. */
const SAME_EVENT_NS = 50e6
/** Offsets between the clocks of host and trace that are still the same event when the ports agree. */
const SAME_PORTS_NS = 2e9
/** A server whose capture shows only one port may have been filtered to it. */
const MIN_PORTS_UNFILTERED = 2

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
    if (reset.foreign.includes('hops') && isServicesOwn(reset, hosts))
      reset.foreign = reset.foreign.filter((sign) => sign !== 'hops')
    if (tracks.length > 1) reset.synUnseenAtServer = isRefusal(reset) && isSynUnseen(reset, tracks, hosts)
    if (kernel !== undefined) {
      const { own, peer } = reset
      reset.kernelSent = kernel.find(own, peer, reset)
      reset.kernelSilent = reset.kernelSent === undefined && kernel.covers(own.address, reset.timeNs)
    }
    if (sockets !== undefined) {
      const { own, peer } = reset
      const listener = sockets.listenerBefore(reset.server, reset.timeNs)
      reset.socket = sockets.before(own, peer, reset.timeNs)
      reset.socketMissing = sockets.missing(own, peer, own.last?.ns ?? reset.firstNs, reset.timeNs)
      // Whoever closes by a reset may have the same ports again at once. One that only answers had no socket at all.
      const isAnswer = reset.form === 'reply' && own.fin === undefined && peer.fin === undefined
      if (isAnswer && sockets.livedOn(own, peer, reset.timeNs))
        reset.foreign = [...reset.foreign, 'socket-lived-on']
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

/** The service answered others at the very distance of the reset, as far as is known: it moved, or has several hosts. */
function isServicesOwn({ sender, server, track, rsts }: ResetFacts, hosts: HostIndex): boolean {
  const hops = rsts[0]?.hops
  const known = hosts.service(server.address, server.port)?.hops.get(track)
  if (sender !== 'server' || hops === undefined || known === undefined) return false
  // Of what lies between the nearest and the farthest nothing is known.
  return hops === known.low || hops === known.high
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
    if (event.peer !== undefined) pushTo(byPorts, endsKey(event.local, event.peer), event)
    else if (event.local.port !== undefined) pushTo(byListener, event.local.port, event)
  }
  return {
    find: (own, peer, reset) => {
      const ns = reset.timeNs
      const exact = (byPorts.get(endsKey(own, peer)) ?? []).filter(
        (event) => event.ns === undefined || Math.abs(event.ns - ns) < SAME_PORTS_NS,
      )
      // A socket that is being closed is no longer found by what still comes, before its own reset is sent.
      if (exact.length > 0)
        return mayBeListeners(reset)
          ? exact[0]
          : (exact.find(({ reason }) => reason !== NO_SOCKET) ?? exact[0])
      return mayBeListeners(reset) ? nearest(byListener.get(own.port) ?? [], ns) : undefined
    },
    covers: (address, ns) => {
      const span = spans.get(address)
      return span !== undefined && span.fromNs <= ns && ns <= span.toNs
    },
  }
}

/** The kernel's reason for a reset that answers what no socket wants. */
const NO_SOCKET = 'NO_SOCKET'

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
