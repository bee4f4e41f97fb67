/* An orderly end: what `noteFin` of `tcp/events.ts` and `close` of `tcp/tracker.ts` do. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as Events from './events'
import * as Lingering from './lingering'
import { f, partOf, setF, setU, u } from './memory'
import * as Rows from './rows'

/** The first FIN of a direction. `state` is the row's before it. */
export function noteFin(row: i32, direction: i32, finSeq: i32, state: i32, frame: i32, timeNs: f64): void {
  const d = partOf(row, direction)
  setU(d, L.U_FIN_SEQ, finSeq)
  setU(d, L.U_FIN_FRAME, frame)
  setF(d, L.F_FIN_NS, timeNs)
  const address = u(row, direction == 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)
  const port = (u(row, L.U_PORTS) >>> (16 - (direction << 4))) & 0xffff
  // Idle since the last payload of either side.
  const lastDataNs = max(f(partOf(row, 0), L.F_LAST_DATA_NS), f(partOf(row, 1), L.F_LAST_DATA_NS))
  const isIdle =
    direction == serverDirection(row, state) &&
    (state & (L.STATE_FIN << (1 - direction))) == 0 &&
    u(d, L.U_DATA_SEGMENTS) != 0
  Events.noteFin(isIdle ? K.EVENT_IDLE_FIN : K.EVENT_FIN, address, port, timeNs, timeNs - lastDataNs)
}

/** Both FINs are acknowledged: the row goes where the others wait to be forgotten. */
export function close(row: i32, tag: i32, timeNs: f64): void {
  const to = Rows.close(row, tag)
  Lingering.push(to, timeNs)
  Events.noteClosed(to, row)
}

/** As `serverDirection` of `tcp/server-direction.ts`. */
function serverDirection(row: i32, state: i32): i32 {
  if ((state & L.STATE_SYN) != 0) return 1
  if ((state & (L.STATE_SYN << 1)) != 0) return 0
  if ((state & L.STATE_SYN_ACK) != 0) return 0
  if ((state & (L.STATE_SYN_ACK << 1)) != 0) return 1
  const ports = u(row, L.U_PORTS)
  return ports >>> 16 <= (ports & 0xffff) ? 0 : 1
}
