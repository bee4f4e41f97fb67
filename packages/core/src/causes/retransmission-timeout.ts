import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeOffending, citeRst } from '../derive/cite.ts'
import { gaveUpOnClosedWindow } from '../derive/closed-window.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'

/** RFC 6298: after this many unanswered retransmissions seconds have passed; fewer are ordinary loss. */
const MIN_RETRANSMITS = 3
const MIN_OVER_NS = 1e9
/** What is acknowledged sooner was given up by nobody. */
const MIN_LATE_NS = 900e6
/** Differences of doubles, and no more. */
const SAME_NS = 1e3

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
    const { own } = reset
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
    if (!probesGaveUp && (count < MIN_RETRANSMITS || overNs < MIN_OVER_NS || lostNs)) {
      const lateMs = answeredTooLate(reset)
      if (lateMs === undefined) return ruledOut('everything-acknowledged')
      const since = logs?.since('timed-out', own.repeatedFromNs) ?? []
      return matched(
        since.length > 0 ? 'strong' : 'possible',
        { id: 'retransmits-answered-late', values: { retransmits: own.retransmits, lateMs } },
        [
          citeRst(reset),
          ...citeLast(reset, own),
          ...citeOffending(reset),
          ...citeKernel(reset),
          ...citeLog(since),
        ],
      )
    }
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

/**
 * How long after the last of several repeats the peer acknowledged them, with the very segment that the reset answers: its
 * sender may have given up in the meantime.
 */
function answeredTooLate(reset: ResetFacts): number | undefined {
  const { own } = reset
  const { last, lastDataNs, repeatedFromNs, retransmits } = own
  if (reset.form !== 'reply' || last === undefined || lastDataNs === undefined || own.fin !== undefined)
    return undefined
  // Nothing new was sent since.
  const isLast = lastDataNs < repeatedFromNs && last.length > 0
  if (!isLast || retransmits < MIN_RETRANSMITS || last.ns - repeatedFromNs < MIN_OVER_NS) return undefined
  const lateNs = (reset.offending?.ns ?? last.ns) - last.ns
  // An answer in between would have cut the silence short.
  const isFirst = Math.abs(lateNs - reset.silenceNs) < SAME_NS
  return lateNs < MIN_LATE_NS || !isFirst ? undefined : Math.round(lateNs / 1e6)
}
