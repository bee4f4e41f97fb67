import { defineCause, inconclusive, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeRst, citeSocket } from '../derive/cite.ts'
import { memoize } from '../derive/memoize.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'

const MIN_UNACCEPTED = 2
/** A connection that a table shows sooner has not waited: every one stands in the queue until it is accepted. */
const MIN_WAIT_MS = 50
/** Programs that ask the kernel to end the connections of others (iproute2; SOCK_DESTROY of Android and Cilium). */
const KILLERS: ReadonlySet<string> = new Set(['ss', 'netd', 'cilium-agent'])

/**
 * The listening socket was closed while connections waited in its accept queue: the kernel had completed the handshake
 * and acknowledged the request, the program never saw either (net/ipv4/inet_connection_sock.c inet_csk_listen_stop).
 * Wrong when a server accepts, reads nothing and closes each connection (then they do not end together).
 */
export const listenerClosed = defineCause({
  id: 'listener-closed',
  family: 'abnormal',
  scope: 'group',
  needs: ['reset', 'group', 'neighbours'],
  uses: ['logs'],
  evaluate({ reset, group, neighbours, logs }) {
    if (reset.sender !== 'server') return ruledOut('not-by-server')
    if (!reset.established || reset.form !== 'active') return ruledOut('not-active')
    if (!reset.server.synAck) return inconclusive({ id: 'needs-handshake', values: {} })
    if (reset.server.dataSegments > 0 || reset.server.fin !== undefined)
      return ruledOut('server-had-answered')
    const reason = reset.kernelSent?.reason
    // Waiting children are disconnected, not closed: even with data waiting, the reason is the state.
    if (reason !== undefined && reason !== 'TCP_STATE' && reason !== 'NOT_SPECIFIED')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const silent = neverServed(group.together(reset), reset)
    const says: Because = { id: 'server-never-spoke', values: { count: silent } }
    const stops = logs?.life('process-stop') ?? []
    const also: Because[] = []
    if (neighbours.refusedAfter !== undefined) {
      const afterMs = Math.round((neighbours.refusedAfter.ns - reset.timeNs) / 1e6)
      also.push({ id: 'port-refused-afterwards', values: { afterMs } })
    }
    if (reason !== undefined) also.push({ id: 'kernel-reason', values: { reason } })
    const proof = [
      citeRst(reset),
      ...citeLast(reset, reset.client),
      ...citeKernel(reset),
      ...citeSocket(reset),
      ...citeLog(stops),
    ]
    const { socket } = reset
    if (isWaiting(reset)) also.push({ id: 'socket-not-accepted', values: { agoMs: socket?.agoMs ?? 0 } })
    // What came after the last table shared the queue's fate.
    const isQueue =
      socket === undefined
        ? waitingIn(group.together(reset)) >= MIN_UNACCEPTED || isListenersQueue(reset)
        : isWaiting(reset)
    const closedPort = neighbours.refusedAfter !== undefined || stops.length > 0 || isQueue
    const waited = reset.client.dataSegments > 0 || silent > 1
    const wasQueued = isDroppedByKernel(reset)
    if (wasQueued) also.push({ id: 'dropped-by-kernel', values: {} })
    // Without the kernel's word, a server that accepted and never spoke before it died looks the same.
    if (silent >= 2 && reason === 'TCP_STATE' && closedPort && waited)
      return matched('proven', says, proof, also)
    if (silent >= 2 && wasQueued) return matched('strong', says, proof, also)
    if (silent >= 2 && closedPort && isQueue) return matched('strong', says, proof, also)
    if (silent >= 2 && reason === 'TCP_STATE' && neighbours.agesDiffer)
      return matched('strong', says, proof, also)
    return matched('possible', says, proof, also)
  },
})

/**
 * A program's own close, with SO_LINGER 0 too, runs with softirqs on; inet_csk_listen_stop() turns them off around each
 * waiting connection. So does tcp_abort(), which `ss -K` asks for (net/ipv4/tcp.c).
 */
function isDroppedByKernel({ kernelSent }: ResetFacts): boolean {
  if (kernelSent?.reason !== 'TCP_STATE' || kernelSent.bottomHalvesOff !== true || kernelSent.inInterrupt)
    return false
  return !KILLERS.has(kernelSent.task?.name ?? '')
}

/** The listener lived on, and had several connections waiting: one may have come that moment. */
function isListenersQueue({ listening, listenQueue = 0 }: ResetFacts): boolean {
  return listening && listenQueue >= MIN_UNACCEPTED
}

/** A table showed it unaccepted when it had been open for a while. */
function isWaiting({ socket, timeNs, firstNs }: ResetFacts): boolean {
  return socket?.unaccepted === true && (timeNs - firstNs) / 1e6 - socket.agoMs >= MIN_WAIT_MS
}

const waitingIn = memoize((together: readonly ResetFacts[]) => together.filter(isWaiting).length)

/**
 * Of resets in one burst, those of connections that the server never spoke on. A listener that took another connection
 * after the first of the resets was not the one that was closed.
 */
function neverServed(together: readonly ResetFacts[], reset: ResetFacts): number {
  const { closedNs, waiting } = queueOf(together)
  return reset.firstNs > closedNs ? 1 : waiting
}

const queueOf = memoize((together: readonly ResetFacts[]) => {
  const silent = together.filter((each) => each.server.dataSegments === 0 && each.established)
  const closedNs = silent.reduce((least, { timeNs }) => Math.min(least, timeNs), Infinity)
  return { closedNs, waiting: silent.filter(({ firstNs }) => firstNs <= closedNs).length }
})
