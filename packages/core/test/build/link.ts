import { join, u16, u32, type ByteOrder } from './bytes.ts'
import { addressesOf } from './ip.ts'

/** A link layer: its LINKTYPE_ number (draft-ietf-opsawg-pcaplinktype) and how it frames an IP packet. */
export interface Link {
  readonly linkType: number
  frame(packet: Uint8Array): Uint8Array
}

const VLAN = 0x8100
const SERVICE_VLAN = 0x88a8
const PPPOE_SESSION = 0x8864
const MINIMUM_ETHERNET = 60

/** Ethernet II. `vlans` from the outside in (two: QinQ); `pppoe` is a session id; `pad` fills up to 60 bytes as a wire does. */
export function ethernet(
  options: { readonly vlans?: readonly number[]; readonly pppoe?: number; readonly pad?: boolean } = {},
): Link {
  return {
    linkType: 1,
    frame(packet) {
      const body = options.pppoe === undefined ? packet : pppoe(options.pppoe, packet)
      const type = options.pppoe === undefined ? etherTypeOf(packet) : PPPOE_SESSION
      const frame = join(ethernetHeader(packet, options.vlans ?? [], type), body)
      return options.pad === true
        ? join(frame, new Uint8Array(Math.max(0, MINIMUM_ETHERNET - frame.length)))
        : frame
    },
  }
}

/** Destination and source MAC made from the IP addresses, then the VLAN tags, then the type. */
export function ethernetHeader(
  packet: Uint8Array,
  vlans: readonly number[] = [],
  type: number = etherTypeOf(packet),
): Uint8Array {
  const { from, to } = addressesOf(packet)
  const tags = vlans.flatMap((id, index) => [
    ...u16(index < vlans.length - 1 ? SERVICE_VLAN : VLAN),
    ...u16(id),
  ])
  return join([0x02, 0], to.subarray(-4), [0x02, 0], from.subarray(-4), tags, u16(type))
}

/** The EtherType that says what an IP packet's first nibble says. */
export function etherTypeOf(packet: Uint8Array): number {
  return (packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd
}

/** What `tcpdump -i any` wrote before libpcap 1.10: Linux cooked capture v1. Packet type 0 is to us, 4 from us. */
export function sll(packetType = 0): Link {
  return {
    linkType: 113,
    frame: (packet) =>
      join(u16(packetType), u16(1), u16(6), [2, 0, 0, 0, 0, 1, 0, 0], u16(etherTypeOf(packet)), packet),
  }
}

/** What `tcpdump -i any` writes since libpcap 1.10: cooked capture v2, which tells the interface. */
export function sll2(interfaceIndex = 2, packetType = 0): Link {
  return {
    linkType: 276,
    frame: (packet) =>
      join(
        u16(etherTypeOf(packet)),
        u16(0),
        u32(interfaceIndex),
        u16(1),
        [packetType, 6],
        [2, 0, 0, 0, 0, 1, 0, 0],
        packet,
      ),
  }
}

/** BSD loopback: the address family in the byte order of the capturing machine. AF_INET6 differs by system. */
export function nullLink(order: ByteOrder = 'little', inet6: 24 | 28 | 30 = 30): Link {
  return { linkType: 0, frame: (packet) => join(u32(family(packet, inet6), order), packet) }
}

/** OpenBSD loopback: the address family in network order. */
export function loop(): Link {
  return { linkType: 108, frame: (packet) => join(u32(family(packet, 24)), packet) }
}

/** No link header. 101 is the registered number, 12 and 14 are what some systems write, 228 and 229 are IPv4 and IPv6 only. */
export function rawIp(linkType: 101 | 12 | 14 | 228 | 229 = 101): Link {
  return { linkType, frame: (packet) => packet }
}

/** PPP, as 9 or in HDLC-like framing as 50 (RFC 1662); `compressed` drops the address and control bytes. */
export function ppp(linkType: 9 | 50 = 9, compressed = false): Link {
  return {
    linkType,
    frame: (packet) => join(compressed ? [] : [0xff, 0x03], u16(pppProtocol(packet)), packet),
  }
}

function pppoe(session: number, packet: Uint8Array): Uint8Array {
  return join([0x11, 0], u16(session), u16(packet.length + 2), u16(pppProtocol(packet)), packet)
}

function pppProtocol(packet: Uint8Array): number {
  return etherTypeOf(packet) === 0x0800 ? 0x0021 : 0x0057
}

function family(packet: Uint8Array, inet6: number): number {
  return etherTypeOf(packet) === 0x0800 ? 2 : inet6
}
