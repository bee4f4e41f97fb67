import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { address, ip, join, u16, u32 } from '../../test/build/index.ts'
import { FragmentBuffer } from './fragments.ts'
import { decodeFrame } from './link.ts'
import type { SegmentSink } from './network.ts'

const LINKTYPE_RAW = 101

/** What errors with this content quote: `type code ports`; `wire` for a segment that nothing quotes. */
function quoted(packet: Uint8Array): string[] {
  const found: string[] = []
  const sinkOf = (says: string): SegmentSink => ({
    subInterface: 0,
    isPartial: false,
    fragments: new FragmentBuffer(),
    quotation: (type, code) => sinkOf(`${type} ${code}`),
    internIpv6: () => 0,
    segment: (view, _family, _source, _destination, offset, end) => {
      if (end - offset >= 4) found.push(`${says} ${view.getUint16(offset)}>${view.getUint16(offset + 2)}`)
    },
  })
  const view = new DataView(packet.slice().buffer)
  decodeFrame(view, 0, packet.length, packet.length, LINKTYPE_RAW, sinkOf('wire'))
  return found
}

const [HOST, OTHER, ROUTER] = [address('10.0.0.1'), address('10.0.0.2'), address('192.0.2.7')]
const [HOST6, OTHER6] = [address('fd00::1'), address('fd00::2')]
const ports = join(u16(40_000), u16(8080), u32(7), u32(0))

function icmp(type: number, code: number, content: Uint8Array): Uint8Array {
  return ip(ROUTER, HOST, 1, join([type, code], u16(0), u32(0), content))
}

describe('an ICMP error', () => {
  test('hands on the segment that it quotes, with its type and code', () => {
    expect(quoted(icmp(3, 13, ip(HOST, OTHER, 6, ports)))).toEqual(['3 13 40000>8080'])
    const message = join([2, 0], u16(0), u32(1280), ip(HOST6, OTHER6, 6, ports))
    expect(quoted(ip(OTHER6, HOST6, 58, message))).toEqual(['2 0 40000>8080'])
  })

  test('quotes only if its type says so: an echo may carry anything', () => {
    const types = Array.from({ length: 256 }, (_, type) => type)
    const quoting = types.filter((type) => quoted(icmp(type, 0, ip(HOST, OTHER, 6, ports))).length > 0)
    expect(quoting).toEqual([3, 4, 11, 12])
  })

  test('may quote a packet longer than itself', () => {
    const packet = ip(HOST, OTHER, 6, ports, { length: 1500 })
    expect(quoted(icmp(3, 4, packet))).toEqual(['3 4 40000>8080'])
  })

  test('about something else than TCP quotes no segment', () => {
    expect(quoted(icmp(3, 3, ip(HOST, OTHER, 17, ports)))).toEqual([])
  })

  test('of arbitrary content never throws, nested or not', () => {
    const anyProtocol = fc.constantFrom(1, 4, 6, 17, 41, 47, 58)
    const anyLayers = fc.array(fc.tuple(anyProtocol, fc.constantFrom(1, 3, 11), fc.boolean()), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(anyLayers, fc.uint8Array({ maxLength: 100 }), (layers, core) => {
        let packet = join(core)
        for (const [protocol, type, isIpv6] of layers) {
          const message = join([type, 0], u16(0), u32(0), packet)
          packet = isIpv6 ? ip(HOST6, OTHER6, protocol, message) : ip(HOST, OTHER, protocol, message)
        }
        quoted(packet)
      }),
    )
  })
})
