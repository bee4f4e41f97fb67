import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import { IPPROTO_TCP, MAX_DEPTH, TUNNEL_PROTOCOLS, type SegmentSink } from './network.ts'
import { decodeTunnel } from './tunnel.ts'

/** Datagrams under reassembly at a time; the oldest gives way. Real captures rarely have one. */
const MAX_DATAGRAMS = 256
/** Enough of a datagram's head for the headers and the head of an exchange. */
const KEPT_BYTES = 1_500
const MAX_DATAGRAM_BYTES = 65_535
/** Fragment offsets count in these (RFC 791 §3.1). */
const UNIT_BYTES = 8
const UNITS = (MAX_DATAGRAM_BYTES + 1) / UNIT_BYTES
const IPV6_HEADER_BYTES = 40
const FRAGMENT_HEADER_BYTES = 8

interface Datagram {
  /** What stands before the payload of the first fragment, once that has arrived. */
  header: Uint8Array | undefined
  readonly payload: Uint8Array
  /** One bit for each unit of the payload that has arrived. */
  readonly places: Uint32Array
  /** Bytes of payload, once the last fragment has arrived. */
  length: number | undefined
}

/** One fragment: its headers lie at `start`, its payload at `payload`. */
interface Fragment {
  readonly view: DataView
  readonly start: number
  readonly payload: number
  readonly length: number
  /** Where in the datagram the payload belongs. */
  readonly place: number
  readonly isLast: boolean
}

/**
 * Joins IP fragments (RFC 791 §3.2, RFC 8200 §4.5) as far as TCP needs: the head and the whole length. A segment is
 * delivered with the frame that completes its datagram, and fragments that the snap length cut are treated, as tshark
 * does both. Of fragments that overlap the bytes that came first stand.
 */
export class FragmentBuffer {
  private readonly datagrams = new Map<string, Datagram>()

  /** Bytes held, at most about a megabyte whatever arrives. */
  get heldBytes(): number {
    let bytes = 0
    for (const { header, payload, places } of this.datagrams.values())
      bytes += (header?.length ?? 0) + payload.length + places.byteLength
    return bytes
  }

