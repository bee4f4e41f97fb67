import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ethernet, ip, pcapng, rawIp, type Block } from '../../test/build/index.ts'
import type { PacketSink } from './packet-sink.ts'
import { looksLikePcapng, PcapngDecoder } from './pcapng.ts'
import { RecordFeeder } from './record-feeder.ts'

interface Seen {
  readonly bytes: Uint8Array
  readonly linkType: number
  readonly timeNs: bigint | undefined
  readonly fileOffset: number
}

function read(
  file: Uint8Array,
  chunkBytes = file.length,
): { seen: Seen[]; problems: string[]; names: unknown[]; missing: number | undefined } {
  const seen: Seen[] = []
  const linkTypes: number[] = []
  const names: unknown[] = []
  let epoch: bigint | undefined
  const sink: PacketSink = {
    addInterface: ({ linkType, name }) => {
      names.push(name)
      return linkTypes.push(linkType) - 1
    },
    sinceEpoch: (unixNs) => {
      epoch ??= unixNs
      return Number(unixNs - epoch)
    },
    packet: (view, offset, captured, _, timeNs, handle, fileOffset) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, captured).slice()
      const isTimed = epoch !== undefined && !Number.isNaN(timeNs)
      seen.push({
        bytes,
        linkType: linkTypes[handle] ?? -1,
        timeNs: isTimed ? (epoch ?? 0n) + BigInt(Math.round(timeNs)) : undefined,
        fileOffset,
      })
    },
  }
  const decoder = new PcapngDecoder(sink)
  const feeder = new RecordFeeder(decoder)
  for (let at = 0; at < file.length; at += Math.max(1, chunkBytes))
    feeder.push(file.slice(at, at + chunkBytes))
  const missing = feeder.unfinished?.missing
  return { seen, problems: decoder.problems.map(({ code }) => code), names, missing }
}

const packet = fc.record({
  timeNs: fc
    .integer({ min: 0, max: 8_640_000 })
    .map((microseconds) => 1_700_000_000_000_000_000n + BigInt(microseconds) * 1000n),
  bytes: fc
    .uint8Array({ maxLength: 200 })
    .map((payload) => ip(new Uint8Array([10, 0, 0, 1]), new Uint8Array([10, 0, 0, 2]), 17, payload)),
})
const block = fc.oneof(
  fc.record({
    block: fc.constantFrom('enhanced' as const, 'obsolete' as const),
    interface: fc.constantFrom(0, 1),
    packet,
  }),
  fc.record({
    block: fc.constant('other' as const),
    code: fc.constantFrom(5, 4, 10, 0x4000_0001),
    body: fc.uint8Array({ minLength: 4, maxLength: 40 }),
  }),
)
const section = fc.record({
  order: fc.constantFrom('little' as const, 'big' as const),
  resolutions: fc.tuple(
    fc.constantFrom(undefined, { base: 10 as const, exponent: 9 }, { base: 10 as const, exponent: 6 }),
    fc.constantFrom(undefined, { base: 10 as const, exponent: 9 }),
  ),
  blocks: fc.array(block, { maxLength: 8 }),
})
const sections = fc.array(section, { minLength: 1, maxLength: 3 })
const LINKS = [ethernet(), rawIp()] as const

type Sections = typeof sections extends fc.Arbitrary<infer T> ? T : never

function toBlocks(all: Sections): Block[] {
  return all.flatMap(({ order, resolutions, blocks }): Block[] => [
    { block: 'section', order },
    ...LINKS.map((link, index): Block => {
      const resolution = resolutions[index]
      return { block: 'interface', link, ...(resolution === undefined ? {} : { resolution }) }
    }),
    ...blocks,
  ])
}

