import type { Exchange } from './exchange.ts'
import type { Phase, ResetFacts, Side } from './reset-facts.ts'

/** Response statuses that never have a body (RFC 9110 §6.4.1). */
const BODILESS = new Set([204, 304])

/** How much of the announced response body was sent, and whether that is all of it. */
export function responseProgress(
  exchange: Exchange,
  server: Side,
):
  | { readonly deliveredBytes: number; readonly announcedBytes: number; readonly complete: boolean }
  | undefined {
  const { status, responseHeadBytes, responseLength } = exchange
  if (status === undefined || server.turn === undefined || responseHeadBytes === undefined) return undefined
  const sent = (server.next - server.turn.seq) >>> 0
  const body = Math.max(0, sent - responseHeadBytes - (server.fin === undefined ? 0 : 1))
  if (exchange.method === 'HEAD' || BODILESS.has(status))
    return { deliveredBytes: 0, announcedBytes: 0, complete: true }
  if (responseLength === undefined) return undefined
  return { deliveredBytes: body, announcedBytes: responseLength, complete: body >= responseLength }
}

/** How much of the announced request body was sent. */
export function requestProgress(
  exchange: Exchange,
  client: Side,
):
  | { readonly deliveredBytes: number; readonly announcedBytes: number; readonly complete: boolean }
  | undefined {
  const { method, requestHeadBytes = 0, requestLength, requestChunked } = exchange
  if (method === undefined || client.turn === undefined) return undefined
  const sent = (client.next - client.turn.seq) >>> 0
  const body = Math.max(0, sent - requestHeadBytes - (client.fin === undefined ? 0 : 1))
  // A chunked body's end is not looked for: it counts as unfinished, and other signs must say that more came.
  if (requestLength === undefined && requestChunked === true)
    return { deliveredBytes: body, announcedBytes: body, complete: false }
  const announced = requestLength ?? 0
  return { deliveredBytes: body, announcedBytes: announced, complete: body >= announced }
}

export function phaseOf(shape: ResetFacts): Phase {
  const { client, server, established, exchange } = shape
  if (client.packets + server.packets === 0) return 'unseen'
  if (!established) return 'handshake'
  if (client.fin !== undefined || server.fin !== undefined) return 'closing'
  if (client.turn === undefined && server.turn === undefined) return 'idle'
  if (shape.spokeLast === 'client') return 'request'
  const progress = responseProgress(exchange, server)
  if (progress === undefined) return 'data'
  return progress.complete ? 'idle' : 'response'
}
