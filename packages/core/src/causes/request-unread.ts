import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeExchange, citeKernel, citeRst } from '../derive/cite.ts'
import { requestProgress } from '../derive/phase.ts'
import type { Exchange } from '../derive/exchange.ts'
import { unreadEvidence } from '../derive/unread.ts'
import { distance } from '../tcp/sequence.ts'
/** RFC 9110 §9.3: methods whose requests usually carry content. */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])
/** Longer heads are rare; a body is then under way even if its length was not captured. */
const MAX_HEAD_BYTES = 4_096

/**
 * The server answered, and closed without reading the rest of the request: response data by the server while the
 * client's request was still coming, then RST,ACK by the server.
 * Wrong when the connection carries pipelined messages in both directions and the "answer" belongs to an earlier one.
 */
export const requestUnread = defineCause({
  id: 'request-unread',
  family: 'abnormal',
  scope: 'reset',
  needs: ['reset'],
  uses: [],
  evaluate({ reset }) {
    if (reset.sender !== 'server') return ruledOut('not-by-server')
    const { client, server, exchange } = reset
    if (client.turn === undefined || server.turn === undefined || server.turn.ns < client.turn.ns)
      return ruledOut('no-request-open')
    const reason = reset.kernelSent?.reason
    if (reason === 'TCP_STATE' || reason === 'TCP_KEEPALIVE_TIMEOUT')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const rst = reset.rsts[0]
    const progress = requestProgress(exchange, client)
    const expects =
      exchange.status !== undefined && progress !== undefined && hasBody(exchange, progress.deliveredBytes)
    const isFinal = exchange.status === undefined || exchange.status >= 200
    if (expects && isFinal && (reset.form === 'active' || server.fin !== undefined)) {
      const inFlight = rst === undefined || !rst.hasAck ? 0 : distance(rst.ack, client.next)
      const knownShort = exchange.requestLength !== undefined && !progress.complete
      const unread = inFlight > 0 || unreadEvidence(reset) !== undefined
      const stillComing = (client.lastDataNs ?? 0) > server.turn.ns
      if (knownShort || unread || stillComing) {
        const values = {
          status: exchange.status,
          delivered: progress.deliveredBytes,
          announced: Math.max(progress.announcedBytes, progress.deliveredBytes),
        }
        const isSure = reason === 'TCP_ABORT_ON_CLOSE' || (knownShort && reset.form === 'active')
        const proof = [citeRst(reset), ...citeExchange(reset), ...citeKernel(reset)]
        return matched(isSure ? 'proven' : 'strong', { id: 'request-body-unread', values }, proof)
      }
    }
    return ruledOut('request-was-read')
  },
})

/** The request announces a body, or its method takes one and more came than a head has. */
function hasBody(exchange: Exchange, sentBytes: number): boolean {
  if (exchange.requestLength !== undefined) return exchange.requestLength > 0
  if (exchange.requestChunked === true) return true
  return METHODS_WITH_BODY.has(exchange.method ?? '') && sentBytes > MAX_HEAD_BYTES
}
