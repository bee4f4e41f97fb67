import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeKernel, citeOffending, citeRst, frame } from '../derive/cite.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { distance } from '../tcp/sequence.ts'

/**
 * A new connection met the remains of an old one with the same ports: the SYN is answered by an acknowledgement of
 * something else (a challenge ACK, RFC 9293 §3.10.7.4; TIME-WAIT, RFC 6191), and the client's stack resets.
 * Wrong when a device rewrites sequence numbers.
 */
export const portReuse = defineCause({
  id: 'port-reuse',
  family: 'unknown-connection',
  scope: 'reset',
  needs: ['reset'],
  uses: [],
  evaluate({ reset }) {
    const { client, server } = reset
    const reason = reset.kernelSent?.reason
    if (
      client.syn &&
      reset.sender === 'client' &&
      !server.synAck &&
      server.packets > 0 &&
      client.dataSegments === 0
    ) {
      const rst = reset.rsts[0]
      const wrong = server.acked !== undefined && distance(client.isn, server.acked) !== 1
      if (wrong && (rst?.hasAck === false || reason === 'TCP_INVALID_ACK_SEQUENCE')) {
        const also: Because[] = reset.portsReused ? [{ id: 'syn-reused-ports', values: {} }] : []
        if (reason !== undefined) also.push({ id: 'handshake-rejected', values: { reason } })
        const proof = proofOf(reset)
        if (client.last !== undefined)
          proof.push(frame(reset, client.last.frame, { id: 'proof-syn', values: {} }))
        return matched(
          reset.portsReused || reason !== undefined ? 'proven' : 'strong',
          { id: 'challenge-ack-to-syn', values: {} },
          proof,
          also,
        )
      }
    }
    if (reason === 'TCP_INVALID_ACK_SEQUENCE')
      return matched('likely', { id: 'handshake-rejected', values: { reason } }, proofOf(reset))
    return ruledOut('ports-not-reused')
  },
})

function proofOf(reset: ResetFacts): Citation[] {
  return [citeRst(reset), ...citeOffending(reset), ...citeKernel(reset)]
}
