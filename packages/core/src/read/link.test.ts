import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  endpoint,
  ethernet,
  geneve,
  gre,
  ip,
  ipInIp,
  loop,
  nullLink,
  ppp,
  rawIp,
  sll,
  sll2,
  tcp,
  vxlan,
  type Link,
  type Tunnel,
} from '../../test/build/index.ts'
import { FragmentBuffer } from './fragments.ts'
import { decodeFrame, isKnownLinkType } from './link.ts'
import type { SegmentSink } from './network.ts'

interface Segment {
  readonly family: number
  readonly ports: number
  readonly payload: number
  readonly hops: number
}

function decode(frame: Uint8Array, linkType: number, captured = frame.length): Segment[] {
  const seen: Segment[] = []
  const sink: SegmentSink = {
    subInterface: 0,
    isPartial: false,
    fragments: new FragmentBuffer(),
    quotation: () => sink,
    internIpv6: (view, offset) => view.getUint32(offset + 12),
    segment: (view, family, _source, _destination, offset, end, length, hops) => {
      expect(end).toBeLessThanOrEqual(view.byteLength)
      if (end - offset >= 16) seen.push({ family, ports: view.getUint32(offset), payload: length - 20, hops })
    },
  }
  // A view that ends where the captured bytes end: reading past them is an error here, not another packet's byte.
  const bytes = frame.slice(0, captured)
  decodeFrame(new DataView(bytes.buffer), 0, bytes.length, frame.length, linkType, sink)
  return seen
}

const V4 = { client: endpoint('10.0.0.1:40000'), server: endpoint('10.0.0.2:8080') }
const V6 = { client: endpoint('[2001:db8::1]:40000'), server: endpoint('[2001:db8::2]:8080') }

function packetOf({ client, server }: typeof V4, payload = 7): Uint8Array {
  const body = new Uint8Array(payload)
  const segment = tcp({ from: client, to: server, seq: 1, ack: 1, flags: 'P.', window: 1, payload: body })
  return ip(client.address, server.address, 6, segment, { ttl: 61 })
}

const LINKS: readonly (readonly [name: string, link: Link])[] = [
  ['Ethernet', ethernet()],
  ['a VLAN', ethernet({ vlans: [5] })],
  ['QinQ', ethernet({ vlans: [5, 6] })],
  ['PPPoE', ethernet({ pppoe: 1 })],
  ['padded Ethernet', ethernet({ pad: true })],
  ['Linux cooked', sll()],
  ['Linux cooked 2', sll2()],
  ['raw IP', rawIp()],
  ['BSD loopback', nullLink()],
  ['OpenBSD loopback', loop()],
  ['PPP', ppp()],
]
const ENDS = { from: '192.0.2.1', to: '192.0.2.2' }
const TUNNELS: readonly (readonly [name: string, tunnel: Tunnel])[] = [
  ['VXLAN', vxlan(ENDS)],
  ['VXLAN on the old port of Linux', vxlan({ ...ENDS, port: 8472 })],
  ['Geneve', geneve(ENDS)],
  ['GRE', gre(ENDS)],
  ['IP in IP', ipInIp(ENDS)],
]

describe.each(LINKS)('over %s', (_, link) => {
  test.each([
    ['IPv4', V4, 4],
    ['IPv6', V6, 6],
  ])('the TCP segment in %s is found', (_family, ends, family) => {
    expect(isKnownLinkType(link.linkType)).toBe(true)
    expect(decode(link.frame(packetOf(ends)), link.linkType)).toEqual(
      [{ family, ports: ((40_000 << 16) >>> 0) | 8080, payload: 7, hops: 61 }].map((segment) => ({
        ...segment,
        ports: segment.ports >>> 0,
      })),
    )
  })

  test('a frame that is cut anywhere, or damaged anywhere, never makes it read what was not captured', () => {
    const frame = link.frame(packetOf(V6, 40))
    fc.assert(
      fc.property(
        fc.nat(frame.length),
        fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { maxLength: 8 }),
        (captured, damage) => {
          const damaged = frame.slice()
          for (const [at, byte] of damage) damaged[at] = byte
          expect(decode(damaged, link.linkType, captured).length).toBeLessThanOrEqual(1)
        },
      ),
    )
  })
})

test.each(TUNNELS)('inside %s the TCP segment is found', (_, tunnel) => {
  const link = ethernet()
  const [inner] = decode(link.frame(packetOf(V4)), link.linkType)
  expect(decode(link.frame(tunnel(packetOf(V4), false)), link.linkType)).toEqual([inner])
  expect(decode(link.frame(tunnel(tunnel(packetOf(V4), false), false)), link.linkType)).toEqual([inner])
})

test.each([
  ['IPv4', V4, 12],
  ['IPv6', V6, 28],
])('behind an authentication header in %s the TCP segment is found', (_, ends, bytes) => {
  const link = ethernet()
  const plain = packetOf(ends)
  const segment = plain.subarray(ends === V4 ? 20 : 40)
  // RFC 4302 §2: next header, length in words less two, reserved, SPI, sequence number, check value.
  const header = [6, (12 + bytes) / 4 - 2, ...Array.from({ length: 10 + bytes }, () => 7)]
  const body = Uint8Array.from([...header, ...segment])
  const frame = link.frame(ip(ends.client.address, ends.server.address, 51, body, { ttl: 61 }))
  expect(decode(frame, link.linkType)).toEqual(decode(link.frame(plain), link.linkType))
  for (let captured = 0; captured < frame.length; captured++)
    expect(decode(frame, link.linkType, captured).length).toBeLessThanOrEqual(1)
})

test('arbitrary bytes of any link type never throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...LINKS), fc.uint8Array({ maxLength: 200 }), ([, link], bytes) => {
      expect(decode(bytes, link.linkType).length).toBeLessThanOrEqual(1)
    }),
    { numRuns: 1000 },
  )
})

test('tunnels in tunnels end', () => {
  const link = rawIp()
  let packet = packetOf(V4)
  for (let depth = 0; depth < 40; depth++) packet = ipInIp(ENDS)(packet, false)
  expect(decode(link.frame(packet), link.linkType)).toEqual([])
})
