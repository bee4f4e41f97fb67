import * as L from './row.ts'
import { TLS_ALERT, TLS_HANDSHAKE, TLS_MAJOR_VERSION, TLS_RECORD_HEADER } from './segment-limits.ts'
import type { Tracker } from './tracker.ts'

/* What is noted of the bytes that a connection carries: where each side begins to speak, and TLS alerts. */

/** A direction begins to speak: the head of a request, a response, a record. */
export function noteTurn(
  tracker: Tracker,
  row: number,
  direction: number,
  d: number,
  state: number,
  view: DataView,
  offset: number,
  end: number,
  payloadLength: number,
): number {
  const u = tracker.rows.i32
  const f = tracker.rows.f64
  const captured = Math.max(0, Math.min(payloadLength, end - offset))
  const isHttp = captured >= 4 && isHttpStart(view.getInt32(offset))
  // An upload that goes on after an early answer is no new request: the head stays that of the message.
  if (!isHttp && ((u[d + L.U_HEAD_BYTES] as number) & L.HEAD_IS_HTTP) !== 0) {
    u[d + L.U_TURNS] = (u[d + L.U_TURNS] as number) + 1
    return state
  }
  f[(d >> 1) + L.F_HEAD_NS] = tracker.timeNs
  f[(d >> 1) + L.F_HEAD_OFFSET] = tracker.fileOffsetOf(view, offset)
  u[d + L.U_HEAD_BYTES] = captured | (isHttp ? L.HEAD_IS_HTTP : 0)
  u[d + L.U_HEAD_FRAME] = tracker.frame
  u[d + L.U_TURN_SENT] = (u[d + L.U_NEXT] as number) - payloadLength
  const turns = (u[d + L.U_TURNS] as number) + 1
  u[d + L.U_TURNS] = turns
  if (tracker.keepHeads) keepHead(tracker, row, direction, turns, view, offset, captured)
  if (turns > 1) return state
  f[(d >> 1) + L.F_FIRST_HEAD_OFFSET] = f[(d >> 1) + L.F_HEAD_OFFSET] as number
  u[d + L.U_FIRST_HEAD_BYTES] = captured
  const isTls =
    captured >= 3 &&
    view.getUint8(offset) === TLS_HANDSHAKE &&
    view.getUint8(offset + 1) === TLS_MAJOR_VERSION
  return isTls ? state | L.STATE_TLS : state
}

/** Where the input cannot be read again: the head of the latest message of a direction, and of its first one. */
export function keepHead(
  tracker: Tracker,
  row: number,
  direction: number,
  turns: number,
  view: DataView,
  offset: number,
  captured: number,
): void {
  const index = tracker.rows.indexOf(row)
  tracker.heads.remember(index, direction, view, offset, captured)
  if (turns === 1) tracker.heads.remember(index, 2 + direction, view, offset, captured)
}

/** RFC 8446 §6: level and description are readable only before the handshake is encrypted. */
export function peekAlert(tracker: Tracker, d: number, view: DataView, offset: number, end: number): void {
  if (
    offset + 5 > end ||
    view.getUint8(offset) !== TLS_ALERT ||
    view.getUint8(offset + 1) !== TLS_MAJOR_VERSION
  )
    return
  const u = tracker.rows.i32
  u[d + L.U_ALERT_FRAME] = tracker.frame
  const length = view.getUint16(offset + 3)
  const isReadable = length === 2 && offset + 7 <= end
  u[d + L.U_ALERT] =
    ((TLS_RECORD_HEADER + (length & 0xff)) << 16) | (isReadable ? view.getUint16(offset + 5) : 0)
}

/** The first four bytes of HTTP/1 messages: a status line or a method (RFC 9110 §9, RFC 5789). */
function isHttpStart(word: number): boolean {
  switch (word) {
    case 0x48545450: // HTTP
    case 0x47455420: // GET
    case 0x504f5354: // POST
    case 0x50555420: // PUT
    case 0x48454144: // HEAD
    case 0x44454c45: // DELETE
    case 0x4f505449: // OPTIONS
    case 0x50415443: // PATCH
    case 0x434f4e4e: // CONNECT
    case 0x54524143: // TRACE
      return true
    default:
      return false
  }
}
