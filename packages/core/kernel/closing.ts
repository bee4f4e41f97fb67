/* The end of a connection: what `noteFin` of `tcp/events.ts` and `close` of `tcp/tracker.ts` do. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as T from '../src/tcp/table-limits'
import * as Events from './events'
import * as Lingering from './lingering'
import { f, partOf, setF, setU, u } from './memory'
import * as Remembered from './remembered'
import * as Rows from './rows'
import { addressOf, portOf, serverDirection } from './server'
import * as Tallies from './tallies'

/** The first FIN of a direction. `state` is the row's before it. */
export function noteFin(row: i32, direction: i32, finSeq: i32, state: i32, frame: i32, timeNs: f64): void {
  const d = partOf(row, direction)
  setU(d, L.U_FIN_SEQ, finSeq)
  setU(d, L.U_FIN_FRAME, frame)
  setF(d, L.F_FIN_NS, timeNs)
  const address = addressOf(row, direction)
  const port = portOf(row, direction)
  // Idle since the last payload of either side.
  const lastDataNs = max(f(partOf(row, 0), L.F_LAST_DATA_NS), f(partOf(row, 1), L.F_LAST_DATA_NS))
  const isIdle =
    direction == serverDirection(row, state) &&
    (state & (L.STATE_FIN << (1 - direction))) == 0 &&
    u(d, L.U_DATA_SEGMENTS) != 0
  noteSender(address, timeNs)
  if (isIdle && !Tallies.noteIdle(address, port, timeNs - lastDataNs))
    Events.noteIdleFin(address, port, timeNs - lastDataNs)
}

/** As `RecentFins.note`. */
function noteSender(address: i32, timeNs: f64): void {
  const count = load<i32>(K.C_FINS)
  const at = (count & (T.MAX_FINS - 1)) << 3
  store<i32>(K.C_FINS, count + 1)
  store<f64>(K.FIN_TIMES_AT + at, timeNs)
  store<i32>(K.FIN_HOSTS_AT + at, address)
  store<i32>(K.FIN_HOSTS_AT + at, 0, 4)
}

/** It is over: the row goes where the others wait to be forgotten. Gives where it is then. */
export function close(row: i32, tag: i32, timeNs: f64): i32 {
  const to = Rows.close(row, tag)
  Lingering.push(to, timeNs)
  const sumsUp = load<i32>(K.C_SUMS_UP) != 0
  const isSummed = sumsUp && Tallies.hasSumsOf(to)
  if (sumsUp) Remembered.remember(to)
  if (isSummed) Tallies.sumUp(to)
  if (!isSummed || load<i32>(K.C_KEEP_HEADS) != 0) Events.noteClosed(to, row)
  return to
}
