import type { Case } from './case.ts'

/** Datagrams that came in parts. */
export const FRAGMENTS: readonly Case[] = [
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
