import { address, connection, ethernet, join, u32 } from '../../build/index.ts'
import type { Case } from './case.ts'
import { retyped } from './links.ts'

/** Lengths that lie, options and extension headers. */
export const LENGTHS: readonly Case[] = [
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
