import { address, geneve, gre, ip, ipInIp, join, u16, vxlan, type Tunnel } from '../../build/index.ts'
import type { Case } from './case.ts'

/** The same connections inside each tunnel. */
export function tunnelCases(): Case[] {
  const ends = { from: '192.0.2.1', to: '192.0.2.2' }
  const ends6 = { from: '2001:db8::1', to: '2001:db8::2' }
  const tunnels: [name: string, through: Tunnel[]][] = [
    ['VXLAN', [vxlan(ends)]],
    ['VXLAN over IPv6', [vxlan(ends6)]],
    ['Geneve with options', [geneve({ ...ends, options: [0, 1, 2, 1, 9, 9, 9, 9] })]],
    ['GRE', [gre(ends)]],
    ['GRE with key and sequence', [gre({ ...ends, key: 1, sequence: 2 })]],
    ['GRE with Ethernet', [gre({ ...ends, bridged: true })]],
    ['IP in IP', [ipInIp(ends)]],
    ['IP in IPv6', [ipInIp(ends6)]],
    ['VXLAN in GRE in VXLAN', [vxlan(ends), gre(ends), vxlan(ends6)]],
    [
      'UDP that is no tunnel',
      [(packet) => ip(address('192.0.2.1'), address('192.0.2.2'), 17, udpTo(9, packet))],
    ],
  ]
  return tunnels.map(([name, through]): Case => ({
    name: `through ${name}`,
    write: ({ four, six }) => [
      four({ through }).handshake().server.rst(),
      six({ through }).handshake().client.rstAck(),
    ],
  }))
}

function udpTo(port: number, payload: Uint8Array): Uint8Array {
  return join(u16(49_152), u16(port), u16(8 + payload.length), u16(0), payload)
}
