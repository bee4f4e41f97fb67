import { describe, expect, test } from 'vitest'
import { noTshark, tsharkFields } from '../corpus/tshark.ts'
import {
  address,
  connection,
  ethernet,
  geneve,
  gre,
  ipInIp,
  loop,
  merge,
  nullLink,
  pcap,
  pcapng,
  portUnreachable,
  ppp,
  rawIp,
  sll,
  sll2,
  vxlan,
  type Block,
  type Link,
  type PcapOptions,
  type Tunnel,
} from './index.ts'

const ENDS = { client: '10.0.0.1:40000', server: '10.0.0.2:8080' }
const ENDS6 = { client: '[fd00::1]:40000', server: '[fd00::2]:8080' }
const TUNNEL = { from: '192.0.2.1', to: '192.0.2.2' }
const TUNNEL6 = { from: '2001:db8::1', to: '2001:db8::2' }

describe('the trace builder', () => {
  test('reads addresses as people write them', () => {
    expect([...address('10.0.0.1')]).toEqual([10, 0, 0, 1])
    expect([...address('fd00::2:1')]).toEqual([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1])
    expect([...address('::')]).toEqual(Array.from({ length: 16 }, () => 0))
    expect([...address('::ffff:10.0.0.1')].slice(10)).toEqual([0xff, 0xff, 10, 0, 0, 1])
  })

  test('merges scripts by time, and keeps the given order within an instant', () => {
    const early = connection(ENDS).at(1).client.syn()
    const late = connection(ENDS).at(2).client.syn().at(1).client.ack()
    expect(merge(late, early)).toEqual([late.packets[1], early.packets[0], late.packets[0]])
  })
})

