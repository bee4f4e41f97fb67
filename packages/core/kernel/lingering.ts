/* The list of closed connections: as `tcp/lingering.ts`, which has it between runs. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as T from '../src/tcp/table-limits'
import * as Events from './events'
import { f, nameOf, rowOf, setF, setU, u } from './memory'
import * as Rows from './rows'
import * as Slots from './slots'

const ROW_BYTES: i32 = L.ROW_WORDS << 2

export function push(row: i32, timeNs: f64): void {
  const name = nameOf(row)
  const tail = load<i32>(K.C_LINGERING_TAIL)
  setF(row, L.F_QUEUED_NS, timeNs)
  setU(row, L.U_QUEUE_NEXT, 0)
  setU(row, L.U_QUEUE_PREVIOUS, tail)
  if (tail == 0) store<i32>(K.C_LINGERING_HEAD, name)
  else setU(rowOf(tail), L.U_QUEUE_NEXT, name)
  store<i32>(K.C_LINGERING_TAIL, name)
}

/** Loads what `sweep` will need for so many rows: they closed after each other, and most of them lie so. */
export function touch(count: i32): i32 {
  const head = load<i32>(K.C_LINGERING_HEAD)
  if (head == 0) return 0
  const first = rowOf(head)
  const end = min(first + count * ROW_BYTES, rowOf(load<i32>(K.C_NEXT_ROW) + 1))
  const mask = load<i32>(K.C_CLOSED_MASK)
  let sum = 0
  for (let row = first; row < end; row += ROW_BYTES) sum += u(row, L.U_META) + u(row, L.U_QUEUE_NEXT)
  for (let row = first; row < end; row += ROW_BYTES)
    sum += Slots.nameIn(K.CLOSED_SLOTS_AT, Rows.tagOf(row) & mask)
  return sum
}

/**
 * Recycles what has been closed, and not heard since, for long enough: as `sweep` of `tcp/lifecycle.ts`. False when it
 * comes to a row that is not summed up; then the general rules go on from there.
 */
export function sweep(nowNs: f64, keepsHeads: bool): bool {
  let head = load<i32>(K.C_LINGERING_HEAD)
  while (head != 0) {
    const row = rowOf(head)
    const queuedNs = f(row, L.F_QUEUED_NS)
    if (nowNs - queuedNs < <f64>T.LINGER_NS) return true
    const lastNs = f(row, L.F_LAST_NS)
    const heardNs = lastNs > queuedNs ? lastNs : queuedNs
    const isOver = nowNs - heardNs >= <f64>T.LINGER_NS
    if (isOver && ((u(row, L.U_STATE) & L.STATE_SUMMED) == 0 || !Events.hasRoom(1))) return false
    removeFirst(row)
    if (isOver) {
      Rows.removeClosed(row)
      if (keepsHeads) Events.noteFreed(row)
    } else push(row, heardNs)
    head = load<i32>(K.C_LINGERING_HEAD)
  }
  return true
}

function removeFirst(row: i32): void {
  const next = u(row, L.U_QUEUE_NEXT)
  store<i32>(K.C_LINGERING_HEAD, next)
  if (next == 0) store<i32>(K.C_LINGERING_TAIL, 0)
  else setU(rowOf(next), L.U_QUEUE_PREVIOUS, 0)
}
