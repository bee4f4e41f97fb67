/* How a packet's time and sizes stand before it: a pcap record's header, or a pcapng enhanced packet block's (§4.3). */
import * as K from '../src/tcp/kernel-layout'
import { number } from './memory'

const SECTION_HEADER: i32 = 0x0a0d0d0a
const ENHANCED_PACKET: i32 = 6
/** Type, length and interface come before the time. */
const BLOCK_TIME_OFFSET: i32 = 12
/** All of a block but the packet and its options. */
const BLOCK_OVERHEAD_BYTES: i32 = 32
const MIN_BLOCK_BYTES: i32 = 12
/** Longer ones may be damage, which `read/pcapng.ts` judges. */
const MAX_BLOCK_BYTES: i32 = 262_144

/** Upper and lower part of the time, captured and original length. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function header(position: i32, isBlock: bool, isLittle: bool): v128 {
  const words = v128.load(isBlock ? position + BLOCK_TIME_OFFSET : position)
  return isLittle
    ? words
    : v128.shuffle<u8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
}

/** Where the block ends, or 0 when it is none that holds this many bytes of a packet of the interface. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function endOfBlock(position: i32, blockInterface: i32, captured: i32, isLittle: bool): i32 {
  const length = number(position + 4, isLittle)
  const isWanted =
    number(position, isLittle) == ENHANCED_PACKET &&
    number(position + 8, isLittle) == blockInterface &&
    (length & 3) == 0 &&
    <u32>length <= <u32>MAX_BLOCK_BYTES &&
    <u32>captured <= <u32>MAX_BLOCK_BYTES &&
    captured + BLOCK_OVERHEAD_BYTES <= length
  return isWanted ? position + length : 0
}

/** Where a block of any kind ends after which the layout still holds, or 0. */
export function endOfAnyBlock(position: i32, isLittle: bool): i32 {
  const length = number(position + 4, isLittle)
  const isSane = (length & 3) == 0 && <u32>(length - MIN_BLOCK_BYTES) <= <u32>MAX_BLOCK_BYTES
  return isSane && number(position, isLittle) != SECTION_HEADER ? position + length : 0
}

/** Whether the length at the end of the block is not that at its begin. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function isDamaged(position: i32, next: i32, isLittle: bool): bool {
  return number(next - 4, isLittle) != next - position
}

/** As `recordNs` of `read/packet-sink.ts`, or as `readTimed` of `read/pcapng.ts`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function timeNs(words: v128, layout: i32, baseNs: f64, isBlock: bool): f64 {
  const units = f64x2.sub(f64x2.convert_low_i32x4_u(words), v128.load(layout + K.P_TIMES))
  // Of the second and of its fraction, or 2^32 ticks and one.
  const parts = f64x2.mul(units, v128.load(layout + K.P_TIMES + 24))
  const upper = f64x2.extract_lane(parts, 0)
  const lower = f64x2.extract_lane(parts, 1)
  return isBlock ? baseNs + (upper + lower) * load<f64>(layout + K.P_TICK_NS) : baseNs + upper + lower
}
