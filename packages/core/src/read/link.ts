import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, MAX_DEPTH, type SegmentSink } from './network.ts'

// LINKTYPE_ numbers: tcpdump.org/linktypes.html
const LINKTYPE_NULL = 0
export const LINKTYPE_ETHERNET = 1
const LINKTYPE_PPP = 9
const LINKTYPE_PPP_HDLC = 50
const LINKTYPE_PPP_ETHER = 51
const LINKTYPE_LOOP = 108
const LINKTYPE_LINUX_SLL = 113
const LINKTYPE_IPV4 = 228
const LINKTYPE_IPV6 = 229
const LINKTYPE_LINUX_SLL2 = 276
/** LINKTYPE_RAW, and the numbers that OpenBSD and others gave DLT_RAW. */
const LINKTYPES_RAW = [101, 12, 14]

const ETHERNET_HEADER_BYTES = 14
/** IEEE 802.3 §3.2.6: up to here the field is a length, and LLC follows; in cooked captures it is 4. */
const MAX_802_3_LENGTH = 1500
/** LLC for SNAP, an unnumbered frame; after an organisation's three zero bytes an EtherType (RFC 1042). */
const LLC_SNAP_BYTES = 8
const LLC_SNAP = 0xaaaa_0300
const ETHERTYPES_VLAN = [0x8100, 0x88a8, 0x9100]
const ETHERTYPES_MPLS = [0x8847, 0x8848]
const ETHERTYPE_PPPOE_SESSION = 0x8864
const PPPOE_HEADER_BYTES = 6
/** PPP protocol numbers (RFC 1332, RFC 5072). */
const PPP_IPV4 = 0x0021
const PPP_IPV6 = 0x0057
const PPP_ADDRESS_CONTROL = 0xff03
/** linux/if_packet.h PACKET_OUTGOING: the same packet is seen again on its way in at another interface. */
const SLL_HEADER_BYTES = 16
const SLL2_HEADER_BYTES = 20

/** Whether packets of this link type are decoded at all. */
export function isKnownLinkType(linkType: number): boolean {
  return KNOWN.has(linkType)
}

const KNOWN: ReadonlySet<number> = new Set([
  LINKTYPE_NULL,
  LINKTYPE_ETHERNET,
  LINKTYPE_PPP,
  LINKTYPE_PPP_HDLC,
  LINKTYPE_PPP_ETHER,
  LINKTYPE_LOOP,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL2,
  ...LINKTYPES_RAW,
])

/** Finds the TCP segment in one frame, if there is one, and hands it to `sink`. */
export function decodeFrame(
  view: DataView,
  offset: number,
  captured: number,
  original: number,
  linkType: number,
  sink: SegmentSink,
): void {
  const end = offset + captured
  const wireEnd = offset + Math.max(original, captured)
  if (linkType === LINKTYPE_ETHERNET) decodeEthernet(view, offset, end, wireEnd, sink, 0)
  else if (linkType === LINKTYPE_LINUX_SLL) decodeSll(view, offset, end, wireEnd, sink)
  else if (linkType === LINKTYPE_LINUX_SLL2) decodeSll2(view, offset, end, wireEnd, sink)
  else if (linkType === LINKTYPE_IPV4) decodeIpv4(view, offset, end, wireEnd, sink, 0)
  else if (linkType === LINKTYPE_IPV6) decodeIpv6(view, offset, end, wireEnd, sink, 0)
  else if (LINKTYPES_RAW.includes(linkType)) decodeByVersion(view, offset, end, wireEnd, sink, 0)
  else if (linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP) {
    // The address family is in the writer's byte order and its numbers differ by system: the version decides.
    decodeByVersion(view, offset + 4, end, wireEnd, sink, 0)
  } else if (linkType === LINKTYPE_PPP || linkType === LINKTYPE_PPP_HDLC)
    decodePpp(view, offset, end, wireEnd, sink, 0)
  else if (linkType === LINKTYPE_PPP_ETHER)
    decodePpp(view, offset + PPPOE_HEADER_BYTES, end, wireEnd, sink, 0)
}

