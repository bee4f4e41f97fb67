/* The first segment of each message: as `noteTurn` of `tcp/events.ts`. */
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

/** Of the first four bytes, big-endian. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function isHttpStart(word: i32): bool {
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