describe.skipIf(noTshark !== undefined)(`what tshark reads back (${noTshark ?? 'installed'})`, () => {
  test('a conversation has the numbers that its trace implies, and right checksums', async () => {
    const script = connection({ ...ENDS, ip: { client: { ttl: 57, id: 7 } } })
      .handshake()
      .at(0.002)
      .client.send('GET / HTTP/1.1\r\n\r\n')
      .at(0.003)
      .server.send(1448)
      .at(0.5)
      .client.send('again', { seq: (next) => next - 5 })
      .at(1.25)
      .client.rstAck()
    const fields = [
      'frame.time_epoch',
      'tcp.seq_raw',
      'tcp.ack_raw',
      'tcp.len',
      'tcp.flags.str',
      'ip.id',
      'ip.ttl',
    ]
    const checks = ['tcp.checksum.status', 'ip.checksum.status']
    const preferences = ['tcp.check_checksum:TRUE', 'ip.check_checksum:TRUE']
    const rows = await tsharkFields(pcap(script.packets), [...fields, ...checks], preferences)
    expect(rows.map((row) => row.join(' '))).toEqual([
      '1700000000.000000000 1000 0 0 ··········S· 0x0007 57 1 1',
      '1700000000.001000000 500000 1001 0 ·······A··S· 0x0000 64 1 1',
      '1700000000.001020000 1001 500001 0 ·······A···· 0x0008 57 1 1',
      '1700000000.002000000 1001 500001 18 ·······AP··· 0x0009 57 1 1',
      '1700000000.003000000 500001 1019 1448 ·······AP··· 0x0001 64 1 1',
      '1700000000.500000000 1014 501449 5 ·······AP··· 0x000a 57 1 1',
      '1700000001.250000000 1019 501449 0 ·······A·R·· 0x000b 57 1 1',
    ])
  })

  test('options, and fields that contradict the rest, are written as given', async () => {
    const script = connection(ENDS)
      .client.syn({ options: { mss: 1400, sackPermitted: true, timestamps: [77, 0], windowScale: 9 } })
      .server.ack({
        options: {
          sack: [
            [1, 2],
            [5, 9],
          ],
          raw: [254, 4, 1, 2],
        },
        window: 0,
      })
      .client.send(4000, { ip: { length: 0 } })
      .client.rst({ payload: 'denied by policy', seq: 4_294_967_295 })
      .client.send('x', { flags: 'FSRP.UEWe', urgent: 9, dataOffset: 5, ip: { options: [148, 4, 0, 0] } })
    const fields = [
      'tcp.options.mss_val',
      'tcp.options.sack_perm',
      'tcp.options.timestamp.tsval',
      'tcp.options.wscale.shift',
      'tcp.options.sack.count',
      'tcp.window_size_value',
      'tcp.len',
      'tcp.reset_cause',
      'tcp.seq_raw',
      'tcp.flags',
      'tcp.urgent_pointer',
      'ip.opt.ra',
    ]
    const rows = await tsharkFields(pcap(script.packets), fields)
    expect(rows.map((row) => row.join(' '))).toEqual([
      '1400 0402 77 9  64240 0  1000 0x0002 0 ',
      '    2 0 0  500000 0x0010 0 ',
      '     502 4000  1001 0x0018 0 ',
      '     0 16 denied by policy 4294967295 0x0004 0 ',
      '     502 1 x 5001 0x01ff 9 0',
    ])
  })

  test('every variant of the classic format holds the same packets', async () => {
    const { packets } = connection(ENDS).at(1e-6).client.syn().at(2.000_001_001).server.rstAck()
    const variants: PcapOptions[] = [
      {},
      { order: 'big' },
      { resolution: 'ns' },
      { resolution: 'ns', order: 'big' },
      { kuznetzov: true },
      { kuznetzov: true, order: 'big' },
      { snap: 50 },
    ]
    for (const variant of variants) {
      const second = variant.resolution === 'ns' ? '000001001' : '000001000'
      const lengths = [
        ['66', variant.snap ?? 66],
        ['54', variant.snap ?? 54],
      ].map((pair) => pair.join(' '))
      const rows = await tsharkFields(pcap(packets, variant), [
        'frame.time_epoch',
        'tcp.dstport',
        'frame.len',
        'frame.cap_len',
      ])
      expect(rows.map((row) => row.join(' '))).toEqual([
        `1700000000.000001000 8080 ${lengths[0]}`,
        `1700000002.${second} 40000 ${lengths[1]}`,
      ])
    }
  })

  test('pcapng sections have their own byte order, and interfaces their own link, clock and snap length', async () => {
    const [packet] = connection(ENDS).at(0.25).client.rst().packets
    if (packet === undefined) throw new Error('the script wrote nothing')
    const section = (order: 'big' | 'little'): Block[] => [
      { block: 'section', order, options: [[4, [0x61]]] },
      { block: 'interface', link: ethernet() },
      {
        block: 'interface',
        link: rawIp(),
        resolution: { base: 10, exponent: 9 },
        options: [[2, [0x65, 0x6e, 0x30]]],
      },
      {
        block: 'interface',
        link: sll2(),
        resolution: { base: 2, exponent: 10 },
        offsetSeconds: 3600,
        snap: 60,
      },
      { block: 'enhanced', packet, options: [[1, [0x68, 0x69]]] },
      { block: 'other', code: 0x0b0b, body: [1, 2, 3] },
      { block: 'enhanced', interface: 1, packet },
      { block: 'obsolete', interface: 2, packet },
      { block: 'simple', packet },
    ]
    const rows = await tsharkFields(pcapng([...section('little'), ...section('big')]), [
      'frame.time_epoch',
      'frame.encap_type',
      'frame.len',
      'frame.cap_len',
      'tcp.stream',
      'tcp.flags.reset',
    ])
    const of = [
      '1700000000.250000000 1 54 54',
      '1700000000.250000000 7 40 40',
      '1700000000.250000000 210 60 60',
      ' 1 54 54',
    ]
    expect(rows.map((row) => row.join(' '))).toEqual([...of, ...of].map((row) => `${row} 0 1`))
  })

  test('every link layer carries the conversation', async () => {
    const both: Link[] = [
      ethernet(),
      ethernet({ vlans: [5] }),
      ethernet({ vlans: [5, 6] }),
      ethernet({ pppoe: 9 }),
      ethernet({ pad: true }),
      sll(),
      sll2(),
      nullLink(),
      nullLink('big', 28),
      loop(),
      rawIp(101),
      rawIp(12),
      rawIp(14),
      ppp(9),
      ppp(50),
      ppp(9, true),
    ]
    expect(
      await carried(
        [...both, rawIp(228)].map((link) => ({ link })),
        ENDS,
      ),
    ).toEqual(nothing)
    expect(
      await carried(
        [...both, rawIp(229)].map((link) => ({ link })),
        ENDS6,
      ),
    ).toEqual(nothing)
  })

  test('every tunnel carries the conversation, both ways and in both versions of IP', async () => {
    const tunnels: Tunnel[] = [TUNNEL, TUNNEL6].flatMap((ends) => [
      vxlan(ends),
      geneve(ends),
      geneve({ ...ends, options: [0, 1, 2, 1, 9, 9, 9, 9] }),
      gre(ends),
      gre({ ...ends, key: 1, sequence: 2 }),
      gre({ ...ends, bridged: true }),
      ipInIp(ends),
    ])
    expect(
      await carried(
        tunnels.map((tunnel) => ({ tunnel })),
        ENDS,
      ),
    ).toEqual(nothing)
    expect(
      await carried(
        tunnels.map((tunnel) => ({ tunnel })),
        ENDS6,
      ),
    ).toEqual(nothing)
  })

  test('fragments and extension headers lead to the same segment', async () => {
    const hopByHop = [0, [0, 0, 1, 4, 0, 0, 0, 0]] as const
    const four = connection(ENDS).client.send(3000, { fragmentAt: 1480 })
    const six = connection(ENDS6).client.send(3000, { fragmentAt: 1440, ip: { extensions: [hopByHop] } })
    const whole = connection(ENDS6).client.rst({ ip: { extensions: [hopByHop, [60, hopByHop[1]]] } })
    const rows = await tsharkFields(pcap([...four.packets, ...six.packets, ...whole.packets]), ['tcp.len'])
    expect(rows.flat()).toEqual(['', '', '3000', '', '', '3000', '0'])
  })

  test('an ICMP error quotes the segment it answers', async () => {
    const [syn] = connection(ENDS).client.syn().packets
    if (syn === undefined) throw new Error('the script wrote nothing')
    const answer = { timeNs: syn.timeNs, bytes: portUnreachable(syn.bytes) }
    const rows = await tsharkFields(pcap([answer]), [
      'icmp.type',
      'icmp.code',
      'icmp.checksum.status',
      'tcp.dstport',
    ])
    expect(rows).toEqual([['3', '3', '1', '8080']])
  })
})

