import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeExchange, citeKernel, citeRst } from '../derive/cite.ts'
import { requestProgress } from '../derive/phase.ts'
import { distance } from '../tcp/sequence.ts'

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
    if (reset.sender !== 'server') return ruledOut({ id: 'not-by-server', values: {} })
    const { client, server, exchange } = reset
    if (client.turn === undefined || server.turn === undefined || server.turn.ns < client.turn.ns)
      return ruledOut({ id: 'no-request-open', values: {} })
    const reason = reset.kernelSent?.reason
    if (reason === 'TCP_STATE' || reason === 'TCP_KEEPALIVE_TIMEOUT')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const rst = reset.rsts[0]
    const proof = [citeRst(reset), ...citeExchange(reset), ...citeKernel(reset)]
    const progress = requestProgress(exchange, client)
    const expects = exchange.status !== undefined && progress !== undefined && progress.announcedBytes > 0
    const isFinal = exchange.status === undefined || exchange.status >= 200
    if (expects && isFinal && (reset.form === 'active' || server.fin !== undefined)) {
      const inFlight = rst === undefined || !rst.hasAck ? 0 : distance(rst.ack, client.next)
      const knownShort = exchange.requestLength !== undefined && !progress.complete
      const unread = inFlight > 0 || reset.unreadBytes !== undefined || reason === 'TCP_ABORT_ON_CLOSE'
      const stillComing = (client.lastDataNs ?? 0) > server.turn.ns
      if (knownShort || unread || stillComing) {
        const values = {
          status: exchange.status,
          delivered: progress.deliveredBytes,
          announced: progress.announcedBytes,
        }
        const isSure = reason === 'TCP_ABORT_ON_CLOSE' || (knownShort && reset.form === 'active')
        return matched(isSure ? 'proven' : 'strong', { id: 'request-body-unread', values }, proof)
      }
    }
    return ruledOut({ id: 'request-was-read', values: {} })
  },
})
