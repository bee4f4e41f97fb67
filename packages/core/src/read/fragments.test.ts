import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connection, join, u16, u32 } from '../../test/build/index.ts'
import { FragmentBuffer } from './fragments.ts'
import { decodeFrame } from './link.ts'
import type { SegmentSink } from './network.ts'

const LINKTYPE_RAW = 101
const TCP_HEADER_BYTES = 20
const FAMILIES = [4, 6] as const

interface Delivered {
  readonly family: number
  readonly header: readonly number[]
  readonly payload: string
  /** Of TCP on the wire. */
  readonly length: number
  readonly isPartial: boolean
  /** Number of frames seen by then. */
  readonly frame: number
}

interface Receiver {
  readonly sink: SegmentSink
  readonly delivered: Delivered[]
  /** One frame, cut at `snap`. */
  readonly receive: (packet: Uint8Array, snap?: number) => void
}

function receiver(): Receiver {
  const delivered: Delivered[] = []
  let frame = 0
  const sink: SegmentSink = {
    subInterface: 0,
    isPartial: false,
    fragments: new FragmentBuffer(),
    quotation: () => sink,
    internIpv6: (view, offset) => view.getUint32(offset + 12),
    segment: (view, family, _source, _destination, offset, end, length) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, Math.max(0, end - offset))
      delivered.push({
        family,
        header: [...bytes.subarray(0, TCP_HEADER_BYTES)],
        payload: String.fromCharCode(...bytes.subarray(TCP_HEADER_BYTES)),
        length,
        isPartial: sink.isPartial,
        frame,
      })
    },
  }
  return {
    sink,
    delivered,
    receive(packet, snap = packet.length) {
      frame++
      const captured = packet.slice(0, snap)
      decodeFrame(new DataView(captured.buffer), 0, captured.length, packet.length, LINKTYPE_RAW, sink)
    },
  }
}

/** One data segment with this payload, as fragments of at most `size` bytes. */
function fragmentsOf(family: number, payload: string, size: number): Uint8Array[] {
  const [client, server] =
    family === 4 ? ['10.0.0.1:40000', '10.0.0.2:8080'] : ['[fd00::1]:40000', '[fd00::2]:8080']
  return connection({ client, server })
    .client.send(payload, { fragmentAt: size })
    .packets.map(({ bytes }) => bytes)
}

/** Raw IPv4 or IPv6 fragment of TCP: `place` in units of eight bytes. */
function fragment(family: number, id: number, place: number, more: boolean, payload: Uint8Array): Uint8Array {
  const field = (place * 8) | (more ? 1 : 0)
  return family === 4
    ? join(
        [0x45, 0],
        u16(20 + payload.length),
        u16(id),
        u16((more ? 0x2000 : 0) | place),
        [64, 6],
        u16(0),
        u32(0x0a00_0001),
        u32(0x0a00_0002),
        payload,
      )
    : join(
        u32(0x6000_0000),
        u16(8 + payload.length),
        [44, 64],
        new Uint8Array(31),
        [1],
        [6, 0],
        u16(field),
        u32(id),
        payload,
      )
}

/** Letters that tell each place from the others. */
function text(length: number): string {
  return Array.from({ length }, (_, at) => String.fromCharCode(97 + (at % 23))).join('')
}

const anyFamily = fc.constantFrom(...FAMILIES)
/** A datagram's fragments, its payload and an order that has each of them at least once. */
const shuffled = fc
  .record({
    family: anyFamily,
    length: fc.integer({ min: 30, max: 1400 }),
    units: fc.integer({ min: 1, max: 40 }),
  })
  .chain(({ family, length, units }) => {
    const payload = text(length)
    const pieces = fragmentsOf(family, payload, units * 8)
    const all = pieces.map((_, index) => index)
    const order = fc
      .array(fc.constantFrom(...all), { maxLength: 5 })
      .chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))
    return fc.record({ payload: fc.constant(payload), pieces: fc.constant(pieces), order })
  })
  .filter(({ pieces }) => pieces.length > 1)

