import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeRst } from '../derive/cite.ts'

const MIN_PROBES = 2

/**
 * Keepalive probes stayed unanswered (RFC 9293 §3.8.4; net/ipv4/tcp_timer.c tcp_keepalive_timer), so the prober reset.
 * Wrong when the answers were merely not captured: then the probes' acknowledgements are missing on this side only. A
 * capture that lacks the whole direction counts none as unanswered; one that also lacks the handshake cannot tell.
 */
export const keepaliveTimeout = defineCause({
  id: 'keepalive-timeout',
  family: 'unresponsive',
  scope: 'reset',
  needs: ['reset'],
  uses: ['logs'],
  evaluate({ reset, logs }) {
    if (reset.form !== 'active') return ruledOut('not-active')
    const { own } = reset
    const reason = reset.kernelSent?.reason
    const { count, firstNs } = own.unansweredProbes
    const isTold = reason === 'TCP_KEEPALIVE_TIMEOUT'
    if (!isTold && reason !== undefined && reason !== 'NOT_SPECIFIED')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    if (!isTold && count < MIN_PROBES) return ruledOut('probes-answered')
    const events = logs?.near('timed-out') ?? []
    const proof = [citeRst(reset), ...citeLast(reset, own), ...citeKernel(reset), ...citeLog(events)]
    const says: Because = {
      id: 'probes-unanswered',
      values: { probes: count, overMs: Math.round((reset.timeNs - firstNs) / 1e6) },
    }
    if (isTold && count === 0) return matched('proven', { id: 'kernel-reason', values: { reason } }, proof)
    return matched(isTold ? 'proven' : 'strong', says, proof)
  },
})
