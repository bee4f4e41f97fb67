import { decodeIpv6 } from './ipv6.ts'
import { IPPROTO_AUTHENTICATION, IPPROTO_TCP, TUNNEL_PROTOCOLS, type SegmentSink } from './network.ts'
import { finalIpv4Destination } from './source-route.ts'
import { decodeTunnel } from './tunnel.ts'

// RFC 791 §3.1
const HEADER_BYTES = 20
/** Version 4 and a header of 20 bytes: one without options, as nearly every one is. */
const PLAIN = 0x45
const TOTAL_LENGTH_OFFSET = 2
const IDENTIFICATION_OFFSET = 4
const FRAGMENT_OFFSET = 6
const TTL_OFFSET = 8
const PROTOCOL_OFFSET = 9
const SOURCE_OFFSET = 12
const DESTINATION_OFFSET = 16
/** More-fragments bit and the 13-bit offset: both zero in a whole datagram. */
const FRAGMENT_MASK = 0x3fff

/** @param wireEnd where the datagram's frame would end in `view` had it been captured whole */
export function decodeIpv4(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + HEADER_BYTES > end) return
  const versionAndLength = view.getUint8(offset)
  let headerLength = HEADER_BYTES
  if (versionAndLength !== PLAIN) {
    if (versionAndLength >> 4 !== 4) {
      // Some devices say IPv4 below and mean both (tshark reads on too).
      decodeIpv6(view, offset, end, wireEnd, sink, depth)
      return
    }
    headerLength = (versionAndLength & 0xf) * 4
    if (headerLength < HEADER_BYTES) return
  }
  const announced = view.getUint16(offset + TOTAL_LENGTH_OFFSET)
  // Segmentation offload: the kernel hands over super-packets before it knows the length and writes 0.
  const total = announced === 0 ? wireEnd - offset : Math.min(announced, wireEnd - offset)
  let protocol = view.getUint8(offset + PROTOCOL_OFFSET)
  let payload = offset + headerLength
  let payloadLength = total - headerLength
  if (payloadLength <= 0) return
  const capturedEnd = Math.min(end, offset + total)
  if ((view.getUint16(offset + FRAGMENT_OFFSET) & FRAGMENT_MASK) !== 0) {
    sink.fragments.addIpv4(view, offset, headerLength, capturedEnd, payloadLength, sink, depth)
    return
  }
  if (protocol === IPPROTO_AUTHENTICATION) {
    if (payload + 2 > capturedEnd) return
    // RFC 4302 §2.2: in words of four bytes, two of them not counted.
    const bytes = (view.getUint8(payload + 1) + 2) * 4
    protocol = view.getUint8(payload)
    payload += bytes
    payloadLength -= bytes
    if (payload >= capturedEnd) return
  }
  if (protocol === IPPROTO_TCP) {
    sink.segment(
      view,
      4,
      view.getUint32(offset + SOURCE_OFFSET),
      headerLength === HEADER_BYTES
        ? view.getUint32(offset + DESTINATION_OFFSET)
        : finalIpv4Destination(view, offset, headerLength, capturedEnd),
      payload,
      capturedEnd,
      payloadLength,
      view.getUint8(offset + TTL_OFFSET),
      view.getUint16(offset + IDENTIFICATION_OFFSET),
    )
  } else if (TUNNEL_PROTOCOLS.has(protocol)) {
    decodeTunnel(view, protocol, payload, capturedEnd, payload + payloadLength, sink, depth)
  }
}
