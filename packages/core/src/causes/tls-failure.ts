import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeLast, citeLog, citeRst, frame } from '../derive/cite.ts'
import type { ResetFacts, Side } from '../derive/reset-facts.ts'

/** RFC 8446 §6: levels and the descriptions that end handshakes. */
const LEVELS = ['', 'warning', 'fatal']
const CLOSE_NOTIFY = 0
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  109: 'missing_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
}
/** Until a TLS handshake is over, either side speaks twice at most; later alerts end sessions, not handshakes. */
const MAX_HANDSHAKE_TURNS = 2
/** From the alert to the reset. */
const MAX_AFTER_ALERT_NS = 5e9
/** Handshake messages of a client after its hello: certificates included, no application would send so little. */
const MAX_CLIENT_HANDSHAKE_BYTES = 16_384
/** A server that rejects a client's certificate does so as soon as it has read it. */
const MAX_REFUSAL_NS = 1e9
/** A port that so many others spoke TLS to, and that answered nothing else, is a port for TLS. */
const MIN_TLS = 2
/** ChangeCipherSpec and an encrypted alert, or less: what a client sends that refuses a certificate in TLS 1.3. */
const MAX_REFUSAL_BYTES = 40

/**
 * A TLS handshake that failed: an alert, an answer that is not TLS, or a close during the handshake.
 * Wrong when an established session ends with close_notify and a reset (those are late or unread data), when a server
 * without session tickets drops a session before its first answer (it sends no alert then), and when a capture that lost
 * segments begins in the middle of a record (then the sequence numbers show a gap).
 */
export const tlsFailure = defineCause({
  id: 'tls-failure',
  family: 'abnormal',
  scope: 'reset',
  needs: ['reset', 'service'],
  uses: ['logs'],
  evaluate({ reset, service, logs }) {
    const { exchange, client, server } = reset
    const events = logs?.near('tls') ?? []
    const proof: Citation[] = [citeRst(reset)]
    if (exchange.protocol !== 'tls' && exchange.tlsMismatch === undefined) {
      // A server that expected TLS and got something else may close without a word; its log says why.
      const isFirst = client.turns <= 1 && server.bytes === 0 && reset.sender === 'server'
      if (!isFirst) return ruledOut('no-tls')
      const says: Because = { id: 'tls-mismatch-plain-client', values: {} }
      if (events.length > 0) return matched('strong', says, [...proof, ...citeLog(events)])
      if (!isRefusedAtOnce(reset) || service.tls < MIN_TLS || service.plain > 0) return ruledOut('no-tls')
      return matched(
        'strong',
        says,
        [...proof, ...citeLast(reset, client)],
        [{ id: 'others-speak-tls', values: { count: service.tls } }],
      )
    }
    if (exchange.tlsMismatch !== undefined) {
      const says: Because =
        exchange.tlsMismatch === 'plain-client'
          ? { id: 'tls-mismatch-plain-client', values: {} }
          : { id: 'tls-mismatch-plain-server', values: {} }
      return matched('strong', says, [...proof, ...citeLog(events)])
    }
    const isEarly = client.turns <= MAX_HANDSHAKE_TURNS && server.turns <= MAX_HANDSHAKE_TURNS
    const alert = failingAlert(reset, client) ?? failingAlert(reset, server)
    // An alert that can be read was sent before the handshake was encrypted; one that cannot may end a session whose
    // beginning the capture lacks.
    const sawHello = exchange.tlsClient === true || client.syn
    if (alert !== undefined && (alert.level > 0 || (isEarly && sawHello))) {
      const says: Because = {
        id: 'tls-alert',
        values: {
          level: LEVELS[alert.level] ?? 'encrypted',
          description:
            alert.level === 0 ? 'encrypted' : (DESCRIPTIONS[alert.description] ?? String(alert.description)),
        },
      }
      const isReadable = alert.level > 0
      proof.push(frame(reset, alert.frame, { id: 'proof-alert', values: {} }), ...citeLog(events))
      return matched(isReadable || events.length > 0 ? 'proven' : 'likely', says, proof)
    }
    const isUnfinished = client.bytes < MAX_CLIENT_HANDSHAKE_BYTES && client.turns <= 1 && server.turns <= 1
    if (isUnfinished && sawHello && reset.foreign.length === 0) {
      const says: Because =
        server.bytes === 0
          ? { id: 'tls-refused-after-hello', values: { serverName: exchange.serverName ?? '' } }
          : { id: 'tls-handshake-unfinished', values: {} }
      return matched(events.length > 0 ? 'strong' : 'likely', says, [...proof, ...citeLog(events)])
    }
    // TLS 1.3 hides its alerts: a client that refuses says next to nothing after the server's first flight.
    const afterHello = client.turn === undefined ? 0 : (client.next - client.turn.seq) >>> 0
    const refuses =
      client.turns === 2 &&
      server.turns <= 2 &&
      afterHello - (client.fin === undefined ? 0 : 1) <= MAX_REFUSAL_BYTES
    if (refuses && isEarly) {
      const says: Because = { id: 'tls-handshake-unfinished', values: {} }
      return matched(events.length > 0 ? 'strong' : 'likely', says, [...proof, ...citeLog(events)])
    }
    // The server closed on the client's second flight, without the answer, the tickets or the Finished that follow it.
    const serverAnswered = server.turn === undefined ? 0 : (server.next - server.turn.seq) >>> 0
    const closedAtOnce = reset.timeNs - (client.lastDataNs ?? 0) < MAX_REFUSAL_NS
    const rejects =
      server.turns === 1 || serverAnswered - (server.fin === undefined ? 0 : 1) <= MAX_REFUSAL_BYTES
    const inFlight = client.turns === 3 && server.turns === 2
    if (reset.sender === 'server' && (isEarly || inFlight) && client.turns >= 2 && rejects && closedAtOnce) {
      const says: Because = { id: 'tls-handshake-unfinished', values: {} }
      // Who refuses says so (RFC 8446 §6.2). Without tickets a server may be silent because it has nothing to say yet.
      const unsaid = server.turns === 1 ? 'possible' : 'likely'
      return matched(events.length > 0 ? 'strong' : unsaid, says, [...proof, ...citeLog(events)])
    }
    if (isEarly && events.length > 0)
      return matched('strong', { id: 'tls-handshake-unfinished', values: {} }, [...proof, ...citeLog(events)])
    return ruledOut('tls-was-established')
  },
})

/** The client spoke, and the server ended it without a word. */
function isRefusedAtOnce({ client, server, timeNs, form }: ResetFacts): boolean {
  if (form !== 'active' || !client.syn || client.dataSegments === 0 || client.turn === undefined) return false
  return server.fin === undefined && timeNs - client.turn.ns < MAX_REFUSAL_NS
}

function failingAlert(reset: ResetFacts, side: Side): Side['alert'] {
  const { alert } = side
  if (alert === undefined || (alert.level > 0 && alert.description === CLOSE_NOTIFY)) return undefined
  return reset.timeNs - (side.lastDataNs ?? 0) < MAX_AFTER_ALERT_NS ? alert : undefined
}
