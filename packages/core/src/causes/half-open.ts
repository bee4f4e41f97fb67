import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeMissing, citeOffending, citeRst } from '../derive/cite.ts'
import { gaveUpOnClosedWindow } from '../derive/closed-window.ts'
import { foreignness } from '../derive/foreign.ts'

/** The kernel found a listener or nothing: whoever had the connection is gone (CAUSES.md §1). */
const NO_CONNECTION_REASONS = new Set(['NO_SOCKET', 'TCP_FLAGS'])
/** No host is up again sooner: one that spoke just now lost the connection in another way, or another host answers. */
const MIN_RESTART_NS = 1e9

/**
 * The peer restarted, or the flow was moved to another host, and knows nothing of the connection: no FIN was seen, and
 * a segment in mid-stream is answered by a bare reset (RFC 9293 §3.5.1, half-open connections).
 * Wrong when a device on the path answers in the peer's name, or the firewall of its own host, and when the peer gave the
 * connection up before.
 */
export const halfOpen = defineCause({
  id: 'half-open',
  family: 'unknown-connection',
  scope: 'reset',
  needs: ['reset', 'neighbours'],
  uses: ['logs', 'counters'],
  evaluate({ reset, neighbours, logs, counters }) {
    if (reset.form !== 'reply') return ruledOut('not-reply')
    const { own, peer } = reset
    if (!reset.established && !(reset.phase === 'unseen' || (own.packets === 0 && peer.dataSegments > 0)))
      return ruledOut('not-established')
    if (own.fin !== undefined) return ruledOut({ id: 'fin-came-first', values: { by: own.address } })
    if (peer.syn && own.packets === 0) return ruledOut('not-established')
    const foreign = foreignness(reset)
    if (foreign === 'decisive' || foreign === 'agreed')
      return ruledOut({ id: 'foreign', values: { signs: reset.foreign.join(' ') } })
    if (own.unansweredRetransmits.count > 2 || own.unansweredProbes.count > 2)
      return ruledOut('peer-unresponsive')
    // Whoever stopped to probe a closed window had most likely given up, and was not restarted.
    const mayHaveGivenUp = gaveUpOnClosedWindow(reset) !== undefined
    const silenceMs = Math.round(reset.silenceNs / 1e6)
    const says: Because = { id: 'peer-knows-nothing', values: { silenceMs } }
    const also: Because[] = []
    const reason = reset.kernelSent?.reason
    if (reason !== undefined && NO_CONNECTION_REASONS.has(reason))
      also.push({ id: 'listener-answers', values: { reason } })
    const started = (logs?.life('process-start') ?? []).filter(
      ({ ns }) => ns !== undefined && ns <= reset.timeNs,
    )
    const starts = started.slice(-1)
    if (starts.length > 0) also.push({ id: 'service-restarted', values: {} })
    const isMissing = reset.socketMissing !== undefined
    if (isMissing) also.push({ id: 'socket-missing-before', values: {} })
    if (neighbours.acceptedAfter) also.push({ id: 'new-connections-accepted', values: {} })
    const proof = [
      citeRst(reset),
      ...citeOffending(reset),
      ...citeLast(reset, own),
      ...citeKernel(reset),
      ...citeLog(starts),
      ...citeMissing(reset),
    ]
    if (reason !== undefined && !NO_CONNECTION_REASONS.has(reason))
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    // What the sender last said may be longer ago than what either side said.
    const quietNs = Math.max(reset.silenceNs, reset.timeNs - (own.last?.ns ?? reset.timeNs))
    if (quietNs < MIN_RESTART_NS && own.packets > 0) return matched('possible', says, proof, also)
    // Where the reset was sent nothing else of the connection ever was: another host, or a new one, answers. A firewall of
    // the very host that forgot the connection sends the same reset, after the same packets: its socket tables tell.
    const isOtherHost = reset.sentElsewhere && reset.translated.length === 0
    if (foreign === 'hint' || (mayHaveGivenUp && starts.length === 0))
      return matched('possible', says, proof, also)
    if (starts.length > 0 || isMissing)
      return matched(reason === undefined ? 'strong' : 'proven', says, proof, also)
    if (isOtherHost) return matched(reason === undefined ? 'likely' : 'strong', says, proof, also)
    // Nothing of it was ever seen here: it may be another host's, led astray by a lost translation.
    if (own.packets === 0) return matched('possible', says, proof, also)
    // The kernel's word that it knows no such connection fits a sender that had given up too: that leaves its own marks.
    const timeouts = counters?.moved('TcpExtTCPAbortOnTimeout')?.value ?? 0
    const gaveUp = timeouts > 0 || (logs?.since('timed-out', reset.timeNs - reset.silenceNs) ?? []).length > 0
    if (reason !== undefined && !gaveUp)
      return matched(counters === undefined ? 'likely' : 'strong', says, proof, also)
    return matched('possible', says, proof, also)
  },
})
