import { decodeNetwork } from './link.ts'
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, IPPROTO_ICMP, type SegmentSink } from './network.ts'

/** Type, code, checksum and a word that depends on the type stand before the quoted packet (RFC 792, RFC 4443 §2.1). */
const HEADER_BYTES = 8
/** RFC 792: destination unreachable, source quench, time exceeded, parameter problem. A redirect (5) is no error. */
const ICMP_ERRORS = [3, 4, 11, 12]
/** RFC 4443 §3: destination unreachable, packet too big, time exceeded, parameter problem. */
const ICMPV6_ERRORS = [1, 2, 3, 4]

/** Finds the TCP segment that an ICMP or ICMPv6 error is about: it quotes the head of the packet. */
export function decodeIcmp(
  view: DataView,
  protocol: number,
  offset: number,
  end: number,
  wireEnd: number,
  sink: SegmentSink,
  depth: number,
): void {
  if (offset + HEADER_BYTES > end) return
  const type = view.getUint8(offset)
  const isVersion4 = protocol === IPPROTO_ICMP
  if (!(isVersion4 ? ICMP_ERRORS : ICMPV6_ERRORS).includes(type)) return
  decodeNetwork(
    view,
    isVersion4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
    offset + HEADER_BYTES,
    end,
    wireEnd,
    sink.quotation(type, view.getUint8(offset + 1)),
    depth,
  )
}
