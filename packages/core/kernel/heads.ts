/* The first segment of each message. */
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import { bigEndian, setF, setU, u } from './memory'

/** As `noteTurn` of `tcp/events.ts`; whether the head is a new one. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function noteHead(
  d: i32,
  at: i32,
  bytes: i32,
  payload: i32,
  timeNs: f64,
  fileOffset: f64,
  frame: i32,
): bool {
  const turns = u(d, L.U_TURNS) + 1
  setU(d, L.U_TURNS, turns)
  const isHttp = bytes >= 4 && isHttpStart(bigEndian(at))
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

// @ts-ignore: a decorator of AssemblyScript
@inline
export function startsTls(d: i32, at: i32, bytes: i32): bool {
  return (
    u(d, L.U_TURNS) == 1 &&
    bytes >= 3 &&
    load<u8>(at) == S.TLS_HANDSHAKE &&
    load<u8>(at + 1) == S.TLS_MAJOR_VERSION
  )
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isHttpStart(word: i32): bool {
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
