/* Rows are taken and given back as in `tcp/rows.ts`, which has the lists between runs. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as T from '../src/tcp/table-limits'
import { nameOf, rowOf, setU, u } from './memory'
import * as Slots from './slots'

const ROW_BYTES: i32 = L.ROW_WORDS << 2
/** `U_META` of a row that holds no connection. */
const FREE: i32 = -1
/** A free row's link to the next free one. */
const U_NEXT_FREE: i32 = L.U_ADDRESS_A

/** Whether a row can be added now, without a table or the memory growing and without another row making way. */
export function canAdd(): bool {
  const open = load<i32>(K.C_OPEN_COUNT)
  return (
    open + load<i32>(K.C_CLOSED_COUNT) < T.MAX_LIVE_ROWS &&
    Slots.hasRoom(open, load<i32>(K.C_MASK)) &&
    (load<i32>(K.C_FREE_OPEN_COUNT) > 0 || load<i32>(K.C_FREE_CLOSED_COUNT) > T.SPARE_ROWS || hasFresh())
  )
}

/** Whether a row can be closed now, likewise. */
export function canClose(): bool {
  return (
    Slots.hasRoom(load<i32>(K.C_CLOSED_COUNT), load<i32>(K.C_CLOSED_MASK)) &&
    (load<i32>(K.C_FREE_CLOSED_COUNT) > 0 || load<i32>(K.C_FREE_OPEN_COUNT) > T.SPARE_ROWS || hasFresh())
  )
}

/** A zeroed row for a key that has none. */
export function add(tag: i32, a: i32, b: i32, ports: i32, meta: i32): i32 {
  const row =
    load<i32>(K.C_FREE_OPEN_COUNT) > 0
      ? popOpen()
      : load<i32>(K.C_FREE_CLOSED_COUNT) > T.SPARE_ROWS
        ? shiftClosed()
        : fresh()
  memory.fill(row, 0, ROW_BYTES)
  setU(row, L.U_ADDRESS_A, a)
  setU(row, L.U_ADDRESS_B, b)
  setU(row, L.U_PORTS, ports)
  setU(row, L.U_META, meta)
  Slots.place(K.SLOTS_AT, load<i32>(K.C_MASK), tag, row)
  change(K.C_OPEN_COUNT, 1)
  return row
}

/** Moves the row to the closed ones and returns where it is then. */
export function close(row: i32, tag: i32): i32 {
  const to =
    load<i32>(K.C_FREE_CLOSED_COUNT) > 0
      ? shiftClosed()
      : load<i32>(K.C_FREE_OPEN_COUNT) > T.SPARE_ROWS
        ? popOpen()
        : fresh()
  memory.copy(to, row, ROW_BYTES)
  setU(to, L.U_STATE, u(to, L.U_STATE) | L.STATE_CLOSING)
  Slots.place(K.CLOSED_SLOTS_AT, load<i32>(K.C_CLOSED_MASK), tag, to)
  change(K.C_CLOSED_COUNT, 1)
  Slots.remove(K.SLOTS_AT, load<i32>(K.C_MASK), tag, row)
  change(K.C_OPEN_COUNT, -1)
  giveOpen(row)
  return to
}

/** Takes a closed row out of its table. */
export function removeClosed(row: i32): void {
  Slots.remove(K.CLOSED_SLOTS_AT, load<i32>(K.C_CLOSED_MASK), tagOf(row), row)
  change(K.C_CLOSED_COUNT, -1)
  setU(row, L.U_META, FREE)
  setU(row, U_NEXT_FREE, 0)
  if (load<i32>(K.C_FREE_CLOSED_COUNT) == 0) store<i32>(K.C_FREE_CLOSED, nameOf(row))
  else setU(rowOf(load<i32>(K.C_FREE_CLOSED_TAIL) + 1), U_NEXT_FREE, nameOf(row))
  store<i32>(K.C_FREE_CLOSED_TAIL, nameOf(row) - 1)
  change(K.C_FREE_CLOSED_COUNT, 1)
}

export function tagOf(row: i32): i32 {
  return Slots.tagOf(u(row, L.U_ADDRESS_A), u(row, L.U_ADDRESS_B), u(row, L.U_PORTS), u(row, L.U_META))
}

function popOpen(): i32 {
  const row = rowOf(load<i32>(K.C_FREE_OPEN))
  store<i32>(K.C_FREE_OPEN, u(row, U_NEXT_FREE))
  change(K.C_FREE_OPEN_COUNT, -1)
  return row
}

function giveOpen(row: i32): void {
  setU(row, L.U_META, FREE)
  setU(row, U_NEXT_FREE, load<i32>(K.C_FREE_OPEN))
  store<i32>(K.C_FREE_OPEN, nameOf(row))
  change(K.C_FREE_OPEN_COUNT, 1)
}

function shiftClosed(): i32 {
  const row = rowOf(load<i32>(K.C_FREE_CLOSED))
  store<i32>(K.C_FREE_CLOSED, u(row, U_NEXT_FREE))
  change(K.C_FREE_CLOSED_COUNT, -1)
  return row
}

function hasFresh(): bool {
  return load<i32>(K.C_NEXT_ROW) + L.ROW_WORDS <= load<i32>(K.C_ROW_WORDS)
}

function fresh(): i32 {
  const words = load<i32>(K.C_NEXT_ROW)
  store<i32>(K.C_NEXT_ROW, words + L.ROW_WORDS)
  return rowOf(words + 1)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function change(counter: i32, by: i32): void {
  store<i32>(counter, load<i32>(counter) + by)
}
