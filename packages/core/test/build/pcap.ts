import { join, u16, u32, type ByteOrder } from './bytes.ts'
import { ethernet, type Link } from './link.ts'

/** An IP packet and when it passed, in nanoseconds since 1970. */
export interface Packet {
  readonly timeNs: bigint
  readonly bytes: Uint8Array
}

/** The variants of the classic format; by default what tcpdump on a PC writes. */
export interface PcapOptions {
  readonly link?: Link
  readonly order?: ByteOrder
  readonly resolution?: 'us' | 'ns'
  /** Kuznetzov's modification of 1998: 24-byte record headers, magic a1b2cd34. */
  readonly kuznetzov?: boolean
  /** Bytes kept of a frame, as `tcpdump -s`. */
  readonly snap?: number
}

const MAGIC_US = 0xa1b2c3d4
const MAGIC_NS = 0xa1b23c4d
const MAGIC_KUZNETZOV = 0xa1b2cd34
const DEFAULT_SNAP = 262_144

/** A capture file in the classic format (draft-ietf-opsawg-pcap). */
export function pcap(packets: readonly Packet[], options: PcapOptions = {}): Uint8Array {
  const link = options.link ?? ethernet()
  const order = options.order ?? 'little'
  const snap = options.snap ?? DEFAULT_SNAP
  const header = join(
    u32(magic(options), order),
    u16(2, order),
    u16(4, order),
    u32(0, order),
    u32(0, order),
    u32(snap, order),
    u32(link.linkType, order),
  )
  return join(header, ...packets.map((packet) => record(packet, link, order, snap, options)))
}

function magic(options: PcapOptions): number {
  if (options.kuznetzov === true) return MAGIC_KUZNETZOV
  return options.resolution === 'ns' ? MAGIC_NS : MAGIC_US
}

function record(
  packet: Packet,
  link: Link,
  order: ByteOrder,
  snap: number,
  options: PcapOptions,
): Uint8Array {
  const frame = link.frame(packet.bytes)
  const captured = frame.subarray(0, snap)
  const fractionNs = Number(packet.timeNs % 1_000_000_000n)
  return join(
    u32(Number(packet.timeNs / 1_000_000_000n), order),
    u32(options.resolution === 'ns' ? fractionNs : Math.floor(fractionNs / 1000), order),
    u32(captured.length, order),
    u32(frame.length, order),
    options.kuznetzov === true ? join(u32(2, order), u16(0x0800, order), [0, 0]) : [],
    captured,
  )
}
