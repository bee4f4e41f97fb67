import type { ResetFacts, Side } from './reset-facts.ts'

const CLOSE_NOTIFY = 0
/** A closing alert in any version of TLS, with room for padding. */
const MAX_ALERT_BYTES = 64
/** Where the connection speaks TLS from its first byte: HTTP/2's GOAWAY before the alert (RFC 9113 §6.8). */
const MAX_GOODBYE_BYTES = 128
/** A close_notify of TLS 1.3, which is not told from data but by its size (RFC 8446 §5.2). */
const CLOSE_NOTIFY_BYTES = 24
/** The smallest frame of HTTP/2 (RFC 9113 §4.1), encrypted: 9 bytes and no less than 21 around them. */
const MIN_HTTP2_BYTES = 30
/** Who closes sooner after its last words does not wait for an answer to them. */
const MIN_WAIT_NS = 300e6

/**
 * What a side said last is how its TLS session ends (RFC 8446 §6.1), also where the session began in another protocol
 * (STARTTLS): nobody waits for it.
 * Wrong when the last words before the alert were a very short answer that was still wanted: see `wasAwaited`.
 *
 * @param bytes of data that its peer did not take
 */
export function isClosingAlert({ exchange }: ResetFacts, { alert }: Side, bytes: number): boolean {
  if (alert === undefined) return false
  if (bytes > (exchange.protocol === 'tls' ? MAX_GOODBYE_BYTES : MAX_ALERT_BYTES)) return false
  const isReadable = alert.level > 0
  return !isReadable || alert.description === CLOSE_NOTIFY
}

/** The same of TLS 1.2 with AES-GCM (RFC 5288 §3), 8 bytes of nonce more. */
const CLOSE_NOTIFY_12_BYTES = 31

/**
 * The client's whole last message is how its TLS session ends: it asked for nothing more.
 * Wrong for another message of two bytes over TLS 1.3 (MQTT's PINGREQ).
 */
export function isOnlyGoodbye(reset: ResetFacts): boolean {
  const { client, exchange } = reset
  if (client.turn === undefined) return false
  const bytes = ((client.next - client.turn.seq) >>> 0) - (client.fin === undefined ? 0 : 1)
  if (isClosingAlert(reset, client, bytes)) return true
  // A request may be as short; before a FIN it is none.
  const longest = client.fin === undefined ? CLOSE_NOTIFY_BYTES : CLOSE_NOTIFY_12_BYTES
  return exchange.protocol === 'tls' && bytes <= longest
}

/** Over TLS an answer is not seen to be whole; a longer one that runs up to the end may be cut. */
const MIN_FLOW_BYTES = 65_536
const MAX_PAUSE_NS = 500e6

/**
 * Whether the sender of the reset was in the middle of a long message when it closed or reset.
 * Wrong when the message ended just there: an answer after which the server always closes.
 */
export function wasSending({ own, timeNs }: ResetFacts): boolean {
  const { fin, turn, next, lastDataNs } = own
  if (turn === undefined || lastDataNs === undefined || (fin?.silenceNs ?? 0) > 0) return false
  return (next - turn.seq) >>> 0 > MIN_FLOW_BYTES && (fin?.ns ?? timeNs) - lastDataNs < MAX_PAUSE_NS
}

/**
 * The last words hold an answer that was waited for: the client had asked and then closed without a word more, after
 * a while, and what met the closed socket is more than an alert.
 * Wrong when the server speaks unasked, in a message as short as an answer.
 *
 * @param bytes of data of the server that the client did not take
 */
export function wasAwaited({ exchange, client, server }: ResetFacts, bytes: number): boolean {
  const { fin, lastDataNs } = client
  if (fin === undefined || lastDataNs === undefined || server.turn === undefined) return false
  if (server.turn.ns < fin.ns || fin.ns - lastDataNs < MIN_WAIT_NS) return false
  const answer = bytes - alertIn(server, bytes)
  // Over TLS from the first byte it may be a frame of HTTP/2, whose server says goodbye as well.
  return answer > 0 && (exchange.protocol !== 'tls' || answer < MIN_HTTP2_BYTES)
}

/** How much of the last words is the alert: a record is never smaller than its header and its authentication. */
function alertIn({ alert }: Side, bytes: number): number {
  if (alert !== undefined) return Math.min(bytes, alert.bytes)
  return bytes === CLOSE_NOTIFY_BYTES || bytes >= 2 * CLOSE_NOTIFY_BYTES - 1 ? CLOSE_NOTIFY_BYTES : 0
}
