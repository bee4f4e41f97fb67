import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileKernel, kernelCode } from '../../../../scripts/kernel.mjs'
import { connection, ethernet, merge, pcap, type Packet } from '../../test/build/index.ts'
import { randomSegments } from '../../test/corpus/random-segments.ts'
import { PcapDecoder } from '../read/pcap.ts'
import type { PacketSink } from '../read/packet-sink.ts'
import { RecordFeeder } from '../read/record-feeder.ts'
import { WINDOW_BYTES } from './kernel-layout.ts'
import { RECORD_WORDS } from './reset-store.ts'
import { ROW_WORDS } from './row.ts'
import { Tracker } from './tracker.ts'

/** Everything the tracker knows after reading, its live rows and kept heads included. */
function read(
  capture: Uint8Array,
  chunkBytes: number,
  way: 'short' | 'general',
  readableAtRandom = true,
): unknown {
  const tracker = new Tracker(1, {}, 0)
  tracker.startInput(0, 0, readableAtRandom)
  const general: PacketSink = {
    addInterface: (info) => tracker.addInterface(info),
    sinceEpoch: (unixNs) => tracker.sinceEpoch(unixNs),
    packet: (...packet) => {
      tracker.packet(...packet)
    },
  }
  const feeder = new RecordFeeder(new PcapDecoder(way === 'short' ? tracker : general))
  for (let at = 0; at < capture.length; at += chunkBytes) feeder.push(capture.slice(at, at + chunkBytes))
  const { rows, resets, frame, firstNs, lastNs, streams, rstSegments, life } = tracker
  const live: string[] = []
  rows.forEach((row) => {
    const heads = [0, 1, 2, 3].map((which) => tracker.heads.get(rows.indexOf(row), which))
    live.push([...rows.i32.slice(row, row + ROW_WORDS), ...heads.map((head) => head.join('.'))].join(' '))
  })
  const words = Array.from(resets.u32.subarray(0, resets.count * RECORD_WORDS))
  return { live, words, frame, firstNs, lastNs, streams, rstSegments, totals: life.totals() }
}

function drawFrom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 0x1_0000_0000) * limit)
  }
}

/** Connections as stacks make them: exchanges with and without time stamps, probes, losses, stalls, a pause. */
function exchanges(draw: (limit: number) => number): readonly Packet[] {
  const scripts = Array.from({ length: 6 }, (_, index) => {
    const script = connection({ client: `10.0.0.${index + 1}:40000`, server: '10.0.0.200:8080' })
    script.handshake()
    for (let count = draw(12); count > 0; count--) {
      const side = draw(2) === 0 ? script.client : script.server
      const other = side === script.client ? script.server : script.client
      const kind = draw(8)
      if (kind === 0) side.send('GET / HTTP/1.1\r\n\r\n')
      else if (kind === 1) side.send(new Uint8Array([0x15, 3, 3, 0, 2, 2, 40]))
      else if (kind === 2) side.send(draw(1400) + 1, { window: draw(3) * 1000 })
      else if (kind === 3) side.ack({ seq: (next) => next - 1 })
      else if (kind === 4) side.send(100, { seq: (next) => next - draw(200) })
      else if (kind === 5) side.ack({ ip: { ttl: 30 + draw(40) } })
      else if (kind === 6) other.ack({ window: 0 })
      else script.after(draw(3))
      if (draw(2) === 0) other.ack()
    }
    if (draw(3) > 0) script.client.fin().server.fin().client.ack()
    if (draw(4) === 0) script.server.rst()
    return script
  })
  return merge(...scripts)
}

describe('the short way for plain segments', () => {
  test.each([
    ['segments that no stack would send', (draw: (limit: number) => number) => randomSegments(300, draw)],
    ['connections as stacks make them', exchanges],
  ])('finds what the general one finds: %s', (_, packetsFrom) => {
    const options = fc.record({
      seed: fc.nat(),
      chunkBytes: fc.integer({ min: 1, max: 5000 }),
      order: fc.constantFrom('little' as const, 'big' as const),
      resolution: fc.constantFrom('us' as const, 'ns' as const),
      kuznetzov: fc.boolean(),
      snap: fc.constantFrom(54, 58, 64, 80, 65_535),
      readableAtRandom: fc.boolean(),
      link: fc.constantFrom(ethernet(), ethernet({ pad: true }), ethernet({ vlans: [7] })),
    })
    fc.assert(
      fc.property(options, ({ seed, chunkBytes, readableAtRandom, ...file }) => {
        const capture = pcap(packetsFrom(drawFrom(seed)), file)
        const [short, general] = [
          read(capture, chunkBytes, 'short', readableAtRandom),
          read(capture, capture.length, 'general', readableAtRandom),
        ]
        expect(short).toEqual(general)
      }),
    )
  })

  test('finds what the general one finds of more connections than its memory began with', () => {
    const scripts = Array.from({ length: 3000 }, (_, index) => {
      const client = `10.${index >> 8}.${index & 255}.1:${40_000 + index}`
      return connection({ client, server: '10.0.0.200:8080' }).handshake().client.send(80).server.ack()
    })
    const capture = pcap(merge(...scripts))
    expect(capture.length).toBeGreaterThan(WINDOW_BYTES)
    for (const chunkBytes of [65_536, capture.length])
      expect(read(capture, chunkBytes, 'short')).toEqual(read(capture, capture.length, 'general'))
  })

  test('finds what the general one finds in a capture with damage anywhere', () => {
    const capture = pcap(exchanges(drawFrom(5)))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(capture.length - 1), fc.nat(255)), { maxLength: 6 }), (damage) => {
        const damaged = capture.slice()
        for (const [at, byte] of damage) damaged[at] = byte
        expect(read(damaged, 4096, 'short')).toEqual(read(damaged, damaged.length, 'general'))
      }),
    )
  })
})

test('the kernel is what its source compiles to', async () => {
  const written = readFileSync(new URL('kernel-code.ts', import.meta.url), 'utf8')
  expect(kernelCode(await compileKernel())).toBe(written)
})
