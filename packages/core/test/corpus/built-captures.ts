import {
  address,
  connection,
  ethernet,
  geneve,
  gre,
  ip,
  ipInIp,
  join,
  loop,
  nullLink,
  portUnreachable,
  ppp,
  rawIp,
  sll,
  sll2,
  u16,
  u32,
  vxlan,
  type ConnectionOptions,
  type Link,
  type Packet,
  type Script,
  type Tunnel,
} from '../build/index.ts'

/** One question about what makes a stream or counts as a RST, as a capture of its own. */
export interface BuiltCapture {
  readonly name: string
  readonly packets: readonly Packet[]
  readonly link: Link
  readonly snap?: number
  /** Where whyreset and tshark are known to answer differently, and why. */
  readonly differs?: string
}

/** Connections between the two hosts of one case; the hosts of different cases are different. */
interface Hosts {
  readonly four: (options?: Partial<ConnectionOptions>) => Script
  readonly six: (options?: Partial<ConnectionOptions>) => Script
  readonly client: string
}

type Written = readonly (Script | readonly Packet[])[]
interface Case {
  readonly name: string
  readonly write: (hosts: Hosts) => Written
  readonly link?: Link
  readonly snap?: number
  readonly differs?: string
}

/** Every case of the lists below, the n-th with the hosts 10.1.n.1 and 10.1.n.2. */
export function builtCaptures(): BuiltCapture[] {
  const cases = [...IDENTITY, ...LENGTHS, ...FRAGMENTS, ...QUOTES, ...linkCases(), ...tunnelCases()]
  return cases.map(({ name, write, link = ethernet(), ...rest }, index) => {
    const packets = write(hostsOf(index)).flatMap((part) => ('packets' in part ? part.packets : part))
    return { name, packets, link, ...rest }
  })
}

function hostsOf(index: number): Hosts {
  const [client, server] = [`10.1.${index}.1`, `10.1.${index}.2`]
  return {
    client,
    four: (options) => connection({ client: `${client}:40000`, server: `${server}:8080`, ...options }),
    six: (options) =>
      connection({ client: `[fd00:${index}::1]:40000`, server: `[fd00:${index}::2]:8080`, ...options }),
  }
}

