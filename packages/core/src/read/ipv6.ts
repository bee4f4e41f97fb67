import { IPPROTO_AUTHENTICATION, IPPROTO_TCP, TUNNEL_PROTOCOLS, type SegmentSink } from './network.ts'
import { finalIpv6Destination } from './source-route.ts'
import { decodeTunnel } from './tunnel.ts'

// RFC 8200 §3, §4
const HEADER_BYTES = 40
const PAYLOAD_LENGTH_OFFSET = 4
const NEXT_HEADER_OFFSET = 6
const HOP_LIMIT_OFFSET = 7
const SOURCE_OFFSET = 8
const DESTINATION_OFFSET = 24
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const DESTINATION_OPTIONS = 60
const SHIM6 = 140
const FRAGMENT_HEADER_BYTES = 8
/** More extension headers than any real packet has. */
const MAX_EXTENSION_HEADERS = 16

/** @param wireEnd where the packet's frame would end in `view` had it been captured whole */
export function decodeIpv6(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + HEADER_BYTES > end || view.getUint8(offset) >> 4 !== 6) return
  const announced = view.getUint16(offset + PAYLOAD_LENGTH_OFFSET)
  const available = wireEnd - offset - HEADER_BYTES
  // 0: a jumbogram (RFC 2675), or a super-packet of Linux (BIG TCP), which newer kernels send without the jumbo
  // option (net/ipv6/ip6_output.c ip6_xmit()). The frame's length is then the best there is; tcpdump presumes so too,
  // tshark when ipv6.tso_support is set.
  const packetEnd = offset + HEADER_BYTES + (announced === 0 ? available : Math.min(announced, available))
  const capturedEnd = Math.min(end, packetEnd)
  let next = view.getUint8(offset + NEXT_HEADER_OFFSET)
  let position = offset + HEADER_BYTES
  let destination = offset + DESTINATION_OFFSET
  for (let count = 0; count < MAX_EXTENSION_HEADERS && isExtension(next); count++) {
    if (position + FRAGMENT_HEADER_BYTES > capturedEnd) return
    if (next === FRAGMENT) {
      if ((view.getUint16(position + 2) & 0xfff9) !== 0) {
        sink.fragments.addIpv6(view, offset, position, capturedEnd, sink, depth)
        return
      }
      next = view.getUint8(position)
      position += FRAGMENT_HEADER_BYTES
      continue
    }
    const size = view.getUint8(position + 1)
    const bytes = next === IPPROTO_AUTHENTICATION ? (size + 2) * 4 : (size + 1) * 8
    if (next === ROUTING)
      destination = finalIpv6Destination(view, position, bytes, capturedEnd) ?? destination
    next = view.getUint8(position)
    position += bytes
  }
  if (position >= capturedEnd) return
  if (next === IPPROTO_TCP) {
    sink.segment(
      view,
      6,
      sink.internIpv6(view, offset + SOURCE_OFFSET),
      sink.internIpv6(view, destination),
      position,
      capturedEnd,
      packetEnd - position,
      view.getUint8(offset + HOP_LIMIT_OFFSET),
      -1,
    )
  } else if (TUNNEL_PROTOCOLS.has(next)) {
    decodeTunnel(view, next, position, capturedEnd, packetEnd, sink, depth)
  }
}

function isExtension(next: number): boolean {
  return (
    next === HOP_BY_HOP ||
    next === ROUTING ||
    next === FRAGMENT ||
    next === IPPROTO_AUTHENTICATION ||
    next === DESTINATION_OPTIONS ||
    next === SHIM6
  )
}
