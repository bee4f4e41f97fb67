import type { RecordLayout } from './packet-sink.ts'

const OPTION_END = 0
const OPTION_NAME = 2
const OPTION_TSRESOL = 9
const OPTION_TSOFFSET = 14
/** §4.2: without if_tsresol, a tick is a microsecond. */
const DEFAULT_TICKS_PER_SECOND = 1_000_000n
export const TICKS_PER_HIGH_WORD = 0x1_0000_0000

/** What an interface description block says, and the clock of its packets. */
export interface PcapngInterface {
  readonly handle: number
  readonly linkType: number
  readonly snapLength: number
  readonly ticksPerSecond: bigint
  readonly nsPerTick: number
  readonly offsetSeconds: bigint
  /** First time stamp seen: the others are differences to it. */
  baseHigh: number
  baseLow: number
  baseNs: number
  /** For the short way, once the base is known. */
  layout: RecordLayout | undefined
}

/** What an interface description block says by itself (§4.2). */
export interface InterfaceDescription {
  readonly linkType: number
  readonly snapLength: number
  readonly name: string | undefined
  readonly ticksPerSecond: bigint
  readonly offsetSeconds: bigint
}

export function readDescription(
  view: DataView,
  position: number,
  length: number,
  littleEndian: boolean,
): InterfaceDescription {
  let ticksPerSecond = DEFAULT_TICKS_PER_SECOND
  let offsetSeconds = 0n
  let name: string | undefined
  let option = position + 16
  const end = position + length - 4
  while (option + 4 <= end) {
    const code = view.getUint16(option, littleEndian)
    const size = view.getUint16(option + 2, littleEndian)
    const value = option + 4
    if (code === OPTION_END || value + size > end) break
    if (code === OPTION_TSRESOL && size >= 1) ticksPerSecond = resolution(view.getUint8(value))
    if (code === OPTION_TSOFFSET && size >= 8) offsetSeconds = view.getBigInt64(value, littleEndian)
    if (code === OPTION_NAME) name = ascii(view, value, Math.min(size, 64))
    option = value + ((size + 3) & ~3)
  }
  return {
    linkType: length >= 20 ? view.getUint16(position + 8, littleEndian) : 0,
    snapLength: length >= 20 ? view.getUint32(position + 12, littleEndian) : 0,
    name,
    ticksPerSecond,
    offsetSeconds,
  }
}

/** Nanoseconds since the first packet; the interface has its base. */
export function timeOf(
  { baseHigh, baseLow, baseNs, nsPerTick }: PcapngInterface,
  high: number,
  low: number,
): number {
  return baseNs + ((high - baseHigh) * TICKS_PER_HIGH_WORD + (low - baseLow)) * nsPerTick
}

/** §4.2 if_tsresol: high bit set means a power of 2, else of 10; beyond what fits 64 bits it is damage. */
function resolution(value: number): bigint {
  const exponent = value & 0x7f
  if ((value & 0x80) !== 0) return exponent <= 63 ? 1n << BigInt(exponent) : DEFAULT_TICKS_PER_SECOND
  return exponent <= 19 ? 10n ** BigInt(exponent) : DEFAULT_TICKS_PER_SECOND
}

function ascii(view: DataView, offset: number, length: number): string {
  let text = ''
  for (let index = 0; index < length; index++) {
    const code = view.getUint8(offset + index)
    if (code === 0) break
    text += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?'
  }
  return text
}
