import { decodeIcmp } from './icmp.ts'
import { decodeEthernet, decodeNetwork } from './link.ts'
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  MAX_DEPTH,
  type SegmentSink,
} from './network.ts'

const UDP_HEADER_BYTES = 8
/** RFC 7348 §5; 8472 is the port Linux used before the assignment, and Flannel still does. */
const VXLAN_PORTS = [4789, 8472]
const VXLAN_HEADER_BYTES = 8
/** The I bit: a valid network identifier follows. */
const VXLAN_FLAGS_MASK = 0x08
/** RFC 8926 §3.3, §3.4 */
const GENEVE_PORT = 6081
const GENEVE_HEADER_BYTES = 8
/** Transparent Ethernet bridging, the protocol number of Ethernet in GRE and Geneve. */
const ETHERTYPE_BRIDGED_ETHERNET = 0x6558
/** RFC 2784 §2.1, RFC 2890 §2: flags for checksum, key and sequence number, each four bytes. */
const GRE_CHECKSUM = 0x8000
const GRE_ROUTING = 0x4000
const GRE_KEY = 0x2000
const GRE_SEQUENCE = 0x1000
const GRE_VERSION_MASK = 0x7

/** Follows the tunnels of container networks (VXLAN, Geneve, GRE, IP in IP) and what ICMP errors quote. */
export function decodeTunnel(
  view: DataView,
  protocol: number,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (depth >= MAX_DEPTH) return
  if (protocol === IPPROTO_UDP) decodeUdpTunnel(view, offset, end, wireEnd, sink, depth + 1)
  else if (protocol === IPPROTO_GRE) decodeGre(view, offset, end, wireEnd, sink, depth + 1)
  else if (protocol === IPPROTO_IPIP)
    decodeNetwork(view, ETHERTYPE_IPV4, offset, end, wireEnd, sink, depth + 1)
  else if (protocol === IPPROTO_IPV6)
    decodeNetwork(view, ETHERTYPE_IPV6, offset, end, wireEnd, sink, depth + 1)
  else if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6)
    decodeIcmp(view, protocol, offset, end, wireEnd, sink, depth + 1)
}

function decodeUdpTunnel(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + UDP_HEADER_BYTES + VXLAN_HEADER_BYTES > end) return
  const port = view.getUint16(offset + 2)
  const body = offset + UDP_HEADER_BYTES
  if (VXLAN_PORTS.includes(port)) {
    if ((view.getUint8(body) & VXLAN_FLAGS_MASK) === 0) return
    decodeEthernet(view, body + VXLAN_HEADER_BYTES, end, wireEnd, sink, depth)
  } else if (port === GENEVE_PORT) {
    if (view.getUint8(body) >> 6 !== 0) return
    const inner = body + GENEVE_HEADER_BYTES + (view.getUint8(body) & 0x3f) * 4
    decodeInner(view, view.getUint16(body + 2), inner, end, wireEnd, sink, depth)
  }
}

function decodeGre(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + 4 > end) return
  const flags = view.getUint16(offset)
  if ((flags & GRE_VERSION_MASK) !== 0 || (flags & GRE_ROUTING) !== 0) return
  let inner = offset + 4
  if ((flags & GRE_CHECKSUM) !== 0) inner += 4
  if ((flags & GRE_KEY) !== 0) inner += 4
  if ((flags & GRE_SEQUENCE) !== 0) inner += 4
  decodeInner(view, view.getUint16(offset + 2), inner, end, wireEnd, sink, depth)
}

function decodeInner(
  view: DataView,
  protocol: number,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (protocol === ETHERTYPE_BRIDGED_ETHERNET) decodeEthernet(view, offset, end, wireEnd, sink, depth)
  else decodeNetwork(view, protocol, offset, end, wireEnd, sink, depth)
}
