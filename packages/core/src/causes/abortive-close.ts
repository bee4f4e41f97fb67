import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeExchange, citeKernel, citeRst, citeSocket } from '../derive/cite.ts'
import { type ResetGroup } from '../derive/groups.ts'
import { memoize } from '../derive/memoize.ts'
import { requestProgress, responseProgress } from '../derive/phase.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { mayBeUnread, unreadEvidence } from '../derive/unread.ts'

/** SO_LINGER 0, connect(AF_UNSPEC), `ss -K`: tcp_disconnect and tcp_abort trace the state as their reason. */
const DELIBERATE_REASONS = new Set(['TCP_STATE', 'TCP_ABORT_ON_LINGER'])
/** Without a kernel's word, a close right after the end of an exchange was the program's. */
const MAX_AFTER_EXCHANGE_NS = 2e9
/** Idle connections of a pool, each closed by a reset after a complete answer. */
const MIN_ALIKE = 3
/** Sooner, who opened a connection and reset it without a word probed it. */
const MIN_IN_SILENCE_NS = 1e9
/** Fewer connections that a living process ends at one instant are a coincidence. */
const MIN_AT_ONCE = 3

/**
 * The program closed at once, with nothing unread, and asked for a reset instead of FIN.
 * Wrong when unread data was too small to show in the window: then the kernel's reason or the socket table decides; and
 * when a short answer was not read at all, not even its head.
 */
export const abortiveClose = defineCause({
  id: 'abortive-close',
  family: 'deliberate',
  scope: 'reset',
  needs: ['reset', 'group'],
  uses: ['neighbours'],
  evaluate({ reset, group, neighbours }) {
    if (reset.form !== 'active') return ruledOut('not-active')
    if (!reset.established) return ruledOut('not-established')
    const { own, peer } = reset
    const reason = reset.kernelSent?.reason
    if (reason !== undefined && DELIBERATE_REASONS.has(reason)) {
      const says: Because = { id: 'kernel-reason', values: { reason } }
      // ss -K, a timeout with SO_LINGER 0 and a closed listener have the same reason: those causes are told by more.
      const also: Because[] = [says]
      const task = reset.kernelSent?.task?.name
      const process = reset.socket?.process?.name
      if (
        task !== undefined &&
        process !== undefined &&
        reset.kernelSent?.inInterrupt === false &&
        task !== process
      )
        also.push({ id: 'closed-by-other', values: { process: task } })
      return matched('strong', { id: 'nothing-unread-closed', values: {} }, proofOf(reset), also)
    }
    if (unreadEvidence(reset) !== undefined) return ruledOut('data-was-unread')
    if (reason !== undefined && reason !== 'NOT_SPECIFIED')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    if (own.unansweredProbes.count > 1 || own.unansweredRetransmits.count > 2)
      return ruledOut('peer-unresponsive')
    const says: Because = { id: 'nothing-unread-closed', values: {} }
    const proof = proofOf(reset)
    if (own.fin !== undefined || peer.fin !== undefined) return matched('possible', says, proof)
    const lastNs = Math.max(own.lastDataNs ?? 0, peer.lastDataNs ?? 0)
    const isSoon = reset.timeNs - lastNs < MAX_AFTER_EXCHANGE_NS
    // Only a protocol that says how long its messages are shows that everything had been read.
    if (isAfterAnswer(reset) && isSoon && reset.spokeLast === 'server') return matched('likely', says, proof)
    // The server broke off its own answer, with the request read and everybody else served: it meant to.
    const request = requestProgress(reset.exchange, reset.client)
    const brokeOff =
      reset.sender === 'server' &&
      reset.spokeLast === 'server' &&
      request?.complete === true &&
      responseProgress(reset.exchange, reset.server)?.complete !== true &&
      request.deliveredBytes <= request.announcedBytes
    const livesOn = neighbours?.acceptedAfter === true && neighbours.establishedResetsAtOnce === 1
    if (
      brokeOff &&
      livesOn &&
      peer.zeroWindow === undefined &&
      own.unansweredRetransmits.count === 0 &&
      isSoon
    )
      return matched('likely', says, proof)
    const { socket } = reset
    // A process that lives on ended several at once, each with nothing in its queue and the last word its own. Of idle
    // ones that may be the kernel's work: their keepalive ran out together.
    if (
      isSoon &&
      socket?.livesOn === true &&
      socket.recvQ === 0 &&
      socket.process !== undefined &&
      reset.spokeLast === reset.sender &&
      (neighbours?.establishedResetsAtOnce ?? 0) >= MIN_AT_ONCE
    )
      return matched('likely', says, proof, [
        { id: 'process-lives-on', values: { process: socket.process.name } },
      ])
    // Nothing was ever sent to it, so that nothing was unread, and it waited: no kernel resets such a close by itself.
    const neverHeard = peer.synAck && peer.bytes === 0 && own.syn && own.dataSegments === 0
    if (neverHeard && reset.timeNs - Math.max(own.last?.ns ?? 0, peer.last?.ns ?? 0) > MIN_IN_SILENCE_NS)
      return matched(reset.foreign.length === 0 ? 'likely' : 'possible', says, proof)
    if (isAfterAnswer(reset) && alikeIn(group) >= MIN_ALIKE) return matched('likely', says, proof)
    return matched('possible', says, proof)
  },
})

function proofOf(reset: ResetFacts): Citation[] {
  return [citeRst(reset), ...citeExchange(reset), ...citeKernel(reset), ...citeSocket(reset)]
}

/** After a whole answer, of which nothing can lie unread. The server itself may have answered with the request unread. */
function isAfterAnswer(reset: ResetFacts): boolean {
  if (reset.sender === 'server') return false
  return responseProgress(reset.exchange, reset.server)?.complete === true && mayBeUnread(reset) === 0
}

/** Resets of the group like that. */
const alikeIn = memoize(
  (group: ResetGroup) => group.sample.filter((each) => each.form === 'active' && isAfterAnswer(each)).length,
)
