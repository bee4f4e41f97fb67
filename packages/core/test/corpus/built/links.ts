import { ethernet, join, loop, nullLink, ppp, rawIp, sll, sll2, u16, type Link } from '../../build/index.ts'
import type { Case } from './case.ts'

/** The same connections over each link layer. */
export function linkCases(): Case[] {
  const links: [name: string, Link][] = [
    ['Ethernet', ethernet()],
    ['VLAN', ethernet({ vlans: [5] })],
    ['QinQ', ethernet({ vlans: [5, 6] })],
    ['VLAN 0x9100', retyped(ethernet({ vlans: [5, 6] }), 0x9100)],
    ['VLAN 0x9200', retyped(ethernet({ vlans: [5, 6] }), 0x9200)],
    ['PPPoE', ethernet({ pppoe: 9 })],
    ['LLC and SNAP', snap],
    ['SLL', sll()],
    ['SLL2', sll2()],
    ['loopback, little-endian', nullLink('little', 30)],
    ['loopback, big-endian', nullLink('big', 28)],
    ['loopback, BSD', nullLink('little', 24)],
    ['OpenBSD loopback', loop()],
    ['raw 101', rawIp(101)],
    ['raw 12', rawIp(12)],
    ['raw 14', rawIp(14)],
    ['PPP', ppp(9)],
    ['PPP without address and control', ppp(9, true)],
    ['PPP, HDLC', ppp(50)],
    ['an unsupported link', { linkType: 195, frame: (packet) => packet }],
  ]
  return [
    ...links.map(([name, link]): Case => ({
      name: `over ${name}`,
      write: ({ four, six }) => [four().handshake().server.rst(), six().handshake().client.rstAck()],
      link,
    })),
    { name: 'over raw IPv4', write: ({ four }) => [four().handshake().server.rst()], link: rawIp(228) },
    { name: 'over raw IPv6', write: ({ six }) => [six().handshake().server.rst()], link: rawIp(229) },
  ]
}

/** IEEE 802.3 with a length, then LLC and SNAP with the EtherType (RFC 1042). */
const snap: Link = {
  linkType: 1,
  frame(packet) {
    const frame = ethernet().frame(packet)
    return join(frame.subarray(0, 12), u16(packet.length + 8), [0xaa, 0xaa, 3, 0, 0, 0], frame.subarray(12))
  },
}

/** The same frames under another EtherType. */
export function retyped(link: Link, type: number): Link {
  return {
    linkType: 1,
    frame(packet) {
      const frame = link.frame(packet)
      frame.set(u16(type), 12)
      return frame
    },
  }
}
