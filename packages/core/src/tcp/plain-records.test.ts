import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileKernel, kernelCode } from '../../../../scripts/kernel.mjs'
import {
  connection,
  ethernet,
  merge,
  pcap,
  pcapng,
  type Block,
  type Link,
  type Packet,
} from '../../test/build/index.ts'
import { manyClients } from '../../test/corpus/many-clients.ts'
import { randomLifecycles } from '../../test/corpus/random-lifecycles.ts'
import { randomSegments } from '../../test/corpus/random-segments.ts'
import { CaptureReader } from '../read-capture.ts'
import { AHEAD_SLOTS_AT_ONCE, WINDOW_BYTES } from './kernel-layout.ts'
import { slotFiller } from './prepare-ahead.ts'
import { RECORD_WORDS, RST_WORDS } from './reset-record.ts'
import { ROW_WORDS } from './row.ts'
import { MAX_ESTABLISHED_RESETS, MAX_RESET_ATTEMPTS } from './table-limits.ts'
import { Tracker } from './tracker.ts'

interface Reading {
  readonly chunkBytes: number
  readonly way: 'short' | 'general'
  readonly readableAtRandom?: boolean
  /** Whether chunks are put into the memory that the reader offers. */
  readonly intoRoom?: boolean
  /** After how many chunks what follows is prepared as by another thread, if it can be. */
  readonly aheadAfter?: number
  /** The track of each capture: the same bytes are read once for each. */
  readonly tracks?: readonly number[]
}

/** Everything the tracker knows after reading, its live rows and kept heads included, and then of what it sums up. */
function read(
  capture: Uint8Array,
  { chunkBytes, way, readableAtRandom = true, intoRoom = true, aheadAfter = Infinity, tracks = [0] }: Reading,
): unknown {
  const asked = { toUnixMs: 1_700_000_010_000 }
  const tracker = new Tracker(tracks.length, asked, way === 'short' ? 0 : Infinity, aheadAfter < Infinity)
  const summaries = tracks.map((track, input) => {
    tracker.startInput(input, track, readableAtRandom)
    const reader = new CaptureReader(capture[0] === 0x0a ? 'pcapng' : 'pcap', tracker)
    for (let at = 0; at < capture.length; at += chunkBytes) {
      const chunk = capture.slice(at, at + chunkBytes)
      const room = intoRoom ? reader.room()?.subarray(0, chunk.length) : undefined
      if (room?.length === chunk.length) {
        room.set(chunk)
        reader.push(room)
      } else reader.push(chunk)
      if (at / chunkBytes >= aheadAfter && readAhead(capture, chunkBytes, reader)) break
    }
    return reader.end()
  })
  const { rows, resets, life } = tracker
  const live: string[] = []
  rows.forEach((row) => {
    const heads = [0, 1, 2, 3].map((which) => tracker.heads.get(rows.indexOf(row), which))
    live.push(
      [row, ...rows.i32.slice(row, row + ROW_WORDS), ...heads.map((head) => head.join('.'))].join(' '),
    )
  })
  tracker.finish()
  const { refused, unfinished } = life
  return {
    summaries,
    live,
    fins: life.recentFins(),
    services: [...life.services.all()],
    counts: [refused, unfinished, rows.extent, rows.live],
    words: Array.from(resets.u32.subarray(0, resets.count * RECORD_WORDS)),
    rsts: Array.from(resets.rstU32.subarray(0, resets.rstCount * RST_WORDS)),
    recordHeads: Array.from({ length: resets.count * 4 }, (_, at) =>
      tracker.recordHeads.get(at >> 2, at & 3).join('.'),
    ),
    sightings: Array.from({ length: resets.count }, (_, at) => life.sightings(resets.u32, at * RECORD_WORDS)),
    totals: life.totals(),
  }
}

