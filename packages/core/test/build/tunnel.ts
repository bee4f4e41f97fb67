import { address } from './address.ts'
import { join, u16, u32 } from './bytes.ts'
import { ip } from './ip.ts'
import { ethernetHeader, etherTypeOf } from './link.ts'

/** Wraps an IP packet into another; `isReply` turns the outer addresses round. Innermost tunnel first in a list. */
export type Tunnel = (packet: Uint8Array, isReply: boolean) => Uint8Array

/** The hosts between which a tunnel runs, as its own addresses. */
export interface TunnelEnds {
  readonly from: string
  readonly to: string
}

const GRE = 47
const IPIP = 4
const SIX_IN_FOUR = 41
const UDP = 17

/** Ethernet in UDP (RFC 7348). */
export function vxlan(ends: TunnelEnds & { readonly vni?: number; readonly port?: number }): Tunnel {
  return (packet, isReply) => {
    const header = join(u32(0x0800_0000), u32((ends.vni ?? 42) << 8))
    return udp(ends, isReply, ends.port ?? 4789, join(header, ethernetHeader(packet), packet))
  }
}

/** Ethernet in UDP with options (RFC 8926); `options` is a multiple of four bytes. */
export function geneve(
  ends: TunnelEnds & { readonly vni?: number; readonly options?: readonly number[] },
): Tunnel {
  return (packet, isReply) => {
    const options = ends.options ?? []
    const header = join([options.length / 4, 0], u16(0x6558), u32((ends.vni ?? 42) << 8), options)
    return udp(ends, isReply, 6081, join(header, ethernetHeader(packet), packet))
  }
}

/** GRE (RFC 2784, key and sequence of RFC 2890), around the IP packet or around an Ethernet frame. */
export function gre(
  ends: TunnelEnds & { readonly key?: number; readonly sequence?: number; readonly bridged?: boolean },
): Tunnel {
  return (packet, isReply) => {
    const flags = (ends.key === undefined ? 0 : 0x2000) | (ends.sequence === undefined ? 0 : 0x1000)
    const header = join(
      u16(flags),
      u16(ends.bridged === true ? 0x6558 : etherTypeOf(packet)),
      ends.key === undefined ? [] : u32(ends.key),
      ends.sequence === undefined ? [] : u32(ends.sequence),
      ends.bridged === true ? ethernetHeader(packet) : [],
    )
    return outer(ends, isReply, GRE, join(header, packet))
  }
}

/** IPv4 or IPv6 directly in IP: IPIP (RFC 2003), 6in4 (RFC 4213), and their IPv6 forms (RFC 2473). */
export function ipInIp(ends: TunnelEnds): Tunnel {
  return (packet, isReply) =>
    outer(ends, isReply, etherTypeOf(packet) === 0x0800 ? IPIP : SIX_IN_FOUR, packet)
}

function udp(ends: TunnelEnds, isReply: boolean, port: number, payload: Uint8Array): Uint8Array {
  const header = join(u16(49152), u16(port), u16(8 + payload.length), u16(0))
  return outer(ends, isReply, UDP, join(header, payload))
}

function outer(ends: TunnelEnds, isReply: boolean, protocol: number, payload: Uint8Array): Uint8Array {
  const [from, to] = isReply ? [ends.to, ends.from] : [ends.from, ends.to]
  return ip(address(from), address(to), protocol, payload)
}