const nothing: unknown[] = []

/** The carriers, by index, in which tshark does not find SYN, SYN,ACK and RST,ACK of one stream with right checksums. */
async function carried(
  carriers: readonly { readonly link?: Link; readonly tunnel?: Tunnel }[],
  ends: { client: string; server: string },
): Promise<number[]> {
  const blocks = carriers.flatMap(({ link = ethernet(), tunnel }, index): Block[] => {
    const through = tunnel === undefined ? [] : [tunnel]
    const { packets } = connection({
      ...ends,
      server: ends.server.replace('8080', String(9000 + index)),
      through,
    })
      .client.syn()
      .server.synAck()
      .client.rstAck()
    return [
      { block: 'interface', link },
      ...packets.map((packet): Block => ({ block: 'enhanced', interface: index, packet })),
    ]
  })
  const fields = ['tcp.stream', 'tcp.flags.reset', 'tcp.checksum.status', '_ws.col.Source']
  const rows = (await tsharkFields(pcapng(blocks), fields, ['tcp.check_checksum:TRUE'])).map((row) =>
    row.join(' '),
  )
  const [client, server] = [ends.client, ends.server].map((end) =>
    end.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''),
  )
  return carriers.flatMap((_, index) => {
    const wanted = [`${index} 0 1 ${client}`, `${index} 0 1 ${server}`, `${index} 1 1 ${client}`]
    const found = rows.slice(index * 3, index * 3 + 3)
    return wanted.every((row, at) => row === found[at]) ? [] : [index]
  })
}