describe('a fragmented datagram', () => {
  test('is delivered once, whole, with the frame that completes it', () => {
    fc.assert(
      fc.property(shuffled, ({ payload, pieces, order }) => {
        const { receive, delivered } = receiver()
        const missing = new Set(pieces.keys())
        const completing = order.findIndex((piece) => missing.delete(piece) && missing.size === 0)
        for (const piece of order.slice(0, completing + 1)) {
          const packet = pieces[piece]
          if (packet !== undefined) receive(packet)
        }
        expect(delivered).toHaveLength(1)
        expect(delivered[0]).toMatchObject({
          payload,
          length: TCP_HEADER_BYTES + payload.length,
          isPartial: false,
          frame: completing + 1,
        })
      }),
    )
  })

  test('with a fragment missing is never delivered, however often the others repeat', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), ({ pieces, order }, lost) => {
        const { receive, delivered } = receiver()
        for (const piece of [...order, ...order]) {
          const packet = pieces[piece]
          if (packet !== undefined && piece !== lost % pieces.length) receive(packet)
        }
        expect(delivered).toEqual([])
      }),
    )
  })

  test.each(FAMILIES)('of version %i is kept apart from others by its identification', (family) => {
    const { receive, delivered } = receiver()
    const bytes = new Uint8Array(24)
    receive(fragment(family, 1, 0, true, bytes))
    receive(fragment(family, 2, 3, false, bytes))
    expect(delivered).toEqual([])
    receive(fragment(family, 1, 3, false, bytes))
    expect(delivered).toHaveLength(1)
  })

  test.each(FAMILIES)('of version %i keeps the bytes that came first where fragments overlap', (family) => {
    const { receive, delivered } = receiver()
    receive(fragment(family, 1, 0, true, new Uint8Array(24).fill(1)))
    receive(fragment(family, 1, 0, true, new Uint8Array(32).fill(2)))
    receive(fragment(family, 1, 1, false, new Uint8Array(32).fill(3)))
    expect(delivered[0]?.header).toEqual(Array.from({ length: 20 }, () => 1))
    expect(delivered[0]?.payload).toBe('\u0001'.repeat(4) + '\u0002'.repeat(8) + '\u0003'.repeat(8))
  })

  test.each(FAMILIES)('of version %i has the length that its first last fragment says', (family) => {
    const { receive, delivered } = receiver()
    receive(fragment(family, 1, 3, false, new Uint8Array(6)))
    receive(fragment(family, 1, 9, false, new Uint8Array(8)))
    receive(fragment(family, 1, 0, true, new Uint8Array(24)))
    expect(delivered.map(({ length }) => length)).toEqual([30])
  })

  test.each(FAMILIES)('of version %i that would exceed 65,535 bytes is not joined', (family) => {
    const { receive, delivered, sink } = receiver()
    receive(fragment(family, 1, 8191, false, new Uint8Array(64)))
    expect(sink.fragments.heldBytes).toBe(0)
    for (let place = 0; place < 8192; place += 180)
      receive(fragment(family, 1, place, place + 180 < 8192, new Uint8Array(1440)))
    expect(delivered).toEqual([])
  })

  test('longer than what is kept is delivered with its whole length', () => {
    for (const family of FAMILIES) {
      const { receive, delivered } = receiver()
      for (const packet of fragmentsOf(family, text(9000), 1440)) receive(packet)
      expect(delivered.map(({ length, payload }) => [length, payload])).toEqual([
        [9020, text(9000).slice(0, 1500 - TCP_HEADER_BYTES)],
      ])
    }
  })
})

