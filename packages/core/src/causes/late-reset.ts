import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeFin, citeOffending, citeRst } from '../derive/cite.ts'
import { isClosingAlert, wasAwaited, wasSending } from '../derive/closing-alert.ts'
import { closer } from '../derive/unread.ts'
import { distance } from '../tcp/sequence.ts'

/** So soon after the end of its process a port refuses because of it. */
const MAX_REFUSED_AFTER_NS = 15e9
/** A close_notify in any version of TLS, with room for padding. */
const MAX_CLOSE_NOTIFY_BYTES = 64

/**
 * Both sides had finished before the reset, or it answers a duplicate: nothing was lost.
 * Wrong when the second FIN came with data that the first closer no longer read: then the data was lost. Over TLS such
 * data is a goodbye, unless it is longer than one, or the closer had asked and waited for it in silence. And when a server
 * ended in the middle of a long answer over TLS, which only a log of the client tells, or a port that then refuses.
 */
export const lateReset = defineCause({
  id: 'late-reset',
  family: 'benign',
  scope: 'reset',
  needs: ['reset'],
  uses: ['logs', 'neighbours'],
  evaluate({ reset, logs, neighbours }) {
    const { own, peer } = reset
    if (closer(reset) !== reset.sender) return ruledOut('something-was-lost')
    if (own.fin === undefined && peer.fin === undefined && !reset.closedBefore)
      return ruledOut('no-fin-before')
    const proof = [citeRst(reset), ...citeFin(reset, own), ...citeFin(reset, peer)]
    if (reset.closedBefore && reset.phase === 'unseen')
      return matched('strong', { id: 'ended-before', values: {} }, proof)
    const isTls = reset.exchange.protocol === 'tls'
    // A TLS client that has its answer closes without reading the close_notify that follows it.
    const arrived = peer.acked === undefined || distance(peer.acked, own.next) <= 1
    const said = reset.client.turn === undefined ? 0 : (reset.client.next - reset.client.turn.seq) >>> 0
    // A client that refused the certificate has said next to nothing after its hello.
    const hasAsked = reset.client.turns >= 3 || said > MAX_CLOSE_NOTIFY_BYTES
    const isDone =
      arrived &&
      hasAsked &&
      reset.client.turns >= 2 &&
      reset.server.turns >= 2 &&
      own.zeroWindow === undefined
    const leftFirst = own.fin !== undefined && peer.fin !== undefined && own.fin.ns <= peer.fin.ns
    if (
      isTls &&
      isDone &&
      peer.fin !== undefined &&
      reset.form === 'active' &&
      reset.unreadBytes === undefined &&
      !(leftFirst && wasSending(reset))
    )
      return matched('likely', { id: 'only-alert-lost', values: {} }, proof)
    if (own.fin === undefined) return ruledOut('no-fin-before')
    const ownFin = own.fin
    const lost = Math.max(0, distance(own.acked ?? peer.isn, peer.next) - (peer.fin === undefined ? 0 : 1))
    const spokeAfter = (peer.lastDataNs ?? 0) > ownFin.ns
    const isShort = isTls && lost <= MAX_CLOSE_NOTIFY_BYTES && peer.turns > 1
    const refusedNs = neighbours?.refusedSinceFin?.ns ?? Infinity
    const isCut = refusedNs - ownFin.ns < MAX_REFUSED_AFTER_NS || (logs?.near('early-close') ?? []).length > 0
    if (wasSending(reset) && isCut) return ruledOut('something-was-lost')
    const isGoodbye = isShort || isClosingAlert(reset, peer, lost)
    // By its size alone, and without its FIN, it may be a message as short as an alert.
    const isSure = reset.sender === 'client' || peer.fin !== undefined || peer.alert !== undefined
    if (spokeAfter && lost > 0 && isGoodbye && !(reset.sender === 'client' && wasAwaited(reset, lost)))
      return matched(isSure ? 'strong' : 'likely', { id: 'only-alert-lost', values: {} }, proof)
    if (peer.fin === undefined) {
      // Everything the peer ever sent was acknowledged; the reset answers something it sent twice.
      const isDuplicate =
        reset.form === 'reply' && lost === 0 && !spokeAfter && ownFin.acked && reset.offending !== undefined
      if (isDuplicate && peer.last !== undefined && peer.last.length > 0 && reset.spokeLast !== undefined)
        return matched('likely', { id: 'answers-duplicate', values: {} }, [...proof, ...citeOffending(reset)])
      return ruledOut('no-fin-before')
    }
    if (lost > 0) return ruledOut('something-was-lost')
    return matched('strong', { id: 'both-fins-first', values: {} }, proof)
  },
})
