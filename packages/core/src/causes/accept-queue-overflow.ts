import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { foreignness } from '../derive/foreign.ts'
import { citeKernel, citeLast, citeRst, frame } from '../derive/cite.ts'
import type { ResetGroup } from '../derive/groups.ts'
import { memoize } from '../derive/memoize.ts'

/** Resets from the listener itself: the queue was full when the handshake should have completed. */
const LISTENER_REASONS = new Set(['INVALID_SYN', 'TCP_FLAGS'])
/** From the end of the handshake to the refusal there is one round trip, or a retransmission of the SYN,ACK. */
const MAX_AFTER_HANDSHAKE_NS = 4e9
const MIN_ALIKE = 3

/**
 * The listener's accept queue was full, and net.ipv4.tcp_abort_on_overflow made the kernel answer the last segment of
 * the handshake, or the request, with a bare reset (net/ipv4/tcp_minisocks.c tcp_check_req, listen_overflow).
 * Wrong when a cookie was rejected, which looks the same (then SyncookiesFailed moves).
 */
export const acceptQueueOverflow = defineCause({
  id: 'accept-queue-overflow',
  family: 'refused',
  scope: 'group',
  needs: ['reset', 'group'],
  uses: ['counters'],
  evaluate({ reset, group, counters }) {
    const { client, server } = reset
    if (reset.sender !== 'server' || reset.form !== 'reply') return ruledOut('not-reply')
    if (!server.synAck || server.dataSegments > 0) return ruledOut('server-had-answered')
    if (server.fin !== undefined) return ruledOut({ id: 'fin-came-first', values: { by: server.address } })
    if (foreignness(reset) !== 'none')
      return ruledOut({ id: 'foreign', values: { signs: reset.foreign.join(' ') } })
    // The server must never have gone on with the connection: it acknowledged nothing beyond the SYN.
    if (server.acked !== undefined && (server.acked - client.isn) >>> 0 > 1) return ruledOut('established')
    if (reset.timeNs - reset.firstNs > MAX_AFTER_HANDSHAKE_NS * 4) return ruledOut('established')
    const reason = reset.kernelSent?.reason
    if (reason !== undefined && !LISTENER_REASONS.has(reason))
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const overflows = counters?.moved('TcpExtListenOverflows')
    const proof: Citation[] = [citeRst(reset), ...citeLast(reset, client), ...citeKernel(reset)]
    if (server.last !== undefined)
      proof.push(
        frame(reset, server.last.frame, { id: 'proof-last-segment', values: { by: server.address } }),
      )
    const also: Because[] = []
    if (overflows !== undefined && overflows.value > 0) {
      also.push({ id: 'queue-counters', values: { overflows: overflows.value } })
      proof.push({
        input: overflows.input,
        line: overflows.line,
        says: { id: 'proof-counter', values: { name: 'TcpExtListenOverflows', value: overflows.value } },
      })
    }
    if (reason !== undefined) also.push({ id: 'kernel-reason', values: { reason } })
    const says: Because = { id: 'queue-overflow-shape', values: {} }
    const retried = server.synCount > 1 || client.synCount > 1
    const queue =
      reset.listenQueue !== undefined &&
      reset.listenLimit !== undefined &&
      reset.listenQueue >= reset.listenLimit
    if (reason === 'INVALID_SYN' || (also.length > 0 && overflows !== undefined && overflows.value > 0))
      return matched('proven', says, proof, also)
    if (queue || reason !== undefined) return matched('strong', says, proof, also)
    return matched(retried || alikeIn(group) >= MIN_ALIKE ? 'likely' : 'possible', says, proof, also)
  },
})

const alikeIn = memoize(
  (group: ResetGroup) =>
    group.sample.filter(
      (each) => each.form === 'reply' && each.server.synAck && each.server.dataSegments === 0,
    ).length,
)
