import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ethernet, ip, pcap, type Packet } from '../../test/build/index.ts'
import type { PacketSink } from './packet-sink.ts'
import { looksLikePcap, PcapDecoder } from './pcap.ts'
import { RecordFeeder } from './record-feeder.ts'

interface Seen {
  readonly bytes: Uint8Array
  readonly originalLength: number
  readonly timeNs: bigint
  readonly fileOffset: number
}

function read(
  file: Uint8Array,
  chunkBytes = file.length,
): { seen: Seen[]; linkTypes: number[]; problems: string[]; missing: number | undefined } {
  const seen: Seen[] = []
  const linkTypes: number[] = []
  let epoch = 0n
  const sink: PacketSink = {
    addInterface: ({ linkType }) => linkTypes.push(linkType) - 1,
    sinceEpoch: (unixNs) => {
      epoch = unixNs
      return 0
    },
    packet: (view, offset, captured, originalLength, timeNs, _, fileOffset) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, captured).slice()
      seen.push({ bytes, originalLength, timeNs: epoch + BigInt(timeNs), fileOffset })
    },
  }
  const decoder = new PcapDecoder(sink)
  const feeder = new RecordFeeder(decoder)
  for (let at = 0; at < file.length; at += Math.max(1, chunkBytes))
    feeder.push(file.slice(at, at + chunkBytes))
  return {
    seen,
    linkTypes,
    problems: decoder.problems.map(({ code }) => code),
    missing: feeder.unfinished?.missing,
  }
}

const packets = fc.array(
  fc.record({
    // 100 days: within what a number of nanoseconds holds exactly.
    timeNs: fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_708_640_000_000_000_000n }),
    bytes: fc
      .uint8Array({ maxLength: 300 })
      .map((payload) => ip(new Uint8Array([10, 0, 0, 1]), new Uint8Array([10, 0, 0, 2]), 17, payload)),
  }),
  { maxLength: 12 },
)
const options = fc.record({
  order: fc.constantFrom('little' as const, 'big' as const),
  resolution: fc.constantFrom('us' as const, 'ns' as const),
  kuznetzov: fc.boolean(),
  snap: fc.integer({ min: 0, max: 400 }),
})

describe('a pcap file', () => {
  test('gives back its packets, whatever its byte order, resolution and header, and the chunks it comes in', () => {
    fc.assert(
      fc.property(packets, options, fc.integer({ min: 1, max: 700 }), (written, file, chunkBytes) => {
        const isNano = file.resolution === 'ns' && !file.kuznetzov
        const bytes = pcap(written, { ...file, resolution: isNano ? 'ns' : 'us' })
        const { seen, linkTypes, problems, missing } = read(bytes, chunkBytes)
        expect({ linkTypes, problems, missing }).toEqual({ linkTypes: [1], problems: [] })
        expect(seen.map(({ timeNs }) => timeNs)).toEqual(
          written.map(({ timeNs }) => (isNano ? timeNs : timeNs - (timeNs % 1000n))),
        )
        const frames = written.map((packet: Packet) => ethernet().frame(packet.bytes))
        expect(seen.map((packet) => packet.originalLength)).toEqual(frames.map(({ length }) => length))
        expect(seen.map((packet) => packet.bytes)).toEqual(
          frames.map((frame) => frame.subarray(0, file.snap)),
        )
        for (const { bytes: frame, fileOffset } of seen)
          expect(bytes.subarray(fileOffset, fileOffset + frame.length)).toEqual(frame)
      }),
    )
  })

  test('that is cut keeps the packets before the cut', () => {
    fc.assert(
      fc.property(packets, options, fc.nat(), (written, file, place) => {
        const bytes = pcap(written, file)
        const cut = bytes.subarray(0, place % (bytes.length + 1))
        const whole = read(bytes).seen
        const { seen } = read(cut, 97)
        expect(seen).toEqual(
          whole.filter(({ fileOffset, bytes: { length } }) => fileOffset + length <= cut.length),
        )
      }),
    )
  })

  test('of arbitrary bytes is read without a throw', () => {
    const magic = fc.constantFrom(
      [],
      [0xd4, 0xc3, 0xb2, 0xa1],
      [0xa1, 0xb2, 0x3c, 0x4d],
      [0x34, 0xcd, 0xb2, 0xa1],
    )
    fc.assert(
      fc.property(
        magic,
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 99 }),
        (head, rest, chunk) => {
          const bytes = Uint8Array.from([...head, ...rest])
          expect(read(bytes, chunk).seen).toEqual(read(bytes).seen)
        },
      ),
    )
  })

  test('says where a record has an impossible length, and trusts nothing after it', () => {
    const packet: Packet = {
      timeNs: 1n,
      bytes: ip(new Uint8Array(4), new Uint8Array(4), 17, new Uint8Array(4)),
    }
    const file = pcap([packet, packet, packet])
    const second = 24 + (file.length - 24) / 3
    file.set([0xff, 0xff, 0xff, 0x7f], second + 8)
    const { seen, problems } = read(file, 33)
    expect(seen).toHaveLength(1)
    expect(problems).toEqual(['pcap-record-length'])
  })
})

test('pcap is known by its magic number in either byte order', () => {
  const heads = [
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0x4d, 0x3c, 0xb2, 0xa1],
    [0xa1, 0xb2, 0xcd, 0x34],
    [0x0a, 0x0d, 0x0d, 0x0a],
    [0xa1, 0xb2, 0xc3],
  ]
  expect(heads.map((head) => looksLikePcap(Uint8Array.from(head)))).toEqual([true, true, true, false, false])
})
