import { connection } from '../../build/index.ts'
import type { Case } from './case.ts'

/** Which segments are of one stream. */
export const IDENTITY: readonly Case[] = [
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