export function decodeEthernet(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  const payload = offset + ETHERNET_HEADER_BYTES
  if (payload > end) return
  decodeNetwork(view, view.getUint16(offset + 12), payload, end, wireEnd, sink, depth)
}

/** Dispatches on an EtherType; tags and labels in front of IP are passed over. */
export function decodeNetwork(
  view: DataView,
  protocol: number,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (protocol === ETHERTYPE_IPV4) decodeIpv4(view, offset, end, wireEnd, sink, depth)
  else if (protocol === ETHERTYPE_IPV6) decodeIpv6(view, offset, end, wireEnd, sink, depth)
  else if (depth >= MAX_DEPTH || offset + 4 > end) return
  else if (ETHERTYPES_VLAN.includes(protocol))
    decodeNetwork(view, view.getUint16(offset + 2), offset + 4, end, wireEnd, sink, depth + 1)
  else if (protocol === ETHERTYPE_PPPOE_SESSION)
    decodePpp(view, offset + PPPOE_HEADER_BYTES, end, wireEnd, sink, depth + 1)
  else if (ETHERTYPES_MPLS.includes(protocol)) decodeMpls(view, offset, end, wireEnd, sink, depth + 1)
  else if (protocol <= MAX_802_3_LENGTH) decodeLlc(view, offset, end, wireEnd, sink, depth + 1)
}

function decodeLlc(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  const payload = offset + LLC_SNAP_BYTES
  if (payload > end || view.getUint32(offset) !== LLC_SNAP || view.getUint16(offset + 4) !== 0) return
  decodeNetwork(view, view.getUint16(offset + 6), payload, end, wireEnd, sink, depth)
}

function decodeSll(view: DataView, offset: number, end: number, wireEnd: number, sink: SegmentSink): void {
  if (offset + SLL_HEADER_BYTES > end) return
  sink.subInterface = view.getUint16(offset)
  decodeNetwork(view, view.getUint16(offset + 14), offset + SLL_HEADER_BYTES, end, wireEnd, sink, 0)
}

function decodeSll2(view: DataView, offset: number, end: number, wireEnd: number, sink: SegmentSink): void {
  if (offset + SLL2_HEADER_BYTES > end) return
  sink.subInterface = ((view.getUint32(offset + 4) & 0xff_ffff) << 3) | (view.getUint8(offset + 10) & 7)
  decodeNetwork(view, view.getUint16(offset), offset + SLL2_HEADER_BYTES, end, wireEnd, sink, 0)
}

function decodePpp(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + 4 > end) return
  // RFC 1662 §3.1: address and control may be compressed away.
  const at = view.getUint16(offset) === PPP_ADDRESS_CONTROL ? offset + 2 : offset
  const first = view.getUint8(at)
  // RFC 1661 §2: the protocol field may be compressed to one byte when its first byte is 0.
  const compressed = (first & 1) === 1
  const protocol = compressed ? first : view.getUint16(at)
  const payload = at + (compressed ? 1 : 2)
  if (protocol === PPP_IPV4) decodeIpv4(view, payload, end, wireEnd, sink, depth)
  else if (protocol === PPP_IPV6) decodeIpv6(view, payload, end, wireEnd, sink, depth)
}

function decodeMpls(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  let position = offset
  for (let labels = 0; labels < MAX_DEPTH && position + 4 <= end; labels++) {
    const isBottom = (view.getUint8(position + 2) & 1) === 1
    position += 4
    if (isBottom) {
      decodeByVersion(view, position, end, wireEnd, sink, depth)
      return
    }
  }
}

function decodeByVersion(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset >= end) return
  const version = view.getUint8(offset) >> 4
  if (version === 4) decodeIpv4(view, offset, end, wireEnd, sink, depth)
  else if (version === 6) decodeIpv6(view, offset, end, wireEnd, sink, depth)
}
