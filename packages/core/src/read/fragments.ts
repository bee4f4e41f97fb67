import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import type { SegmentSink } from './network.ts'

/** Datagrams under reassembly at a time; the oldest gives way. Real captures rarely have one. */
const MAX_DATAGRAMS = 256
/** Enough of a first fragment for the headers and the head of an exchange. */
const KEPT_BYTES = 1_500
const MAX_DATAGRAM_BYTES = 65_535

interface Datagram {
  /** Network header and the first fragment's payload, rewritten as one unfragmented packet. */
  head: Uint8Array | undefined
  headerLength: number
  receivedBytes: number
  totalBytes: number
}

/**
 * Joins IP fragments (RFC 791 §3.2, RFC 8200 §4.5) as far as TCP needs: the first fragment's bytes and the whole
 * length. The segment is delivered at the frame that completes it, as tshark does.
 */
export class FragmentBuffer {
  private readonly datagrams = new Map<string, Datagram>()

  addIpv4(
    view: DataView,
    offset: number,
    headerLength: number,
    end: number,
    payloadLength: number,
    sink: SegmentSink,
    depth: number,
  ): void {
    const field = view.getUint16(offset + 6)
    const fragmentOffset = (field & 0x1fff) * 8
    const protocol = view.getUint8(offset + 9)
    const addresses = `${view.getUint32(offset + 12)} ${view.getUint32(offset + 16)}`
    const key = `4 ${addresses} ${protocol} ${view.getUint16(offset + 4)}`
    const isLast = (field & 0x2000) === 0
    const first = fragmentOffset === 0 ? copy(view, offset, end) : undefined
    const whole = this.add(key, first, headerLength, fragmentOffset, payloadLength, isLast)
    if (whole?.head === undefined) return
    const { head } = whole
    const total = whole.headerLength + whole.totalBytes
    if (total > MAX_DATAGRAM_BYTES || head.length < 20) return
    const joined = new DataView(head.buffer)
    joined.setUint16(2, total)
    joined.setUint16(6, 0)
    decodeIpv4(joined, 0, head.length, total, sink, depth)
  }

  /** @param position of the fragment header */
  addIpv6(
    view: DataView,
    offset: number,
    position: number,
    end: number,
    payloadLength: number,
    sink: SegmentSink,
    depth: number,
  ): void {
    const field = view.getUint16(position + 2)
    const fragmentOffset = field & 0xfff8
    let key = `6 ${view.getUint32(position + 4)}`
    for (let word = 8; word < 40; word += 4) key += ` ${view.getUint32(offset + word)}`
    const isLast = (field & 1) === 0
    const first = fragmentOffset === 0 ? copy(view, offset, end) : undefined
    const headerLength = position + 8 - offset
    const whole = this.add(key, first, headerLength, fragmentOffset, payloadLength, isLast)
    if (whole?.head === undefined) return
    const { head } = whole
    const total = whole.headerLength + whole.totalBytes
    if (whole.totalBytes > MAX_DATAGRAM_BYTES || head.length < whole.headerLength) return
    const joined = new DataView(head.buffer)
    joined.setUint16(4, Math.min(total - 40, MAX_DATAGRAM_BYTES))
    joined.setUint16(whole.headerLength - 6, 0)
    decodeIpv6(joined, 0, head.length, total, sink, depth)
  }

  private add(
    key: string,
    first: Uint8Array | undefined,
    headerLength: number,
    fragmentOffset: number,
    payloadLength: number,
    isLast: boolean,
  ): Datagram | undefined {
    let datagram = this.datagrams.get(key)
    if (datagram === undefined) {
      if (this.datagrams.size >= MAX_DATAGRAMS) {
        const oldest = this.datagrams.keys().next().value
        if (oldest !== undefined) this.datagrams.delete(oldest)
      }
      datagram = { head: undefined, headerLength, receivedBytes: 0, totalBytes: Number.POSITIVE_INFINITY }
      this.datagrams.set(key, datagram)
    }
    datagram.receivedBytes += payloadLength
    if (first !== undefined) {
      datagram.head = first
      datagram.headerLength = headerLength
    }
    if (isLast) datagram.totalBytes = fragmentOffset + payloadLength
    if (datagram.receivedBytes < datagram.totalBytes) return undefined
    this.datagrams.delete(key)
    return datagram
  }
}

function copy(view: DataView, offset: number, end: number): Uint8Array {
  const length = Math.min(end - offset, KEPT_BYTES)
  return new Uint8Array(view.buffer, view.byteOffset + offset, length).slice()
}
