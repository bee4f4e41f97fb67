/*
 * The third segment of a handshake, FINs, what acknowledges them, and windows that close and open. The segment is that of
 * `C_RECORD`.
 */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import * as Closing from './closing'
import * as Events from './events'
import { ACK, FIN, RST, SYN } from './flags'
import { f, partOf, setF, setU, u } from './memory'
import { directionOf, flagsIn, payloadIn, r } from './prepared'
import * as Rows from './rows'
import * as Segment from './segment'

/** A head, a FIN, a close. */
const MAX_EVENTS_OF_ONE: i32 = 3
const BOTH_FINS_ACKED: i32 = L.STATE_FIN_ACKED | (L.STATE_FIN_ACKED << 1)

/** Takes a segment of an open connection. False, and nothing done, when it is for the general rules. */
export function take(row: i32): bool {
  const record = load<i32>(K.C_RECORD)
  const direction = directionOf(record)
  const keepsHeads = load<i32>(K.C_KEEP_HEADS) != 0
  const frame = load<i32>(K.C_FRAME)
  const timeNs = load<f64>(K.C_TIME_NS)
  const shape = r(record, K.R_SHAPE)
  const flags = flagsIn(shape)
  const payload = payloadIn(shape)
  const d = partOf(row, direction)
  const peer = partOf(row, 1 - direction)
  const state = u(row, L.U_STATE)
  const seq = r(record, K.R_SEQ)
  const ack = r(record, K.R_ACK)
  const fin = flags & FIN
  const occupied = payload + fin
  const advance = seq + occupied - u(d, L.U_NEXT)
  const scaled = r(record, K.R_WINDOW) << (u(d, L.U_OPTIONS) & 0xf)
  const window = u(d, L.U_WINDOW)
  const ipWord = u(d, L.U_IP)
  const needed = Segment.NEEDED | (Segment.NEEDED_OWN << direction)
  const known =
    state &
    (needed | Segment.ANY_SYN_ACK | Segment.REFUSED | (Segment.REFUSED_PEER << (1 - direction)))
  // The side that answers the SYN-ACK has acknowledged nothing before.
  const isThird =
    known ==
      ((needed & ~(L.STATE_ESTABLISHED | (L.STATE_ACKED << direction))) |
        (L.STATE_SYN_ACK << (1 - direction))) && ack - u(peer, L.U_ISN) > 0
  let changed = state
  if ((state & (L.STATE_FIN << (1 - direction))) != 0 && ack - u(peer, L.U_FIN_SEQ) > 0)
    changed |= L.STATE_FIN_ACKED << (1 - direction)
  const ends = (changed & BOTH_FINS_ACKED) == BOTH_FINS_ACKED
  if (
    (flags & (SYN | RST | ACK)) != ACK ||
    !(isThird || (known & ~Segment.ANY_SYN_ACK) == needed || known == (needed & ~L.STATE_ESTABLISHED)) ||
    u(row, L.U_INPUT) != load<i32>(K.C_INPUT) ||
    Segment.homeOf(row, direction) != load<i32>(K.C_VANTAGE) ||
    (occupied > 0 ? advance <= 0 : advance == -1) ||
    timeNs - f(row, L.F_LAST_NS) > <f64>S.MIN_SILENCE_NS ||
    f(row, L.F_SILENCE_NS) != 0 ||
    ((ipWord ^ r(record, K.R_IP)) & 0xff) != 0 ||
    (shape & K.IS_ALERT) != 0 ||
    (fin != 0 && (state & (L.STATE_FIN << direction)) != 0) ||
    !Events.hasRoom(MAX_EVENTS_OF_ONE) ||
    (ends && !Rows.canClose())
  )
    return false

  const next = occupied > 0 ? seq + occupied : u(d, L.U_NEXT)
  Segment.noteSent(row, d, next, payload, payload > 0 ? min(advance, payload) : 0, timeNs)
  changed = Segment.noteTurn(
    row,
    d,
    direction,
    changed,
    record,
    payload,
    timeNs,
    load<f64>(K.C_FILE_OFFSET) - <f64>K.WINDOW_AT,
    frame,
    keepsHeads,
  )
  if (isThird) {
    setU(d, L.U_ACKED, ack)
    changed |= L.STATE_ESTABLISHED | (L.STATE_ACKED << direction)
  } else if (ack - u(d, L.U_ACKED) > 0) setU(d, L.U_ACKED, ack)
  if (scaled != window) noteWindow(d, scaled, frame, timeNs)
  changed = Segment.noteHeader(d, direction, changed, record, seq, payload, scaled, window, frame, ipWord)
  if (fin != 0) {
    Closing.noteFin(row, direction, seq + payload, state, frame, timeNs)
    changed |= L.STATE_FIN << direction
  }
  setU(row, L.U_STATE, changed)
  if (ends) Closing.close(row, r(record, K.R_TAG), timeNs)
  return true
}

/** Since when a window that closed is closed, and for how long it was when it opens: as `noteWindow` of `tcp/events.ts`. */
function noteWindow(d: i32, scaled: i32, frame: i32, timeNs: f64): void {
  const isNoted = u(d, L.U_ZERO_FRAME) != 0
  if (scaled == 0 && !isNoted) {
    setF(d, L.F_ZERO_SINCE_NS, timeNs)
    setU(d, L.U_ZERO_FRAME, frame)
  } else if (scaled > 0 && isNoted) {
    setF(d, L.F_ZERO_TOTAL_NS, f(d, L.F_ZERO_TOTAL_NS) + timeNs - f(d, L.F_ZERO_SINCE_NS))
    setU(d, L.U_ZERO_FRAME, 0)
  }
}
