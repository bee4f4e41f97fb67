/* The options of a SYN, as `tcp/options.ts` reads them. */
import * as K from '../src/tcp/kernel-layout'
import { bigEndian } from './memory'

const END: i32 = 0
const NO_OPERATION: i32 = 1
const WINDOW_SCALE: i32 = 3
const SACK_PERMITTED: i32 = 4
const TIMESTAMPS: i32 = 8
const MAX_SHIFT: i32 = 14
// Bits of U_OPTIONS
export const HAS_SCALE: i32 = 0x10
export const HAS_TIMESTAMPS: i32 = 0x20
const HAS_SACK: i32 = 0x40
export const SHIFT: i32 = 0xf

/** The bits of U_OPTIONS; a time stamp is noted in the record. Stops at the first malformed option. */
export function readOptions(record: i32, from: i32, end: i32): i32 {
  let bits = 0
  let position = from
  while (position < end) {
    const kind: i32 = load<u8>(position)
    if (kind == END) break
    if (kind == NO_OPERATION) {
      position++
      continue
    }
    if (position + 2 > end) break
    const length: i32 = load<u8>(position, 1)
    if (length < 2 || position + length > end) break
    if (kind == WINDOW_SCALE && length == 3)
      bits = (bits & ~SHIFT) | HAS_SCALE | min(<i32>load<u8>(position, 2), MAX_SHIFT)
    else if (kind == SACK_PERMITTED) bits |= HAS_SACK
    else if (kind == TIMESTAMPS && length == 10) {
      bits |= HAS_TIMESTAMPS
      store<i32>(record + K.R_TSVAL, bigEndian(position + 2))
    }
    position += length
  }
  return bits
}
