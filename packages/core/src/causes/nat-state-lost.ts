import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeKernel, citeOffending, citeRst } from '../derive/cite.ts'
import { isGatewaysAnswer } from '../derive/foreign.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'

/**
 * A NAT or load balancer lost or refused the entry of a live connection, and a stranger or the wrong host reset it:
 * a segment arrives from an address that was never dialled and is answered by a bare reset, while the same ports
 * are in use with another address (kubernetes/kubernetes#74839).
 * Wrong when a scanner probes with the same ports, which has no twin connection, and when a client keeps connections from
 * one port of its own to several servers (SIP): then both sides spoke in each of them.
 */
export const natStateLost = defineCause({
  id: 'nat-state-lost',
  family: 'middlebox',
  scope: 'reset',
  needs: ['reset', 'neighbours'],
  uses: [],
  evaluate({ reset, neighbours }) {
    const { own, peer } = reset
    if (reset.form !== 'reply') return ruledOut('not-reply')
    const { stranger } = neighbours
    if (
      stranger !== undefined &&
      ((own.packets === 0 && !peer.syn) || reset.astray || reset.translated.some(({ opened }) => !opened))
    ) {
      const says: Because = { id: 'stranger-answered', values: { stranger: stranger.address } }
      return matched('strong', says, [
        ...proofOf(reset),
        {
          input: stranger.input,
          frame: stranger.frame,
          says: { id: 'proof-last-segment', values: { by: stranger.address } },
        },
      ])
    }
    if (stranger !== undefined && reset.established) {
      const says: Because = { id: 'stranger-answered', values: { stranger: stranger.address } }
      return matched('likely', says, proofOf(reset))
    }
    // Somebody nearer than the server answered, who has no such connection: the translation before it is gone.
    if (isGatewaysAnswer(reset) && own.fin === undefined && reset.established)
      return matched('strong', { id: 'wrong-host-answered', values: {} }, proofOf(reset))
    return ruledOut('no-stranger')
  },
})

function proofOf(reset: ResetFacts): Citation[] {
  return [citeRst(reset), ...citeOffending(reset), ...citeKernel(reset)]
}