describe('a pcapng file', () => {
  test('gives back its packets from all sections and interfaces, in chunks of any size', () => {
    fc.assert(
      fc.property(sections, fc.integer({ min: 1, max: 500 }), (all, chunkBytes) => {
        const written = all.flatMap(({ blocks }) =>
          blocks.flatMap((each) => ('packet' in each ? [each] : [])),
        )
        const file = pcapng(toBlocks(all))
        const { seen, problems } = read(file, chunkBytes)
        expect(problems).toEqual([])
        expect(seen.map(({ bytes }) => bytes)).toEqual(
          written.map((each) => LINKS[each.interface === 1 ? 1 : 0].frame(each.packet.bytes)),
        )
        expect(seen.map(({ linkType }) => linkType)).toEqual(
          written.map((each) => LINKS[each.interface === 1 ? 1 : 0].linkType),
        )
        expect(seen.map(({ timeNs }) => timeNs)).toEqual(written.map((each) => each.packet.timeNs))
        for (const { bytes, fileOffset } of seen)
          expect(file.subarray(fileOffset, fileOffset + bytes.length)).toEqual(bytes)
      }),
    )
  })

  test('that is cut keeps the packets before the cut', () => {
    fc.assert(
      fc.property(sections, fc.nat(), (all, place) => {
        const file = pcapng(toBlocks(all))
        const cut = file.subarray(0, place % (file.length + 1))
        const whole = read(file).seen
        const { seen } = read(cut, 61)
        expect(seen).toEqual(whole.slice(0, seen.length))
        // A packet whose block lies before the cut is there: after its bytes come padding, and the block's length.
        const inside = whole.filter(({ fileOffset, bytes }) => fileOffset + bytes.length + 8 <= cut.length)
        expect(seen.length).toBeGreaterThanOrEqual(inside.length)
      }),
    )
  })

  test('that is cut within any block lacks the rest of it, and only then', () => {
    const head = pcapng([{ block: 'section', order: 'little' }])
    const file = pcapng([
      { block: 'section', order: 'little' },
      { block: 'other', code: 5, body: new Uint8Array(8) },
    ])
    for (const [from, to] of [
      [0, head.length],
      [head.length, file.length],
    ] as const) {
      for (let at = from + 12; at < to; at++)
        for (const chunkBytes of [at, 5]) expect(read(file.subarray(0, at), chunkBytes).missing).toBe(to - at)
      expect(read(file.subarray(0, to), 5).missing).toBeUndefined()
    }
  })

  test('of arbitrary bytes is read without a throw', () => {
    const head = pcapng([{ block: 'interface', link: ethernet() }])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 99 }), (rest, chunkBytes) => {
        const file = Uint8Array.from([...head, ...rest])
        expect(read(file, chunkBytes).seen).toEqual(read(file).seen)
      }),
    )
  })

  test('keeps what came before a block whose two lengths differ', () => {
    const one: Block = {
      block: 'enhanced',
      packet: { timeNs: 1_000_000n, bytes: ip(new Uint8Array(4), new Uint8Array(4), 17, new Uint8Array(4)) },
    }
    const file = pcapng([{ block: 'interface', link: ethernet() }, one, one, one])
    const start = pcapng([{ block: 'interface', link: ethernet() }]).length
    const length = (file.length - start) / 3
    file[start + 2 * length - 4] = 1
    const { seen, problems } = read(file, 50)
    expect(seen).toHaveLength(1)
    expect(problems).toEqual(['pcapng-block-trailer'])
  })

  test('says once that a packet names an interface that was not described', () => {
    const bytes = ip(new Uint8Array(4), new Uint8Array(4), 17, new Uint8Array(4))
    const good = pcapng([
      { block: 'interface', link: ethernet() },
      { block: 'enhanced', packet: { timeNs: 1n, bytes } },
    ])
    const start = pcapng([{ block: 'interface', link: ethernet() }]).length
    const stray = good.slice(start)
    stray[8] = 9
    const { seen, problems } = read(Uint8Array.from([...good, ...stray, ...stray]))
    expect(seen).toHaveLength(1)
    expect(problems).toEqual(['pcapng-unknown-interface'])
  })
})

test('pcapng is known by its section header in either byte order', () => {
  for (const order of ['little', 'big'] as const)
    expect(looksLikePcapng(pcapng([{ block: 'section', order }]))).toBe(true)
  expect(looksLikePcapng(new Uint8Array(12))).toBe(false)
})