describe('fragments that the snap length cut', () => {
  test('over IPv4: the first stands for the datagram, at once and marked; the others say nothing', () => {
    const { receive, delivered } = receiver()
    for (const packet of fragmentsOf(4, text(3000), 1480)) receive(packet, 96)
    expect(delivered).toMatchObject([{ length: 1480, isPartial: true, frame: 1 }])
    expect(delivered[0]?.payload).toBe(text(96 - 40))
  })

  test('over IPv4: the mark does not outlast the fragment', () => {
    const { receive, delivered } = receiver()
    const [first = new Uint8Array()] = fragmentsOf(4, text(3000), 1480)
    receive(first, 96)
    for (const packet of fragmentsOf(4, text(100), 48)) receive(packet)
    expect(delivered.map(({ isPartial }) => isPartial)).toEqual([true, false])
  })

  test('over IPv6 say nothing', () => {
    const { receive, delivered } = receiver()
    for (const packet of fragmentsOf(6, text(3000), 1440)) receive(packet, 120)
    expect(delivered).toEqual([])
  })

  test('complete nothing, wherever the cut lies', () => {
    fc.assert(
      fc.property(anyFamily, fc.integer({ min: 1, max: 300 }), (family, cut) => {
        const { receive, delivered } = receiver()
        const [first = new Uint8Array(), second = new Uint8Array()] = fragmentsOf(family, text(400), 208)
        receive(first)
        receive(second, Math.max(0, second.length - cut))
        expect(delivered).toEqual([])
      }),
    )
  })
})

describe('hostile fragments', () => {
  /** The 256 datagrams under reassembly, each with its kept bytes, its places and its headers. */
  const BOUND = 256 * (1500 + 1024 + 1500)

  const anyFragment = fc.record({
    family: anyFamily,
    id: fc.integer({ min: 0, max: 0xffff }),
    place: fc.integer({ min: 0, max: 8191 }),
    more: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 200 }),
    snap: fc.option(fc.nat(260), { nil: undefined }),
  })

  test('never throw and hold a bounded amount of memory', () => {
    fc.assert(
      fc.property(fc.array(anyFragment, { maxLength: 50 }), (many) => {
        const { receive, sink } = receiver()
        for (const { family, id, place, more, payload, snap } of many)
          receive(fragment(family, id, place, more, payload), snap)
        expect(sink.fragments.heldBytes).toBeLessThanOrEqual(BOUND)
      }),
    )
  })

  test('of many datagrams: the oldest gives way', () => {
    const { receive, delivered, sink } = receiver()
    for (let id = 0; id < 5000; id++) receive(fragment(4, id, 0, true, new Uint8Array(24)))
    expect(sink.fragments.heldBytes).toBeLessThanOrEqual(BOUND)
    receive(fragment(4, 0, 3, false, new Uint8Array(24)))
    expect(delivered).toEqual([])
    receive(fragment(4, 4999, 3, false, new Uint8Array(24)))
    expect(delivered).toHaveLength(1)
  })

  test('within fragments, as deep as bytes allow, never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }),
        (layers, core) => {
          const { receive } = receiver()
          let packet = join(core)
          for (const layer of layers) {
            const body = join(packet, new Uint8Array((8 - (packet.length % 8)) % 8))
            packet = fragment(layer === 0 ? 4 : 6, layer, 0, layer !== 1, body)
            packet[layer === 0 ? 9 : 40] = layer === 0 ? 4 : 44
            receive(packet)
          }
        },
      ),
    )
  })

  test('of arbitrary bytes behind a valid start never throw', () => {
    const start = fc.constantFrom(
      [0x45, 0, 0, 60, 0, 1, 0x20, 0, 64, 6],
      [0x4f, 0, 0, 120, 0, 1, 0, 1, 64, 17],
      [0x60, 0, 0, 0, 0, 80, 44, 64],
      [0x60, 0, 0, 0, 0, 0, 44, 64],
    )
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), fc.nat(210), (head, rest, snap) => {
        const { receive } = receiver()
        for (let times = 0; times < 2; times++) receive(join(head, rest), snap)
      }),
    )
  })
})
