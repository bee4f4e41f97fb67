import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeOffending, citeRst } from '../derive/cite.ts'
import { gaveUpOnClosedWindow } from '../derive/closed-window.ts'
import { sidesOf } from '../derive/groups.ts'

/** RFC 6298: after this many unanswered retransmissions seconds have passed; fewer are ordinary loss. */
const MIN_RETRANSMITS = 3
const MIN_OVER_NS = 1e9

/**
 * Data stayed unacknowledged until its sender gave up, silently (net/ipv4/tcp_timer.c tcp_write_err sends no RST); a
 * later segment of the peer is then answered by a bare reset.
 * Wrong when the peer's acknowledgements were merely not captured: where the whole direction is missing none counts.
 */
export const retransmissionTimeout = defineCause({
  id: 'retransmission-timeout',
  family: 'unresponsive',
  scope: 'reset',
  needs: ['reset'],
  uses: ['logs', 'counters'],
  evaluate({ reset, logs, counters }) {
    const { own } = sidesOf(reset)
    const events = logs?.near('timed-out') ?? []
    const closedMs = gaveUpOnClosedWindow(reset)
    if (closedMs !== undefined) {
      const timeouts = counters?.moved('TcpExtTCPAbortOnTimeout')?.value ?? 0
      const since = logs?.since('timed-out', reset.timeNs - reset.silenceNs) ?? []
      const proof = [citeRst(reset), ...citeLast(reset, own), ...citeOffending(reset), ...citeKernel(reset)]
      return matched(
        timeouts > 0 || since.length > 0 ? 'strong' : 'possible',
        { id: 'window-stayed-closed', values: { closedMs } },
        [...proof, ...citeLog(since)],
      )
    }
    const { count, firstNs } = own.unansweredRetransmits
    const overNs = (own.last?.ns ?? reset.timeNs) - firstNs
    const probesGaveUp = reset.form === 'reply' && own.unansweredProbes.count >= MIN_RETRANSMITS
    const lostNs = own.fin !== undefined && own.fin.ns < firstNs
    if (!probesGaveUp && (count < MIN_RETRANSMITS || overNs < MIN_OVER_NS || lostNs))
      return ruledOut('everything-acknowledged')
    const says: Because = probesGaveUp
      ? {
          id: 'probes-unanswered',
          values: {
            probes: own.unansweredProbes.count,
            overMs: Math.round((reset.timeNs - own.unansweredProbes.firstNs) / 1e6),
          },
        }
      : { id: 'retransmits-unanswered', values: { retransmits: count, overMs: Math.round(overNs / 1e6) } }
    const proof = [
      citeRst(reset),
      ...citeLast(reset, own),
      ...citeOffending(reset),
      ...citeKernel(reset),
      ...citeLog(events),
    ]
    return matched(reset.form === 'reply' ? 'strong' : 'likely', says, proof)
  },
})
