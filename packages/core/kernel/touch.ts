/*
 * WebAssembly cannot ask for memory that it will need, but what is loaded and not used is not waited for: the slots of
 * a group of records are loaded at once, and then their rows.
 */
import * as K from '../src/tcp/kernel-layout'
import { SYN } from './flags'
import * as Lingering from './lingering'
import { partOf, rowOf } from './memory'
import { directionOf, flagsIn, r } from './prepared'
import * as Remembered from './remembered'
import { nameIn, tagIn } from './slots'

const GROUP: i32 = 16
export const GROUP_BYTES: i32 = GROUP * K.RECORD_BYTES

/** Loads what the records between these places will need, and keeps the names in the first slots of their keys. */
export function touch(from: i32, to: i32): void {
  const mask = load<i32>(K.C_MASK)
  for (let record = from; record < to; record += K.RECORD_BYTES)
    store<i32>(placeOf(record), likelyName(r(record, K.R_TAG), mask))
  let sum = 0
  for (let record = from; record < to; record += K.RECORD_BYTES) {
    const row = rowOf(nameOfTouched(record))
    const d = partOf(row, directionOf(record))
    sum += load<i32>(row) + load<i32>(d) + load<i32>(d, 64)
  }
  // Kept, so that the loads are.
  store<i32>(K.C_TOUCHED, sum)
}

/**
 * Loads what is known of connections that have ended, where records of these begin one or end one: as many at once as
 * can be, for it is far away.
 *
 * @param from of the list of their places, which `prepare` makes
 */
export function touchEnded(from: i32, to: i32): void {
  if (from == to) return
  const mask = load<i32>(K.C_CLOSED_MASK)
  const input = load<i32>(K.C_INPUT)
  let beginning = 0
  let sum = 0
  for (let place = from; place < to; place += 4) {
    const record = load<i32>(place)
    const line = Remembered.lineOf(r(record, K.R_A), r(record, K.R_B), r(record, K.R_PORTS), input)
    sum += nameIn(K.CLOSED_SLOTS_AT, r(record, K.R_TAG) & mask) + load<i32>(line)
    beginning += <i32>((flagsIn(r(record, K.R_SHAPE)) & SYN) != 0)
  }
  store<i32>(K.C_TOUCHED, sum + Lingering.touch(beginning))
}

/** The name in the first of three slots that has the tag, without a branch: which one it is cannot be foreseen. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function likelyName(tag: i32, mask: i32): i32 {
  const first = tag & mask
  const second = (first + 1) & mask
  const third = (first + 2) & mask
  const later = select<i32>(
    nameIn(K.SLOTS_AT, second),
    nameIn(K.SLOTS_AT, third),
    tagIn(K.SLOTS_AT, second) == tag,
  )
  return select<i32>(nameIn(K.SLOTS_AT, first), later, tagIn(K.SLOTS_AT, first) == tag)
}

/** The row that may be the record's, or none: `rowOf(0)`, in which there is no key. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function nameOfTouched(record: i32): i32 {
  return load<i32>(placeOf(record))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function placeOf(record: i32): i32 {
  return K.NAMES_AT + ((record >>> 4) & ((GROUP - 1) << 2))
}
