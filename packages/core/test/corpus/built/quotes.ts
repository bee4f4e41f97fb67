import {
  address,
  ip,
  join,
  portUnreachable,
  u16,
  u32,
  vxlan,
  type Packet,
  type Script,
} from '../../build/index.ts'
import type { Case } from './case.ts'

/** Segments that ICMP errors quote. */
export const QUOTES: readonly Case[] = [
  {
    name: 'an ICMP error about a connection that was seen',
    write: ({ four }) => [four().handshake(), quoting(four().client.syn()), four().client.rst()],
  },
  {
    name: 'an ICMP error with eight bytes of an unseen connection',
    write: ({ four }) => [quoting(four().client.syn(), 28)],
  },
  {
    name: 'an ICMP error with sixteen bytes of an unseen connection',
    write: ({ four }) => [quoting(four().client.syn(), 36)],
  },
  {
    name: 'a quoted SYN sets no base',
    write: ({ four }) => [
      quoting(four().client.syn()),
      four({ isn: { client: 5 } })
        .client.syn()
        .server.rstAck(),
    ],
  },
  {
    name: 'a quoted SYN with another number begins a stream',
    write: ({ four }) => [
      four().handshake(),
      quoting(four({ isn: { client: 5 } }).client.syn()),
      four().client.rst(),
    ],
  },
  {
    name: 'a SYN after a quoted SYN that began a stream joins it',
    write: ({ four }) => [
      four().handshake(),
      quoting(four({ isn: { client: 5 } }).client.syn()),
      four({ isn: { client: 6 } })
        .handshake()
        .client.rst(),
    ],
  },
  {
    name: 'a quoted SYN,ACK replaces the number against which a SYN is compared',
    write: ({ four }) => [
      four().handshake(),
      quoting(four({ isn: { server: 3333 } }).server.synAck()),
      four().server.syn({ seq: 3333 }),
      four().server.syn().server.rst(),
    ],
  },
  {
    name: 'a connection that was only quoted, then seen, then quoted again',
    write: ({ four }) => [
      quoting(four().client.syn()),
      four().handshake().client.rst(),
      quoting(four().client.rst({ seq: 1001 })),
    ],
  },
  ...[3, 4, 5, 8, 11, 12].map((type): Case => ({
    name: `ICMP type ${type} about a connection`,
    write: ({ four }) => [routerSays(type, 1, four().client.syn())],
  })),
  ...[1, 2, 3, 4, 128, 137].map((type): Case => ({
    name: `ICMPv6 type ${type} about a connection`,
    write: ({ six }) => [routerSays(type, 0, six().client.syn())],
  })),
  {
    name: 'a quoted first fragment',
    write: ({ four, six }) => [
      routerSays(3, 4, four().client.syn({ payload: 'x'.repeat(1000), fragmentAt: 800 })),
      routerSays(1, 0, six().client.syn({ payload: 'x'.repeat(1000), fragmentAt: 800 })),
    ],
  },
  {
    name: 'quoted fragments that are whole',
    write: ({ four }) => [routerSays(3, 4, four().client.syn({ payload: 'x'.repeat(100), fragmentAt: 48 }))],
  },
  {
    name: 'a whole fragment quoted in place of a lost one',
    differs: 'to whyreset an error completes no datagram: it may be forged',
    write: ({ four }) => {
      const script = four().client.syn({ payload: 'x'.repeat(100), fragmentAt: 48 })
      return [script.packets.slice(0, 1), routerSays(3, 4, script).slice(1, 2), script.packets.slice(2)]
    },
  },
  {
    name: 'an ICMP error about a tunnel',
    write: ({ four }) => [
      routerSays(3, 4, four({ through: [vxlan({ from: '192.0.2.1', to: '192.0.2.2' })] }).client.syn()),
    ],
  },
  {
    name: 'an ICMP error about an ICMP error',
    write: ({ four }) => [routerSays(3, 1, { ...four(), packets: routerSays(3, 1, four().client.syn()) })],
  },
  {
    name: 'a quoted RST is not a RST on the wire',
    write: ({ four }) => [four().handshake(), quoting(four().client.rst({ seq: 1001 }))],
  },
]

function quoting({ packets }: Script, bytes?: number): Packet[] {
  return packets.map((packet) => ({ timeNs: packet.timeNs, bytes: portUnreachable(packet.bytes, bytes) }))
}

/** The same from a router, of any type; ICMPv6 about IPv6. */
function routerSays(type: number, code: number, { packets }: Script, bytes = 548): Packet[] {
  return packets.map(({ timeNs, bytes: packet }) => {
    const isIpv4 = (packet[0] ?? 0) >> 4 === 4
    const message = join([type, code], u16(0), u32(0), packet.subarray(0, bytes))
    const [router, sender] = isIpv4
      ? [address('192.0.2.7'), packet.subarray(12, 16)]
      : [address('2001:db8::7'), packet.subarray(8, 24)]
    return { timeNs, bytes: ip(router, sender, isIpv4 ? 1 : 58, message) }
  })
}