const IDENTITY: readonly Case[] = [
  {
    name: 'a repeated SYN and SYN,ACK belong to the first',
    write: ({ four }) => [
      four()
        .client.syn()
        .client.syn({ seq: 1000 })
        .server.synAck()
        .server.synAck({ seq: 500_000 })
        .client.rst(),
    ],
  },
  {
    name: 'a SYN with a new initial number begins a stream though the old one is open',
    write: ({ four }) => [
      four().handshake(),
      four({ isn: { client: 9999 } })
        .handshake()
        .server.rst(),
    ],
  },
  {
    name: 'an old SYN that arrives late begins a third stream, to which the rest belongs',
    write: ({ four }) => [
      four().handshake(),
      four({ isn: { client: 9999 } }).handshake(),
      four().client.syn(),
      four({ isn: { client: 9999 } }).client.rst(),
    ],
  },
  {
    name: 'ports used again after an orderly close',
    write: ({ four }) => [
      four().handshake().client.fin().server.fin().client.ack(),
      four({ isn: { client: 77 } })
        .at(30)
        .handshake()
        .client.rst(),
    ],
  },
  {
    name: 'a straggler long after the close belongs to the closed stream',
    write: ({ four }) => [four().handshake().client.fin().server.fin().client.ack().at(120).server.rst()],
  },
  {
    name: 'ports used again after a reset and a minute',
    write: ({ four }) => [
      four().handshake().client.rst(),
      four({ isn: { client: 77 } })
        .at(60)
        .handshake()
        .client.rst(),
      four({ isn: { client: 78 } })
        .at(120)
        .handshake()
        .client.rst(),
    ],
  },
  {
    name: 'a capture that begins in the middle, and a SYN from either side',
    write: ({ four }) => [
      four().client.send('a').server.send('b'),
      four({ isn: { client: 77 } }).client.syn(),
      four({ isn: { server: 88 } }).server.syn(),
    ],
  },
  {
    name: 'a SYN that arrives after the segment that follows it',
    write: ({ four }) => [four().client.ack({ seq: 1001 }).client.syn().server.rstAck()],
  },
  {
    name: 'a bare RST says nothing of the other side, so its SYN joins',
    write: ({ four }) => [four().server.rst(), four({ isn: { client: 77 } }).client.syn()],
  },
  {
    name: 'a RST,ACK does, so another SYN does not join',
    write: ({ four }) => [four().server.rstAck({ ack: 5 }), four({ isn: { client: 77 } }).client.syn()],
  },
  {
    name: 'a RST,ACK does, so the SYN that it answers joins',
    write: ({ four }) => [four().server.rstAck({ ack: 78 }), four({ isn: { client: 77 } }).client.syn()],
  },
  {
    name: 'a refused connection tried again with the same number, then with another',
    write: ({ four }) => [
      four().client.syn().server.rstAck().client.syn({ seq: 1000 }).server.rstAck(),
      four({ isn: { client: 5 } })
        .client.syn()
        .server.rstAck(),
    ],
  },
  {
    name: 'a SYN,ACK seen before its SYN',
    write: ({ four }) => [four().server.synAck({ ack: 1001 }).client.syn().client.rst()],
  },
  {
    name: 'a second SYN,ACK replaces the number against which a SYN of the server is compared',
    write: ({ four }) => [
      four().handshake(),
      four({ isn: { server: 3333 } })
        .server.synAck({ ack: 1001 })
        .server.syn({ seq: 3333 }),
      four().server.syn().server.rst(),
    ],
  },
  {
    name: 'a simultaneous open is one stream',
    write: ({ four }) => [
      four()
        .client.syn()
        .server.syn()
        .client.synAck({ seq: 1000 })
        .server.synAck({ seq: 500_000 })
        .client.rst(),
    ],
  },
  {
    name: 'SYN with RST or FIN counts as SYN, with ACK as SYN,ACK',
    write: ({ four }) => [
      four().handshake(),
      four({ isn: { client: 5 } }).client.syn({ flags: 'SR' }),
      four({ isn: { client: 6 } }).client.syn({ flags: 'SF' }),
      four({ isn: { client: 7 } }).client.syn({ flags: 'SF.' }),
    ],
  },
  {
    name: 'sequence numbers that wrap',
    write: ({ four }) => [
      four({ isn: { client: 4_294_967_295, server: 4_294_967_290 } })
        .handshake()
        .server.send(100)
        .client.rstAck(),
      four({ isn: { client: 0 } }).client.ack({ seq: 0 }),
    ],
  },
  {
    name: 'a connection of one address with itself, told apart by port, and of a port with itself',
    write: ({ client }) => [
      connection({ client: `${client}:5000`, server: `${client}:6000` })
        .handshake()
        .server.rstAck(),
      connection({ client: `${client}:7000`, server: `${client}:7000` })
        .client.syn()
        .server.synAck(),
      connection({ client: `${client}:7000`, server: `${client}:7000` })
        .server.syn()
        .client.rst(),
    ],
  },
  {
    name: 'an IPv4-mapped address is another address',
    write: ({ four, client }) => [
      four().handshake().client.rst(),
      connection({ client: `[::ffff:${client}]:40000`, server: '[::ffff:10.0.0.2]:8080' }).client.rst(),
    ],
  },
]

