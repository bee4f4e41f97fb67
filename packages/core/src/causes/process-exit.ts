import { defineCause, matched, ruledOut, type Because, type Citation, type Verdict } from '../cause.ts'
import { areEquallyIdle, closedValues, isUsedAgain } from '../derive/closed-at-once.ts'
import { isOnlyGoodbye, wasSending } from '../derive/closing-alert.ts'
import type { FoundEvent, LogFacts } from '../derive/log-facts.ts'
import { memoize } from '../derive/memoize.ts'
import type { Neighbours } from '../derive/neighbours.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { citeFin, citeLog, citeRst, citeSocket, citeUnread } from '../derive/cite.ts'
import { unreadEvidence } from '../derive/unread.ts'

/** Fewer connections at one instant are a coincidence. */
const MIN_AT_ONCE = 2
/** With nothing but silence afterwards, fewer may be a coincidence. */
const MIN_FOR_SILENCE = 5
/** What stops in the same moment as everything of a client ends is the client. */
const MAX_STOP_NS = 1e9
/** Connections that were idle for so long may have been closed for it. */
const MIN_IDLE_NS = 300e6
/** So soon after the end a port refuses because of it. */
const MAX_AT_ONCE_NS = 1.5e9
/** What a log says of a stop is of this one. */
const MAX_LOGGED_NS = 2.5e9
/** A process that was replaced refuses connections within this time. */
const MAX_REFUSED_AFTER_NS = 15e9

/**
 * All connections of a process end at one instant: by RST where data was unread, by FIN elsewhere; afterwards its port
 * refuses. Wrong when a pool is shut down by a living process (nothing is refused and no stop is logged then, and a later
 * socket table shows it, unless it has no socket left at all: then the two are alike), and when a collection closes
 * forgotten connections (the others live on), and when something else stops in the moment in which a client closes all it
 * has.
 */
export const processExit = defineCause({
  id: 'process-exit',
  family: 'abnormal',
  scope: 'group',
  needs: ['reset', 'group', 'neighbours'],
  uses: ['logs'],
  evaluate({ reset, group, neighbours, logs }) {
    if (reset.form === 'reply' && reset.own.fin !== undefined) return afterFin(reset, neighbours, logs)
    if (reset.form !== 'active') return ruledOut('not-active')
    if (!reset.established) return ruledOut('not-established')
    const reason = reset.kernelSent?.reason
    if (reason === 'TCP_KEEPALIVE_TIMEOUT') return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const { socket } = reset
    if (socket?.livesOn === true && socket.process !== undefined)
      return ruledOut({ id: 'process-lives-on', values: { process: socket.process.name } })
    const { establishedResetsAtOnce, finsAtOnce } = neighbours
    const ended = establishedResetsAtOnce + finsAtOnce
    if (ended < MIN_AT_ONCE) return ruledOut('nothing-else-ended')
    const stops = (logs?.life('process-stop') ?? []).filter((event) => isOfSender(event, reset))
    const refused = reset.sender === 'server' ? neighbours.refusedAfter : undefined
    const isRefused =
      refused !== undefined && refused.ns - reset.timeNs < MAX_REFUSED_AFTER_NS && !neighbours.refusedBefore
    const says: Because = {
      id: 'ended-at-one-instant',
      values: { count: establishedResetsAtOnce, fins: finsAtOnce },
    }
    const also: Because[] = []
    const proof: Citation[] = [citeRst(reset)]
    if (isRefused) {
      also.push({
        id: 'port-refused-afterwards',
        values: { afterMs: Math.round((refused.ns - reset.timeNs) / 1e6) },
      })
      proof.push({ input: refused.input, frame: refused.frame, says: { id: 'proof-refused', values: {} } })
    }
    const [stop] = stops
    if (stop !== undefined) {
      also.push({ id: 'process-stopped', values: { text: stop.text } })
      proof.push(...citeLog(stops))
    }
    proof.push(...citeUnread(reset))
    const died = stops.some(({ ns }) => ns !== undefined && Math.abs(ns - reset.timeNs) < MAX_LOGGED_NS)
    // A server that never spoke may never have accepted: then the listener was closed, by an exit or without one.
    const silent = reset.sender === 'server' && group.sample.every((each) => each.server.dataSegments === 0)
    // What had been accepted does not end with its listener.
    if (silent && reason !== 'TCP_ABORT_ON_CLOSE' && acceptedIn(group.together(reset)) === 0)
      return matched('possible', says, proof, also)
    if (isRefused && died) return matched('proven', says, proof, also)
    if (isRefused) return matched('strong', says, proof, also)
    if (reset.sender === 'server' && reset.listenerReplaced && ended >= MIN_FOR_SILENCE)
      return matched('strong', says, proof, [...also, { id: 'service-restarted', values: {} }])
    if (died && ended >= 3) return matched('strong', says, proof, also)
    // Everything of the host ended in one burst, and it has not been heard of since.
    const isAll = ended >= MIN_FOR_SILENCE && group.bursts.length === 1
    // With nothing unread an exit ends in FIN, whenever the process left.
    const leftUnread = unreadEvidence(reset) !== undefined
    if (isAll && leftUnread && socket?.isGone === true && socket.process !== undefined) {
      also.push({ id: 'process-gone', values: { process: socket.process.name } })
      return matched('likely', says, [...proof, ...citeSocket(reset)], also)
    }
    // A unit or a container is seldom called as its process is.
    const [unnamed] = isAll && leftUnread ? unnamedStops(logs?.life('process-stop') ?? [], reset) : []
    if (unnamed !== undefined) {
      also.push({ id: 'process-stopped', values: { text: unnamed.text } })
      return matched('likely', says, [...proof, ...citeLog([unnamed])], also)
    }
    if (isAll && neighbours.quietAfter && neighbours.agesDiffer) return matched('likely', says, proof, also)
    return matched('possible', says, proof, also)
  },
})

