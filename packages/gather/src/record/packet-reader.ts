import { decodeFrame, formatAddress, FragmentBuffer, type SegmentSink } from '@whyreset/core'
import { createRecentSegments, type RecentSegments } from './recent-segments.ts'

/** What passing packets are looked at for. */
export interface PacketReader {
  /** The first bytes of the stream: the pcap file header, 24 bytes. */
  readonly header: Buffer | undefined
  readonly packets: number
  readonly connections: number
  readonly resets: number
  /** Takes the next bytes of a pcap stream and gives those records that are now whole; valid until the next call. */
  read(chunk: Buffer): Buffer
}

export interface PacketReset {
  readonly atMs: number
  readonly from: string
  readonly to: string
}

// draft-ietf-opsawg-pcap §4 and §5
const FILE_HEADER_BYTES = 24
const LINK_TYPE_OFFSET = 20
const RECORD_HEADER_BYTES = 16
const MAX_PACKET_BYTES = 262_144
const MAGIC_NANOSECONDS = 0xa1b23c4d
const MAGICS = [MAGIC_NANOSECONDS, 0xa1b2c3d4]
// RFC 9293 §3.1
const SEQUENCE_OFFSET = 4
const FLAGS_OFFSET = 13
const SYN = 0x02
const RST = 0x04
const ACK = 0x10
const MIN_TCP_BYTES = 14

/** What was counted already: shared by the readers of one recording, where both ends show the same segment. */
export interface SeenSegments {
  readonly syns: RecentSegments
  readonly resets: RecentSegments
}

export function createSeenSegments(): SeenSegments {
  return { syns: createRecentSegments(), resets: createRecentSegments() }
}

/** Counts what passes and calls `onReset` for each RST, each once, however many interfaces show it. */
export function createPacketReader(seen: SeenSegments, onReset: (reset: PacketReset) => void): PacketReader {
  let header: Buffer | undefined
  let rest: Buffer = Buffer.alloc(0)
  let scratch: Buffer = Buffer.alloc(0)
  let isLittleEndian = true
  let isNano = true
  let linkType = 0
  let recordMs = 0
  const counts = { packets: 0, connections: 0, resets: 0 }

  const sink: SegmentSink = {
    subInterface: 0,
    fragments: new FragmentBuffer(),
    isPartial: false,
    quotation: () => ({ ...sink, segment: () => undefined }),
    // Only few addresses are ever wanted: where one lies is all that is kept of it.
    internIpv6: (_view, offset) => offset,
    segment(view, family, source, destination, offset, end) {
      if (offset + MIN_TCP_BYTES > end) return
      const flags = view.getUint8(offset + FLAGS_OFFSET)
      if ((flags & (SYN | RST)) === 0) return
      const sequence = view.getUint32(offset + SEQUENCE_OFFSET)
      const sourcePort = view.getUint16(offset)
      const destinationPort = view.getUint16(offset + 2)
      const addresses = (hashOf(view, family, source) * 31 + hashOf(view, family, destination)) >>> 0
      if ((flags & RST) !== 0) {
        if (!seen.resets.isNew(sequence, sourcePort, destinationPort, addresses)) return
        counts.resets++
        onReset({
          atMs: recordMs,
          from: `${address(view, family, source)}:${sourcePort}`,
          to: `${address(view, family, destination)}:${destinationPort}`,
        })
      } else if ((flags & ACK) === 0 && seen.syns.isNew(sequence, sourcePort, destinationPort, addresses))
        counts.connections++
    },
  }

  function readHeader(bytes: Buffer): void {
    header = Buffer.from(bytes.subarray(0, FILE_HEADER_BYTES))
    isLittleEndian = MAGICS.includes(header.readUInt32LE(0))
    const [magic, link] = isLittleEndian
      ? [header.readUInt32LE(0), header.readUInt32LE(LINK_TYPE_OFFSET)]
      : [header.readUInt32BE(0), header.readUInt32BE(LINK_TYPE_OFFSET)]
    if (!MAGICS.includes(magic)) throw new Error('tcpdump wrote something that is no pcap')
    isNano = magic === MAGIC_NANOSECONDS
    linkType = link & 0xffff
  }

  /** In memory that is used again: a new one for each chunk kept the collector busy. */
  function joined(first: Buffer, second: Buffer): Buffer {
    const length = first.length + second.length
    if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(length * 2)
    first.copy(scratch)
    second.copy(scratch, first.length)
    return scratch.subarray(0, length)
  }

  return {
    get header() {
      return header
    },
    get packets() {
      return counts.packets
    },
    get connections() {
      return counts.connections
    },
    get resets() {
      return counts.resets
    },
    read(chunk) {
      const bytes = rest.length === 0 ? chunk : joined(rest, chunk)
      let position = 0
      if (header === undefined) {
        if (bytes.length < FILE_HEADER_BYTES) {
          rest = Buffer.from(bytes)
          return Buffer.alloc(0)
        }
        readHeader(bytes)
        position = FILE_HEADER_BYTES
      }
      const begin = position
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      while (position + RECORD_HEADER_BYTES <= bytes.length) {
        const captured = view.getUint32(position + 8, isLittleEndian)
        if (captured > MAX_PACKET_BYTES) throw new Error(`tcpdump wrote a packet of ${captured} bytes`)
        const data = position + RECORD_HEADER_BYTES
        if (data + captured > bytes.length) break
        const fraction = view.getUint32(position + 4, isLittleEndian)
        recordMs = view.getUint32(position, isLittleEndian) * 1e3 + fraction / (isNano ? 1e6 : 1e3)
        counts.packets++
        decodeFrame(view, data, captured, view.getUint32(position + 12, isLittleEndian), linkType, sink)
        position = data + captured
      }
      rest = Buffer.from(bytes.subarray(position))
      return bytes.subarray(begin, position)
    },
  }
}

function address(view: DataView, family: number, value: number): string {
  if (family === 4) return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff].join('.')
  if (value + 16 > view.byteLength) return '[::]'
  return `[${formatAddress(new Uint8Array(view.buffer, view.byteOffset + value, 16))}]`
}

/** An address as a number: IPv4 is one, of IPv6 the parts that differ between hosts are mixed. */
function hashOf(view: DataView, family: number, value: number): number {
  if (family === 4) return value
  if (value + 16 > view.byteLength) return 0
  let hash = 0
  for (let at = value; at < value + 16; at += 4) hash = Math.imul(hash, 31) ^ view.getUint32(at)
  return hash
}
