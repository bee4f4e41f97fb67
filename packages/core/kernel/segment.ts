/* What every segment that the kernel takes must be like, and what is noted of it: as in `tcp/follow.ts`. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as Events from './events'
import { noteHead } from './heads'
import { f, setF, setU, u } from './memory'
import { headerBytesIn, is, r } from './prepared'

/** What the state of an established connection must have for a segment to be ordinary: of the connection … */
export const NEEDED: i32 = L.STATE_BASE | (L.STATE_BASE << 1) | L.STATE_ESTABLISHED
/** … and of the segment's direction, here 0 … */
export const NEEDED_OWN: i32 = L.STATE_SENT | L.STATE_ACKED
/** … and must not have: of the connection, and of the other direction. */
export const REFUSED: i32 = L.STATE_RST | L.STATE_CLOSING
export const REFUSED_PEER: i32 = L.STATE_UNANSWERED
/** Where the handshake was not seen at all, nothing waits for its end. */
export const ANY_SYN_ACK: i32 = L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)
const TURN: i32 = L.STATE_TURN_KNOWN | L.STATE_TURN_B

/** A bit of the state in this direction. A shift by a number that is not constant takes three steps. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function own(bit: i32, direction: i32): i32 {
  return bit + (bit & -direction)
}

/**
 * Whether the connection is open, and neither end has said that it is at its end: established, or, where the handshake
 * was not seen at all, as if it were. Two comparisons at once.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function isPlainState(state: i32, direction: i32): bool {
  const at = K.PLAIN_STATES_AT + direction * K.PLAIN_STATES_BYTES
  const found = v128.and(i32x4.splat(state), v128.load(at))
  return v128.any_true(i32x4.eq(found, v128.load(at, 16)))
}

for (let direction = 0; direction < 2; direction++) {
  const at = K.PLAIN_STATES_AT + direction * K.PLAIN_STATES_BYTES
  const needed = NEEDED | (NEEDED_OWN << direction)
  const lookedAt = needed | REFUSED | ((REFUSED_PEER | L.STATE_FIN) << (1 - direction))
  store<i32>(at, lookedAt)
  store<i32>(at, needed, 16)
  store<i32>(at, lookedAt | ANY_SYN_ACK, 4)
  store<i32>(at, needed & ~L.STATE_ESTABLISHED, 20)
  // The others are never equal.
  store<i64>(at, 0, 8)
  store<i64>(at, -1, 24)
}

/** Number of the vantage at which the direction is followed. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function homeOf(row: i32, direction: i32): i32 {
  return load<u16>(row - (direction << 1), (L.U_HOMES << 2) + 2)
}

/** @param next what follows all that was sent; @param fresh bytes of the payload that were not sent before */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function noteSent(
  row: i32,
  d: i32,
  next: i32,
  payload: i32,
  fresh: i32,
  timeNs: f64,
): void {
  setF(row, L.F_LAST_NS, timeNs)
  setF(d, L.F_LAST_NS_OF_DIRECTION, timeNs)
  // Which segments have data cannot be foreseen: chosen, not branched on.
  const hasData = payload > 0
  setU(d, L.U_NEXT, next)
  setF(d, L.F_BYTES, f(d, L.F_BYTES) + <f64>fresh)
  // As integers: doubles are chosen with a branch.
  const lastDataNs = select<i64>(reinterpret<i64>(timeNs), load<i64>(d, L.F_LAST_DATA_NS << 3), hasData)
  store<i64>(d, lastDataNs, L.F_LAST_DATA_NS << 3)
  // Two counters that lie side by side.
  const counts = load<i64>(d, L.U_PACKETS << 2) + (<i64>hasData << 32) + 1
  store<i64>(d, counts, L.U_PACKETS << 2)
}

/** The head of a segment with data with which its direction begins to speak. Gives the new state. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function noteTurn(
  row: i32,
  d: i32,
  direction: i32,
  state: i32,
  record: i32,
  payload: i32,
  timeNs: f64,
  fileOffset: f64,
  frame: i32,
  keepsHeads: bool,
): i32 {
  const own = L.STATE_TURN_KNOWN | (L.STATE_TURN_B & -direction)
  if ((<i32>(payload == 0) | <i32>((state & TURN) == own)) != 0) return state
  let changed = (state & ~TURN) | own
  const at = r(record, K.R_AT) + headerBytesIn(r(record, K.R_SHAPE))
  const bytes = max(0, min(payload, r(record, K.R_SEGMENT_END) - at))
  if (noteHead(d, is(record, K.IS_HTTP), bytes, payload, timeNs, fileOffset + <f64>at, frame)) {
    if (is(record, K.IS_TLS) && u(d, L.U_TURNS) == 1) changed |= L.STATE_TLS
    if (keepsHeads) Events.noteHead(row, direction, at, bytes, u(d, L.U_TURNS))
  }
  return changed
}

/** Window, time stamp and what else of the header the next segment is compared with. Gives the new state. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function noteHeader(
  d: i32,
  direction: i32,
  state: i32,
  record: i32,
  seq: i32,
  payload: i32,
  scaled: i32,
  window: i32,
  frame: i32,
  ipWord: i32,
): i32 {
  // Whether it is another window cannot be foreseen either; the largest one is not less than the last.
  setU(d, L.U_WINDOW, scaled)
  setU(d, L.U_MAX_WINDOW, max(scaled, u(d, L.U_MAX_WINDOW)))
  setU(d, L.U_LAST_SEQ, seq)
  setU(d, L.U_LAST_SHAPE, (r(record, K.R_SHAPE) & 0xff00_0000) | payload)
  setU(d, L.U_LAST_FRAME, frame)
  setU(d, L.U_IP, (r(record, K.R_IP) & 0xffff_0000) | (ipWord & 0xffff))
  if (!is(record, K.HAS_TIMESTAMPS)) return state
  setU(d, L.U_LAST_TSVAL, r(record, K.R_TSVAL))
  return state | own(L.STATE_TIMESTAMPS, direction)
}
