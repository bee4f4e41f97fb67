import type { Endpoint } from './address.ts'
import { checksum, join, padding, u16, u32 } from './bytes.ts'

/** Letters as tcpdump prints them: `S.` is SYN,ACK, `R` a bare RST, `e` the ninth bit (AE); empty: none set. */
type Flags = string

/** Options of RFC 9293 §3.1 and RFC 7323, in the order in which Linux writes them. */
export interface TcpOptions {
  readonly mss?: number
  readonly sackPermitted?: boolean
  /** TSval and TSecr. */
  readonly timestamps?: readonly [value: number, echo: number]
  readonly windowScale?: number
  /** Left and right edges. */
  readonly sack?: readonly (readonly [left: number, right: number])[]
  /** Bytes put after the others, unchecked: for damaged options. */
  readonly raw?: readonly number[]
}

/** The fields of one segment as they go on the wire; nothing is derived but the checksum. */
export interface Segment {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly seq: number
  readonly ack: number
  readonly flags: Flags
  readonly window: number
  readonly urgent?: number
  readonly options?: TcpOptions
  readonly payload?: Uint8Array
  /** In 32-bit words; by default what the options need. */
  readonly dataOffset?: number
  /** By default the right one. */
  readonly checksum?: number
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  F: 0x01,
  S: 0x02,
  R: 0x04,
  P: 0x08,
  '.': 0x10,
  U: 0x20,
  E: 0x40,
  W: 0x80,
  e: 0x100,
}

const TCP_PROTOCOL = 6
const CHECKSUM_OFFSET = 16

/** The bytes of a segment: header, options padded to 32 bits, payload. */
export function tcp(segment: Segment): Uint8Array {
  const options = tcpOptions(segment.options ?? {})
  const dataOffset = segment.dataOffset ?? 5 + options.length / 4
  const bytes = join(
    u16(segment.from.port),
    u16(segment.to.port),
    u32(segment.seq),
    u32(segment.ack),
    u16((dataOffset << 12) | flagBits(segment.flags)),
    u16(segment.window),
    u16(0),
    u16(segment.urgent ?? 0),
    options,
    segment.payload ?? [],
  )
  const pseudoHeader = [u16(TCP_PROTOCOL), u32(bytes.length)]
  bytes.set(
    u16(segment.checksum ?? checksum(segment.from.address, segment.to.address, ...pseudoHeader, bytes)),
    CHECKSUM_OFFSET,
  )
  return bytes
}

function flagBits(flags: Flags): number {
  let bits = 0
  for (const letter of flags) {
    const bit = FLAG_BITS[letter]
    if (bit === undefined) throw new Error(`no TCP flag is written ${letter}`)
    bits |= bit
  }
  return bits
}

function tcpOptions(options: TcpOptions): Uint8Array {
  const bytes: number[] = []
  if (options.mss !== undefined) bytes.push(2, 4, ...u16(options.mss))
  if (options.sackPermitted === true) bytes.push(4, 2)
  if (options.timestamps !== undefined) bytes.push(8, 10, ...options.timestamps.flatMap((at) => u32(at)))
  if (options.windowScale !== undefined) bytes.push(3, 3, options.windowScale)
  if (options.sack !== undefined) {
    bytes.push(5, 2 + options.sack.length * 8, ...options.sack.flat().flatMap((edge) => u32(edge)))
  }
  if (options.raw !== undefined) bytes.push(...options.raw)
  return join(bytes, padding(bytes.length, 4))
}
