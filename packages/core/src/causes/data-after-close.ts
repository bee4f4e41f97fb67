import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeFin, citeKernel, citeOffending, citeRst } from '../derive/cite.ts'
import { areEquallyIdle, closedValues, isUsedAgain } from '../derive/closed-at-once.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { distance } from '../tcp/sequence.ts'

/**
 * One party closed (FIN), the other went on sending; the closed socket answers with a reset (RFC 9293 §3.10.7.1).
 * Wrong when the FIN was a half-close and the sender of FIN still read: then the reset has another reason. Not told from
 * a capture that lacks what the other party sent.
 */
export const dataAfterClose = defineCause({
  id: 'data-after-close',
  family: 'unknown-connection',
  scope: 'reset',
  needs: ['reset', 'neighbours'],
  uses: [],
  evaluate({ reset, neighbours }) {
    const { own, peer } = reset
    if (own.fin === undefined) return ruledOut('no-fin-before')
    // A capture that lacks the other direction shows no data, and no numbers to compare with.
    if (peer.packets === 0) return ruledOut('one-direction-only')
    if (
      reset.form === 'active' &&
      reset.kernelSent?.reason !== 'TCP_ABORT_ON_DATA' &&
      !hasDataAfterFin(reset)
    )
      return ruledOut('not-reply')
    // A closed socket acknowledges nothing: one that did, and reset by itself, had only closed its own direction.
    const livedOn = reset.form === 'active' && hasAckedAfterFin(reset)
    const acked = own.acked ?? peer.isn
    const bytes = Math.max(0, distance(acked, peer.next) - (peer.fin === undefined ? 0 : 1))
    const lastData = peer.lastDataNs ?? 0
    if (lastData <= own.fin.ns && bytes === 0) return ruledOut('nothing-else-ended')
    const says: Because = {
      id: 'data-after-fin',
      values: {
        bytes: Math.max(bytes, 1),
        afterFinMs: Math.max(0, Math.round((lastData - own.fin.ns) / 1e6)),
      },
    }
    const proof = [citeRst(reset), ...citeFin(reset, own), ...citeOffending(reset), ...citeKernel(reset)]
    // Idle ones, closed in one go by a process that ends, or that was told to and listens on: nothing else shows which.
    if (isUsedAgain(reset) && !reset.listenerKept && !areEquallyIdle(neighbours.closedAtOnce))
      return matched('possible', says, proof, [
        { id: 'closed-at-once', values: closedValues(neighbours.closedAtOnce) },
      ])
    // A client over TLS that closes while the server still answers may as well have given up: nothing shows which.
    if (livedOn || (reset.sender === 'client' && reset.exchange.protocol === 'tls'))
      return matched('possible', says, proof)
    return matched(reset.form === 'reply' ? 'strong' : 'likely', says, proof)
  },
})

function hasDataAfterFin(reset: ResetFacts): boolean {
  const { own, peer } = reset
  return own.fin !== undefined && (peer.lastDataNs ?? 0) > own.fin.ns
}

/** Acknowledgements of its own after its FIN, up to data that came after it. */
function hasAckedAfterFin(reset: ResetFacts): boolean {
  const { own, peer } = reset
  if (own.fin === undefined || own.acked === undefined) return false
  const heard = distance(own.acked, peer.next) <= (peer.fin === undefined ? 0 : 1)
  return heard && (own.last?.ns ?? 0) > own.fin.ns && (peer.lastDataNs ?? 0) > own.fin.ns
}
