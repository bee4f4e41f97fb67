/* How the kernel reads bytes and rows. */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'

// @ts-ignore: a decorator of AssemblyScript
@inline
export function bigEndian(at: i32): i32 {
  return bswap<i32>(load<i32>(at))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function number(at: i32, isLittle: bool): i32 {
  const little = load<i32>(at)
  return isLittle ? little : bswap<i32>(little)
}

/** The place of a row that is named as in the table's slots and lists: 1 + the index of its first word. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function rowOf(name: i32): i32 {
  return K.ROWS_AT + ((name - 1) << 2)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function nameOf(row: i32): i32 {
  return ((row - K.ROWS_AT) >> 2) + 1
}

// A row's numbers, by the names of `tcp/row.ts`: words from the row's start, doubles from the same.
// @ts-ignore: a decorator of AssemblyScript
@inline
export function u(row: i32, index: i32): i32 {
  return load<i32>(row + (index << 2))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function setU(row: i32, index: i32, value: i32): void {
  store<i32>(row + (index << 2), value)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function f(row: i32, index: i32): f64 {
  return load<f64>(row + (index << 3))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function setF(row: i32, index: i32, value: f64): void {
  store<f64>(row + (index << 3), value)
}

/** A direction's part of a row. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function partOf(row: i32, direction: i32): i32 {
  return row + (L.COMMON_WORDS << 2) + direction * (L.DIRECTION_WORDS << 2)
}