  /**
   * @param end first byte of `view` that was not captured or does not belong to the fragment
   * @param payloadLength bytes of the fragment's payload on the wire, as far as the frame holds it
   */
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
    const place = (field & 0x1fff) * UNIT_BYTES
    const protocol = view.getUint8(offset + 9)
    const payload = offset + headerLength
    const announced = view.getUint16(offset + 2)
    const length = announced === 0 ? payloadLength : announced - headerLength
    if (end - payload < length) {
      if (place === 0) deliverFirst(view, offset, payload, end, payloadLength, sink, depth)
      return
    }
    const addresses = `${view.getUint32(offset + 12)} ${view.getUint32(offset + 16)}`
    const key = `4 ${addresses} ${protocol} ${view.getUint16(offset + 4)}`
    const isLast = (field & 0x2000) === 0
    const whole = this.add(key, { view, start: offset, payload, length, place, isLast })
    if (whole === undefined || depth >= MAX_DEPTH) return
    const { joined, end: joinedEnd, wireEnd } = whole
    if (wireEnd > MAX_DATAGRAM_BYTES) return
    joined.setUint16(2, wireEnd)
    joined.setUint16(6, 0)
    decodeIpv4(joined, 0, joinedEnd, wireEnd, sink, depth + 1)
  }

  /** @param position of the fragment header */
  addIpv6(
    view: DataView,
    offset: number,
    position: number,
    end: number,
    sink: SegmentSink,
    depth: number,
  ): void {
    const field = view.getUint16(position + 2)
    const place = field & 0xfff8
    const payload = position + FRAGMENT_HEADER_BYTES
    const length = offset + IPV6_HEADER_BYTES + view.getUint16(offset + 4) - payload
    if (end - payload < length) return
    let key = `6 ${view.getUint32(position + 4)}`
    for (let word = 8; word < IPV6_HEADER_BYTES; word += 4) key += ` ${view.getUint32(offset + word)}`
    const isLast = (field & 1) === 0
    const whole = this.add(key, { view, start: offset, payload, length, place, isLast })
    if (whole === undefined || depth >= MAX_DEPTH) return
    const { joined, payload: joinedPayload, end: joinedEnd, wireEnd } = whole
    joined.setUint16(4, Math.min(wireEnd - IPV6_HEADER_BYTES, MAX_DATAGRAM_BYTES))
    joined.setUint16(joinedPayload - FRAGMENT_HEADER_BYTES + 2, 0)
    decodeIpv6(joined, 0, joinedEnd, wireEnd, sink, depth + 1)
  }

  /** The datagram as one packet if the fragment completes it; its length fields are still the first fragment's. */
  private add(
    key: string,
    fragment: Fragment,
  ): { joined: DataView; payload: number; end: number; wireEnd: number } | undefined {
    const { view, start, payload, length, place, isLast } = fragment
    if (length <= 0 || place + length > MAX_DATAGRAM_BYTES || payload - start > KEPT_BYTES) return undefined
    const datagram = this.datagrams.get(key) ?? this.begin(key)
    if (place === 0) datagram.header ??= bytesOf(view, start, payload - start).slice()
    if (isLast) datagram.length ??= place + length
    // What follows the last whole unit counts in the last fragment alone (RFC 791 §3.2).
    const ends = isLast ? place + length : place + length - (length % UNIT_BYTES)
    for (let at = place; at < ends; at += UNIT_BYTES) {
      const unit = at / UNIT_BYTES
      const word = datagram.places[unit >>> 5] ?? 0
      const bit = 1 << (unit & 31)
      if ((word & bit) !== 0) continue
      datagram.places[unit >>> 5] = word | bit
      const kept = Math.min(UNIT_BYTES, ends - at, KEPT_BYTES - at)
      if (kept > 0) datagram.payload.set(bytesOf(view, payload + at - place, kept), at)
    }
    const { header, length: whole } = datagram
    if (header === undefined || whole === undefined || !isWhole(datagram.places, whole)) return undefined
    this.datagrams.delete(key)
    const bytes = new Uint8Array(header.length + Math.min(whole, KEPT_BYTES))
    bytes.set(header)
    bytes.set(datagram.payload.subarray(0, bytes.length - header.length), header.length)
    return {
      joined: new DataView(bytes.buffer),
      payload: header.length,
      end: bytes.length,
      wireEnd: header.length + whole,
    }
  }

  private begin(key: string): Datagram {
    if (this.datagrams.size >= MAX_DATAGRAMS) {
      const oldest = this.datagrams.keys().next().value
      if (oldest !== undefined) this.datagrams.delete(oldest)
    }
    const datagram: Datagram = {
      header: undefined,
      payload: new Uint8Array(KEPT_BYTES),
      places: new Uint32Array(UNITS / 32),
      length: undefined,
    }
    this.datagrams.set(key, datagram)
    return datagram
  }
}

/** A first IPv4 fragment stands for its datagram when the snap length cut it: the rest cannot be joined to it. */
function deliverFirst(
  view: DataView,
  offset: number,
  payload: number,
  end: number,
  payloadLength: number,
  sink: SegmentSink,
  depth: number,
): void {
  const protocol = view.getUint8(offset + 9)
  if (protocol === IPPROTO_TCP) {
    sink.isPartial = true
    sink.segment(
      view,
      4,
      view.getUint32(offset + 12),
      view.getUint32(offset + 16),
      payload,
      end,
      payloadLength,
      view.getUint8(offset + 8),
      view.getUint16(offset + 4),
    )
    sink.isPartial = false
  } else if (TUNNEL_PROTOCOLS.has(protocol)) {
    decodeTunnel(view, protocol, payload, end, payload + payloadLength, sink, depth)
  }
}

function isWhole(places: Uint32Array, length: number): boolean {
  const units = Math.ceil(length / UNIT_BYTES)
  for (let unit = 0; unit < units; unit++) {
    if (((places[unit >>> 5] ?? 0) & (1 << (unit & 31))) === 0) return false
  }
  return true
}

function bytesOf(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length)
}
