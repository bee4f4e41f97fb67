import type { ResetFacts, Side } from './reset-facts.ts'

const CLOSE_NOTIFY = 0
/** A closing alert in any version of TLS, with room for padding. */
const MAX_ALERT_BYTES = 64
/** Where the connection speaks TLS from its first byte: HTTP/2's GOAWAY before the alert (RFC 9113 §6.8). */
const MAX_GOODBYE_BYTES = 128

/**
 * What a side said last is how its TLS session ends (RFC 8446 §6.1), also where the session began in another protocol
 * (STARTTLS): nobody waits for it.
 * Wrong when the last words before the alert were a very short answer that was still wanted.
 *
 * @param bytes of data that its peer did not take
 */
export function isClosingAlert({ exchange }: ResetFacts, { alert }: Side, bytes: number): boolean {
  if (alert === undefined) return false
  if (bytes > (exchange.protocol === 'tls' ? MAX_GOODBYE_BYTES : MAX_ALERT_BYTES)) return false
  const isReadable = alert.level > 0
  return !isReadable || alert.description === CLOSE_NOTIFY
}
