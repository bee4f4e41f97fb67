/* The first segment of each message: as `noteTurn` of `tcp/messages.ts`. */
import * as L from '../src/tcp/row'
import { setF, setU, u } from './memory'

/** Whether the head is a new one. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function noteHead(
  d: i32,
  isHttp: bool,
  bytes: i32,
  payload: i32,
  timeNs: f64,
  fileOffset: f64,
  frame: i32,
): bool {
  const turns = u(d, L.U_TURNS) + 1
  setU(d, L.U_TURNS, turns)
  if (!isHttp && (u(d, L.U_HEAD_BYTES) & L.HEAD_IS_HTTP) != 0) return false
  setF(d, L.F_HEAD_NS, timeNs)
  setF(d, L.F_HEAD_OFFSET, fileOffset)
  setU(d, L.U_HEAD_BYTES, isHttp ? bytes | L.HEAD_IS_HTTP : bytes)
  setU(d, L.U_HEAD_FRAME, frame)
  setU(d, L.U_TURN_SENT, u(d, L.U_NEXT) - payload)
  if (turns == 1) {
    setF(d, L.F_FIRST_HEAD_OFFSET, fileOffset)
    setU(d, L.U_FIRST_HEAD_BYTES, bytes)
  }
  return true
}

/** Of the first four bytes, in the order of memory. All are compared, for which segments begin so cannot be foreseen. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function isHttpStart(first: i32): bool {
  const firsts = i32x4.splat(first)
  const isOften = i32x4.eq(firsts, i32x4(HTTP, GET, POST, PUT))
  const isSeldom = i32x4.eq(firsts, i32x4(HEAD, DELETE, OPTIONS, PATCH))
  const isElse = i32x4.eq(firsts, i32x4(CONNECT, TRACE, TRACE, TRACE))
  return v128.any_true(v128.or(v128.or(isOften, isSeldom), isElse))
}

// The first letters, the last one first.
const HTTP: i32 = 0x50545448
const GET: i32 = 0x20544547
const POST: i32 = 0x54534f50
const PUT: i32 = 0x20545550
const HEAD: i32 = 0x44414548
const DELETE: i32 = 0x454c4544
const OPTIONS: i32 = 0x4954504f
const PATCH: i32 = 0x43544150
const CONNECT: i32 = 0x4e4e4f43
const TRACE: i32 = 0x43415254
