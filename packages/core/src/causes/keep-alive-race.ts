import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeExchange, citeFin, citeKernel, citeLog, citeOffending, citeRst } from '../derive/cite.ts'
import { areEquallyIdle, closedValues, idleBeforeFin } from '../derive/closed-at-once.ts'
import { isOnlyGoodbye } from '../derive/closing-alert.ts'
import { distance } from '../tcp/sequence.ts'

/** An idle time shorter than this is not a keep-alive timeout, but may be a limit on the number of requests. */
const MIN_IDLE_NS = 300e6

/** A client that was quiet for so long after the server's FIN takes the connection from a pool. */
const MIN_PAUSE_NS = 1e9

/**
 * The server closed an idle pooled connection by FIN, and the client's next request met a socket that was gone.
 * Wrong when the client was in the middle of a message (that is data after close), when the exchange before the FIN
 * never completed, or when the server closed for another reason: it had announced it, or it closed connections that had
 * been idle for very different times in one go (it ends, or was told to).
 */
export const keepAliveRace = defineCause({
  id: 'keep-alive-race',
  family: 'unknown-connection',
  scope: 'reset',
  needs: ['reset', 'service', 'neighbours'],
  uses: ['logs'],
  evaluate({ reset, service, neighbours, logs }) {
    const { client, server, rsts } = reset
    const [rst] = rsts
    if (reset.sender !== 'server') return ruledOut('not-by-server')
    if (server.fin === undefined) {
      // The server closed with the request already in its queue: no FIN, an active reset of an idle connection.
      return ruledOut('no-fin-before')
    }
    if (client.fin !== undefined && client.fin.ns < server.fin.ns)
      return ruledOut({ id: 'fin-came-first', values: { by: client.address } })
    if (client.turn === undefined || reset.spokeLast !== 'client') return ruledOut('no-request-open')
    // The whole last message of the client is news to the server: it acknowledged nothing of it with or before its FIN.
    const unheard = server.acked !== undefined && distance(server.acked, client.turn.seq) >= 0
    const isHttp = reset.exchange.method !== undefined
    // A capture that begins late has missed the exchanges before; a request by itself then shows that there were any.
    const beganLate = !client.syn && isHttp
    const exchanged = beganLate || (client.turns >= 2 && server.turns >= 1)
    if (!unheard || !exchanged) return ruledOut('no-request-open')
    if (isOnlyGoodbye(reset)) return ruledOut('only-alert-lost')
    if (reset.exchange.closes === true) return ruledOut('close-announced')
    if (!areEquallyIdle(neighbours.closedAtOnce))
      return ruledOut({ id: 'closed-at-once', values: closedValues(neighbours.closedAtOnce) })
    const idleNs = idleBeforeFin(reset) ?? 0
    // Without an idle time, only the protocol shows that this is a new request and not more of the same.
    const afterFinNs = client.turn.ns - server.fin.ns
    // Or that its sender had been quiet for long: a server may say goodbye before its FIN (an error message, a status).
    const isFromPool = afterFinNs >= MIN_PAUSE_NS && client.turns >= 2 && server.turns >= 2
    if (idleNs < MIN_IDLE_NS && !isHttp && !isFromPool) return ruledOut('no-request-open')
    // The reset repeats what the request acknowledged (RFC 9293 §3.10.7.1): not the FIN, where that was still on its way.
    const crossing = rst !== undefined && !rst.hasAck && distance(rst.seq, server.fin.seq) >= 0
    const events = [...(logs?.near('hang-up') ?? []), ...(logs?.near('reset') ?? [])].filter(
      (event) => event.reused === true,
    )
    const says: Because = {
      id: 'request-after-server-fin',
      values: { idleMs: Math.round(idleNs / 1e6), afterFinMs: Math.round(afterFinNs / 1e6), crossing },
    }
    const same = service.serverFinsAfter(idleNs / 1e6)
    const also: Because[] =
      same > 1
        ? [{ id: 'idle-time-of-server', values: { idleMs: Math.round(idleNs / 1e6), count: same } }]
        : []
    const proof = [
      citeRst(reset),
      ...citeFin(reset, server),
      ...citeOffending(reset),
      ...citeExchange(reset),
      ...citeKernel(reset),
      ...citeLog(events),
    ]
    if (idleNs >= MIN_IDLE_NS) return matched('proven', says, proof, also)
    return matched(beganLate && client.turns < 2 ? 'likely' : 'strong', says, proof, also)
  },
})