/**
 * It had nothing unread: its connections ended by FIN, and what came afterwards was answered by a reset. Only with a word of
 * its end; closed together they may also have been by a process that lives.
 */
function afterFin(reset: ResetFacts, neighbours: Neighbours, logs: LogFacts | undefined): Verdict {
  const { own, peer } = reset
  if (own.fin === undefined || !reset.established) return ruledOut('not-active')
  const finNs = own.fin.ns
  if (peer.fin !== undefined && peer.fin.ns < finNs)
    return ruledOut({ id: 'fin-came-first', values: { by: peer.address } })
  if (reset.sender === 'server' && isOnlyGoodbye(reset) && !wasSending(reset))
    return ruledOut('only-alert-lost')
  const { also, proof, refusedAfterNs, isLogged } = wordsOfEnd(reset, finNs, neighbours, logs)
  // Of one that was in use, its end needs a word of it. Asked before what is looked up among many.
  if (also.length === 0 && (!isUsedAgain(reset) || reset.listenerKept)) return ruledOut('process-may-live')
  const { closedAtOnce } = neighbours
  if (closedAtOnce.count < MIN_AT_ONCE) return ruledOut('nothing-else-ended')
  // That a time was over explains them as well: then only what belongs to that very moment speaks of an end.
  const isTimeout = areEquallyIdle(closedAtOnce) && closedAtOnce.leastIdleNs >= MIN_IDLE_NS
  if (isTimeout && !isLogged && refusedAfterNs > MAX_AT_ONCE_NS) return ruledOut('process-may-live')
  const says: Because = { id: 'closed-at-once', values: closedValues(closedAtOnce) }
  const all = [citeRst(reset), ...citeFin(reset, own), ...proof]
  if (also.length === 0)
    return areEquallyIdle(closedAtOnce) ? ruledOut('process-may-live') : matched('possible', says, all)
  return matched(also.length > 1 ? 'proven' : 'strong', says, all, also)
}

/** What says that the sender's process ended when it closed: its port refuses from then on, a log, or another listener. */
function wordsOfEnd(
  reset: ResetFacts,
  finNs: number,
  { refusedSinceFin: refused }: Neighbours,
  logs: LogFacts | undefined,
): {
  readonly also: readonly Because[]
  readonly proof: readonly Citation[]
  readonly refusedAfterNs: number
  readonly isLogged: boolean
} {
  const also: Because[] = []
  const proof: Citation[] = []
  const isServer = reset.sender === 'server'
  const refusedAfterNs = isServer && refused !== undefined ? refused.ns - finNs : Infinity
  if (refused !== undefined && refusedAfterNs < MAX_REFUSED_AFTER_NS) {
    also.push({ id: 'port-refused-afterwards', values: { afterMs: Math.round(refusedAfterNs / 1e6) } })
    proof.push({ input: refused.input, frame: refused.frame, says: { id: 'proof-refused', values: {} } })
  }
  const stops = (logs?.life('process-stop') ?? []).filter(
    (event) =>
      isOfSender(event, reset) && event.ns !== undefined && Math.abs(event.ns - finNs) < MAX_LOGGED_NS,
  )
  const [stop] = stops
  if (stop !== undefined) also.push({ id: 'process-stopped', values: { text: stop.text } })
  if (isServer && reset.listenerReplaced) also.push({ id: 'service-restarted', values: {} })
  proof.push(...citeLog(stops))
  return { also, proof, refusedAfterNs, isLogged: stop !== undefined }
}

/** Of resets in one burst, those whose socket belonged to a process. */
const acceptedIn = memoize(
  (together: readonly ResetFacts[]) => together.filter(({ socket }) => socket?.process !== undefined).length,
)

/** Stops of that very moment that name another thing than the client's process: the server's own end would have shown first. */
function unnamedStops(events: readonly FoundEvent[], reset: ResetFacts): readonly FoundEvent[] {
  if (reset.sender === 'server' || reset.server.fin !== undefined) return []
  return events.filter(
    ({ ns, pid }) =>
      ns !== undefined &&
      Math.abs(ns - reset.timeNs) < MAX_STOP_NS &&
      // 1 is who says so: systemd.
      (pid === undefined || pid === 1 || pid === reset.socket?.process?.pid),
  )
}

/** A log's stop is the sender's if the sender is the service, or if the line or its file names the sender's process. */
function isOfSender(event: FoundEvent, reset: ResetFacts): boolean {
  if (reset.sender === 'server') return true
  const process = reset.socket?.process
  if (process === undefined) return false
  if (event.pid !== undefined && event.pid === process.pid) return true
  return event.text.includes(process.name) || event.section?.includes(process.name) === true
}
