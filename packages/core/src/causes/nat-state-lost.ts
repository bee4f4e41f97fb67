import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeOffending, citeRst } from '../derive/cite.ts'
import { sidesOf } from '../derive/groups.ts'

/**
 * A NAT or load balancer lost or refused the entry of a live connection, and a stranger or the wrong host reset it:
 * a segment arrives from an address that was never dialled and is answered by a bare reset, while the same ports
 * are in use with another address (kubernetes/kubernetes#74839).
 * Wrong when a scanner probes with the same ports, which has no twin connection.
 */
export const natStateLost = defineCause({
  id: 'nat-state-lost',
  family: 'middlebox',
  scope: 'reset',
  needs: ['reset', 'neighbours'],
  uses: [],
  evaluate({ reset, neighbours }) {
    const { own, peer } = sidesOf(reset)
    if (reset.form !== 'reply') return ruledOut({ id: 'not-reply', values: {} })
    const proof = [citeRst(reset), ...citeOffending(reset), ...citeKernel(reset)]
    if (neighbours.stranger !== undefined && own.packets === 0 && !peer.syn) {
      const says: Because = { id: 'stranger-answered', values: { stranger: neighbours.stranger.address } }
      return matched('strong', says, [
        ...proof,
        {
          input: neighbours.stranger.input,
          frame: neighbours.stranger.frame,
          says: { id: 'proof-last-segment', values: { by: neighbours.stranger.address } },
        },
      ])
    }
    const ports = neighbours.stranger
    if (ports !== undefined && reset.established) {
      const says: Because = { id: 'stranger-answered', values: { stranger: ports.address } }
      return matched('likely', says, proof)
    }
    // The path went to another machine in mid-flow: other hops, and nobody there knows the connection.
    const moved =
      reset.foreign.length === 1 && reset.foreign[0] === 'hops' && reset.established && own.fin === undefined
    const reason = reset.kernelSent?.reason
    if (reason !== undefined) return ruledOut({ id: 'no-stranger', values: {} })
    if (moved && reset.silenceNs < 900e6)
      return matched('possible', { id: 'wrong-host-answered', values: {} }, proof)
    return ruledOut({ id: 'no-stranger', values: {} })
  },
})