/** Reads the rest as two threads would, one after the other. False when another thread could not help now. */
function readAhead(capture: Uint8Array, chunkBytes: number, reader: CaptureReader): boolean {
  const ahead = reader.ahead()
  const from = ahead === undefined ? undefined : reader.handOver()
  if (ahead === undefined || from === undefined) return false
  ahead.begin(from)
  const fill = slotFiller(ahead.job, (into, offset) => {
    const chunk = capture.subarray(offset, offset + Math.min(chunkBytes, into.length))
    into.set(chunk)
    return chunk.length
  })
  for (;;) {
    const slot = ahead.next()
    if (slot === 'end') return true
    if (slot === 'failed') throw new Error('the other thread failed')
    if (slot === 'wait') for (let filled = 1; filled < AHEAD_SLOTS_AT_ONCE && fill(); filled++);
    else reader.pushSlot(slot)
  }
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

const reading = fc.record({
  chunkBytes: fc.integer({ min: 1, max: 5000 }),
  readableAtRandom: fc.boolean(),
  intoRoom: fc.boolean(),
  aheadAfter: fc.constantFrom(Infinity, Infinity, 0, 1, 5),
  // Alone, in a ring of files, beside another capture of the same.
  tracks: fc.constantFrom([0], [0], [0, 0], [0, 1]),
})
type Draw = (limit: number) => number
interface BlockOptions {
  readonly order: 'little' | 'big'
  readonly ticks: { readonly base: 2 | 10; readonly exponent: number } | undefined
  readonly snap: number
}
const file = fc.record({
  isNg: fc.boolean(),
  ticks: fc.constantFrom(undefined, { base: 10, exponent: 9 } as const, { base: 2, exponent: 30 } as const),
  order: fc.constantFrom('little' as const, 'big' as const),
  resolution: fc.constantFrom('us' as const, 'ns' as const),
  kuznetzov: fc.boolean(),
  snap: fc.constantFrom(54, 58, 64, 80, 65_535, 65_535),
})
const link = fc.constantFrom(ethernet(), ethernet(), ethernet({ pad: true }), ethernet({ vlans: [7] }))

/** Packet blocks of two interfaces, mostly of the first, among the other kinds of block that there are. */
function blocks(packets: readonly Packet[], over: Link, options: BlockOptions, draw: Draw): Uint8Array {
  const { order, ticks, snap } = options
  const resolution = ticks === undefined ? {} : { resolution: ticks }
  const section: readonly Block[] = [
    { block: 'section', order },
    { block: 'interface', link: over, snap, ...resolution },
    { block: 'interface', link: ethernet(), ...resolution, offsetSeconds: 3600 },
  ]
  const comment = [[1, [0x68, 0x69]]] as const
  return pcapng([
    ...section,
    ...packets.flatMap((packet): Block[] => {
      const kind = draw(40)
      if (kind === 0) return [{ block: 'simple', packet }]
      if (kind === 1) return [{ block: 'obsolete', packet }]
      if (kind === 2) return [...section, { block: 'enhanced', packet }]
      if (kind === 3) return [{ block: 'enhanced', packet, options: comment }]
      return [{ block: 'enhanced', packet, interface: kind < 8 ? 1 : 0 }]
    }),
  ])
}

function expectSame(capture: Uint8Array, how: Omit<Reading, 'way'>): void {
  const short = read(capture, { ...how, way: 'short' })
  expect(short).toEqual(read(capture, { ...how, chunkBytes: capture.length, way: 'general' }))
}

describe('the short way for plain segments', () => {
  test.each([
    ['segments that no stack would send', (draw: (limit: number) => number) => randomSegments(300, draw)],
    ['connections as stacks make them', exchanges],
    ['connections from begin to end, on the same ports again', randomLifecycles],
  ])('finds what the general one finds: %s', (_, packetsFrom) => {
    fc.assert(
      fc.property(fc.nat(), reading, file, link, (seed, how, options, over) => {
        const draw = drawFrom(seed)
        const packets = packetsFrom(draw)
        const capture = options.isNg
          ? blocks(packets, over, options, draw)
          : pcap(packets, { ...options, link: over })
        expectSame(capture, how)
      }),
    )
  })

  test('finds what the general one finds of more connections than its memory began with', () => {
    const scripts = Array.from({ length: 3000 }, (_, index) => {
      const client = `10.${index >> 8}.${index & 255}.1:${40_000 + index}`
      const script = connection({ client, server: '10.0.0.200:8080' }).after(index / 200)
      script.handshake().client.send(80).server.ack()
      return index % 5 === 0 ? script : script.server.fin().client.fin().server.ack()
    })
    const capture = pcap(merge(...scripts))
    expect(capture.length).toBeGreaterThan(WINDOW_BYTES)
    for (const chunkBytes of [65_536, capture.length]) expectSame(capture, { chunkBytes })
  })

  test('finds what the general one finds of more connections than are remembered at once', () => {
    const script = connection({ client: '10.0.0.1:40000', server: '10.0.0.200:8080' })
    script.handshake().client.send(80).server.send(80).server.fin().client.fin().server.ack()
    const capture = manyClients(pcap(merge(script)), 70_000)
    expectSame(capture, { chunkBytes: 262_144 })
  })

  test('finds what the general one finds of more resets than are kept, and of more refusals', () => {
    const ends = { client: '10.0.0.1:40000', server: '10.0.0.200:8080' }
    const reset = connection(ends).handshake().client.send(80).server.ack().client.rst()
    const refused = connection(ends).client.syn().server.rstAck({ seq: 0, window: 0 })
    for (const [script, kept] of [
      [reset, MAX_ESTABLISHED_RESETS],
      [refused, MAX_RESET_ATTEMPTS],
    ] as const) {
      const capture = manyClients(pcap(merge(script)), kept + 8000)
      expectSame(capture, { chunkBytes: 262_144 })
    }
  })

  test('finds what the general one finds in a capture with damage anywhere', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), (seed, damage) => {
        const draw = drawFrom(seed)
        const packets = seed % 2 === 0 ? exchanges(draw) : randomLifecycles(draw)
        const options = { order: 'little', ticks: undefined, snap: 65_535 } as const
        const damaged = seed % 3 === 0 ? pcap(packets) : blocks(packets, ethernet(), options, draw)
        for (const [at, byte] of damage) damaged[at % damaged.length] = byte
        expectSame(damaged, { chunkBytes: 4096, aheadAfter: seed % 2 === 0 ? 0 : Infinity })
      }),
    )
  })
})

test('the kernel is what its source compiles to', async () => {
  const written = readFileSync(new URL('kernel-code.ts', import.meta.url), 'utf8')
  expect(kernelCode(await compileKernel())).toBe(written)
})