const LENGTHS: readonly Case[] = [
  {
    name: 'a data offset below five has no flags',
    write: ({ four }) => [four().client.rst({ dataOffset: 4 })],
  },
  {
    name: 'a data offset below five sets the base',
    write: ({ four }) => [
      four().client.ack({ dataOffset: 4, seq: 12_345 }),
      four({ isn: { client: 5 } }).client.syn(),
    ],
  },
  {
    name: 'a data offset beyond the segment does not',
    write: ({ four }) => [
      four().client.rst({ dataOffset: 15, seq: 12_345 }),
      four({ isn: { client: 5 } }).client.syn(),
    ],
  },
  {
    name: 'nor does one of an acknowledgement',
    write: ({ four }) => [
      four().client.ack({ dataOffset: 15, seq: 12_345 }),
      four({ isn: { client: 5 } })
        .handshake()
        .client.rst(),
    ],
  },
  { name: '15 captured bytes of TCP', write: ({ four }) => [four().client.rst()], snap: 49 },
  { name: '16 captured bytes of TCP', write: ({ four }) => [four().client.rst()], snap: 50 },
  ...[0, 10, 20, 35, 36, 37, 39, 60_000].map((length): Case => ({
    name: `an IPv4 total length of ${length}`,
    write: ({ four }) => [four().client.rst({ ip: { length } })],
  })),
  ...[0, 10, 16, 19, 20, 60_000].map((length): Case => ({
    name: `an IPv6 payload length of ${length}`,
    write: ({ six }) => [six().client.rst({ ip: { length } })],
    ...(length === 0
      ? { differs: 'whyreset takes 0 for an offloaded length (BIG TCP), as both do for IPv4' }
      : {}),
  })),
  {
    name: 'Ethernet padding is not payload',
    write: ({ four }) => [four().handshake().client.ack().client.rst()],
    link: ethernet({ pad: true }),
  },
  {
    name: 'an IPv4 option',
    write: ({ four }) => [four().client.rst({ ip: { options: [148, 4, 0, 0] } })],
  },
  {
    name: 'an IPv4 source route, whose last hop is the destination',
    write: ({ four, client }) => [
      four().client.syn({ ip: { options: [131, 7, 4, 192, 0, 2, 9, 1] } }),
      connection({ client: `${client}:40000`, server: '192.0.2.9:8080' }).server.rstAck(),
    ],
  },
  ...(
    [
      ['hop-by-hop and destination options', [0, [0, 0, 1, 4, 0, 0, 0, 0]], [60, [0, 0, 1, 4, 0, 0, 0, 0]]],
      [
        'an authentication header',
        [51, [0, 4, 0, 0, ...u32(1), ...u32(1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
      ],
      ['a mobility header', [135, [0, 0, 0, 0, 0, 0, 0, 0]]],
      ['a shim header', [140, [0, 0, 0x80, 0, 0, 0, 0, 0]]],
      ['a host identity header', [139, [0, 0, 0, 0, 0, 0, 0, 0]]],
      ['an encrypted payload', [50, [0, 0, 0, 1, 0, 0, 0, 1]]],
    ] as const
  ).map(([name, ...extensions]): Case => ({
    name: `IPv6 with ${name}`,
    write: ({ six }) => [six().client.rst({ ip: { extensions } })],
  })),
  ...(
    [
      ['strict, its last hop', [137, 7, 4, 192, 0, 2, 9, 1]],
      ['behind other options', [1, 68, 4, 5, 0, 131, 7, 4, 192, 0, 2, 9]],
      ['with two hops of which one is left', [131, 11, 8, 192, 0, 2, 8, 192, 0, 2, 9, 1]],
    ] as const
  ).map(([name, options]): Case => ({
    name: `an IPv4 source route ${name}`,
    write: ({ four, client }) => [
      four().client.syn({ ip: { options } }),
      connection({ client: `${client}:40000`, server: '192.0.2.9:8080' }).server.rstAck(),
    ],
  })),
  ...(
    [
      ['at its end', [131, 7, 8, 192, 0, 2, 9, 1]],
      ['with a pointer between addresses', [131, 7, 5, 192, 0, 2, 9, 1]],
      ['behind the end of options', [0, 131, 7, 4, 192, 0, 2, 9]],
      ['longer than the header', [131, 40, 4, 192, 0, 2, 9, 1]],
      ['without room for an address', [131, 3, 4, 1]],
    ] as const
  ).map(([name, options]): Case => ({
    name: `an IPv4 source route ${name} leaves the destination`,
    write: ({ four }) => [four().client.syn({ ip: { options } }), four().server.rstAck()],
  })),
  {
    name: 'IPv6 under the type of IPv4',
    write: ({ six }) => [six().handshake().client.rst()],
    link: retyped(ethernet(), 0x0800),
  },
  {
    name: 'IPv4 under the type of IPv6',
    write: ({ four }) => [four().handshake().client.rst()],
    link: retyped(ethernet(), 0x86dd),
  },
  ...(
    [
      ['a segment routing header with two segments', [4, 4, 1], ['fd00::99', 'fd00::98']],
      ['a segment routing header that is used up', [4, 4, 0], ['fd00::98', 'fd00::97']],
      ['a source route of two hops', [4, 0, 2], ['fd00::98', 'fd00::99']],
      ['a mobile home address', [2, 2, 1], ['fd00::99']],
      ['an experimental routing header', [2, 253, 1], ['fd00::99']],
    ] as const
  ).map(([name, [length, type, left], hops]): Case => ({
    name: `IPv6 with ${name}`,
    write: ({ six }) => [
      six().client.syn({
        ip: { extensions: [[43, [0, length, type, left, 1, 0, 0, 0, ...join(...hops.map(address))]]] },
      }),
      six({ server: '[fd00::99]:8080' }).server.rstAck(),
    ],
  })),
  {
    name: 'IPv6 with a compressed route (RPL)',
    differs: 'whyreset does not follow the routes of sensor networks (RFC 6554)',
    write: ({ six }) => [
      six().client.syn({ ip: { extensions: [[43, [0, 2, 3, 1, ...u32(0), ...address('fd00::99')]]] } }),
      six({ server: '[fd00::99]:8080' }).server.rstAck(),
    ],
  },
  {
    name: 'IPv6 with a routing header whose last segment is the destination',
    write: ({ six }) => [
      six().client.syn({ ip: { extensions: [[43, [0, 2, 0, 1, ...u32(0), ...address('fd00::99')]]] } }),
      six({ server: '[fd00::99]:8080' }).server.rstAck(),
    ],
  },
]

const FRAGMENTS: readonly Case[] = [
  {
    name: 'an IPv4 datagram counts once, where it is complete',
    write: ({ four }) => [
      four()
        .handshake()
        .client.rst({ payload: 'x'.repeat(100), fragmentAt: 48 }),
    ],
  },
  {
    name: 'IPv4 fragments in reverse',
    write: ({ four }) => [
      four()
        .client.rst({ payload: 'x'.repeat(100), fragmentAt: 48 })
        .packets.toReversed(),
    ],
  },
  {
    name: 'a TCP header spread over IPv4 fragments of eight bytes',
    write: ({ four }) => [four().client.rst({ payload: 'x'.repeat(50), fragmentAt: 8 })],
  },
  {
    name: 'an IPv4 datagram without its middle, its first fragment captured twice',
    write: ({ four }) => [
      four()
        .client.rst({ payload: 'x'.repeat(124), fragmentAt: 48 })
        .packets.flatMap((packet, index) => (index === 0 ? [packet, packet] : index === 1 ? [] : [packet])),
    ],
  },
  {
    name: 'an IPv4 datagram without its last fragment never counts',
    write: ({ four }) => [
      four()
        .client.rst({ payload: 'x'.repeat(100), fragmentAt: 48 })
        .packets.slice(0, -1),
    ],
  },
  {
    name: 'IPv4 fragments that the snap length cut: the first counts by itself',
    write: ({ four }) => [four().client.rst({ payload: 'x'.repeat(3000), fragmentAt: 1480 })],
    snap: 100,
  },
  {
    name: 'a first fragment that was cut does not set the base',
    write: ({ four }) => [
      four().client.syn({ payload: 'x'.repeat(3000), fragmentAt: 1480 }),
      four({ isn: { client: 5 } }).client.syn(),
    ],
    snap: 100,
  },
  {
    name: 'each IPv4 fragment captured twice in a row',
    write: ({ four }) => [
      four()
        .client.rst({ payload: 'x'.repeat(60), fragmentAt: 48 })
        .packets.flatMap((packet) => [packet, packet]),
    ],
  },
  {
    name: 'an IPv6 datagram counts once, where it is complete',
    write: ({ six }) => [
      six()
        .handshake()
        .client.rst({ payload: 'x'.repeat(100), fragmentAt: 48 }),
    ],
  },
  {
    name: 'IPv6 fragments that the snap length cut do not count',
    write: ({ six }) => [six().client.rst({ payload: 'x'.repeat(3000), fragmentAt: 1440 })],
    snap: 120,
  },
  { name: 'an atomic IPv6 fragment', write: ({ six }) => [six().client.rst({ fragmentAt: 1440 })] },
]

const QUOTES: readonly Case[] = [
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

function linkCases(): Case[] {
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

function retyped(link: Link, type: number): Link {
  return {
    linkType: 1,
    frame(packet) {
      const frame = link.frame(packet)
      frame.set(u16(type), 12)
      return frame
    },
  }
}

function tunnelCases(): Case[] {
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
