/* The numbers of a prepared record: `R_…` of `tcp/kernel-layout.ts`. */
import * as K from '../src/tcp/kernel-layout'

// @ts-ignore: a decorator of AssemblyScript
@inline
export function r(record: i32, offset: i32): i32 {
  return load<i32>(record + offset)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function timeOf(record: i32): f64 {
  return load<f64>(record + K.R_TIME_NS)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function directionOf(record: i32): i32 {
  return (r(record, K.R_IP) >>> 8) & 1
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function is(record: i32, bit: i32): bool {
  return (r(record, K.R_IP) & bit) != 0
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function payloadIn(shape: i32): i32 {
  return shape & 0xffff
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function headerBytesIn(shape: i32): i32 {
  return (shape >>> 14) & 0x3c
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function flagsIn(shape: i32): i32 {
  return shape >>> 24
}
