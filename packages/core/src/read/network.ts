import type { FragmentBuffer } from './fragments.ts'

/** Where decoded TCP segments go. The link and network layers fill the context fields before they call. */
export interface SegmentSink {
  /** Index or direction that the link header itself names (SLL packet type, SLL2 interface), 0 if none. */
  subInterface: number
  readonly fragments: FragmentBuffer
  /** True while a segment is delivered whose rest lies in fragments that cannot be joined to it. */
  isPartial: boolean
  /** Where segments go that an ICMP error of this type and code quotes. */
  quotation(type: number, code: number): SegmentSink
  /** A number for an IPv6 address that stays the same for the whole analysis. */
  internIpv6(view: DataView, offset: number): number
  /**
   * One TCP segment.
   *
   * @param family 4 or 6: what `source` and `destination` are, an IPv4 address as uint32 or an interned IPv6 address
   * @param offset of the TCP header in `view`
   * @param end first byte of `view` that was not captured
   * @param length bytes of TCP header and payload on the wire
   * @param hops TTL or hop limit
   * @param identification IPv4 identification, −1 for IPv6
   */
  segment(
    view: DataView,
    family: number,
    source: number,
    destination: number,
    offset: number,
    end: number,
    length: number,
    hops: number,
    identification: number,
  ): void
}

// EtherTypes (IEEE 802 numbers) and IP protocols (IANA).
export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_IPV6 = 0x86dd
export const IPPROTO_TCP = 6
const IPPROTO_ICMP = 1
const IPPROTO_IPIP = 4
const IPPROTO_UDP = 17
const IPPROTO_IPV6 = 41
const IPPROTO_GRE = 47
/** RFC 4302: what it protects follows in the clear. */
export const IPPROTO_AUTHENTICATION = 51
const IPPROTO_ICMPV6 = 58

/** Tunnels in tunnels, VLAN in VLAN: deeper than any real network, bounded for hostile input. */
export const MAX_DEPTH = 8

/** What may carry a segment further inside: tunnels, and ICMP, whose errors quote one. */
export const TUNNEL_PROTOCOLS: ReadonlySet<number> = new Set([
  IPPROTO_ICMP,
  IPPROTO_IPIP,
  IPPROTO_UDP,
  IPPROTO_IPV6,
  IPPROTO_GRE,
  IPPROTO_ICMPV6,
])
export { IPPROTO_GRE, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_UDP }
