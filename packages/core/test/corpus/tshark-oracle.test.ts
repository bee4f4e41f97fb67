import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { pcap, pcapng, type Block } from '../build/index.ts'
import { builtCaptures } from './built-captures.ts'
import { randomSegments } from './random-segments.ts'
import { rawCounts, type RawCounts } from './raw-counts.ts'
import { noTshark, tsharkFields } from './tshark.ts'

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))
const CAPTURE_NAME = /\.(pcap|pcapng|cap)$/

/** Captures to compare besides the repository's own: every capture below this folder. */
const MORE = process.env['WHYRESET_CORPUS']

describe.skipIf(noTshark !== undefined)(`agrees with tshark (${noTshark ?? 'installed'})`, () => {
  describe('on built captures', () => {
    const captures = builtCaptures()
    let answers: RawCounts[] = []

    // One file for one start of tshark: each case has hosts of its own, and so streams of its own.
    beforeAll(async () => {
      const blocks = captures.flatMap(({ packets, link, snap }, index): Block[] => [
        { block: 'interface', link, ...(snap === undefined ? {} : { snap }) },
        ...packets.map((packet): Block => ({ block: 'enhanced', interface: index, packet })),
      ])
      const rows = await tsharkRows(pcapng(blocks))
      answers = captures.map(({ packets }) => countsOf(rows.splice(0, packets.length)))
    })

    captures.forEach(({ name, packets, link, snap, differs }, index) => {
      const claim = differs === undefined ? test : test.fails
      claim(differs === undefined ? name : `${name} (not: ${differs})`, () => {
        expect(rawCounts(pcap(packets, { link, ...(snap === undefined ? {} : { snap }) }))).toEqual(
          answers[index],
        )
      })
    })
  })

  test('on segments in an order that no stack would send', async () => {
    let state = 20_261_122
    const packets = randomSegments(4000, (limit) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 0x1_0000_0000) * limit)
    })
    await expectAgreement(pcap(packets))
  })

  const files = [FIXTURES, ...(MORE === undefined ? [] : [MORE])].flatMap((folder) =>
    capturesBelow(folder).map((path) => ({ path, name: relative(folder, path) })),
  )
  describe.skipIf(files.length === 0)('on recorded captures', () => {
    test.each(files)('$name', async ({ path }) => {
      await expectAgreement(readFileSync(path))
    })
  })
})

async function expectAgreement(capture: Uint8Array): Promise<void> {
  const ours = rawCounts(capture)
  const theirs = countsOf(await tsharkRows(capture))
  expect({ streams: ours.streams, rstSegments: ours.rstSegments }).toEqual({
    streams: theirs.streams,
    rstSegments: theirs.rstSegments,
  })
  // Copies of a segment on a second interface, and the many of one connection, are counted but not all kept.
  expect(ours.resets.filter((reset) => !theirs.resets.includes(reset))).toEqual([])
  expect(streamsOf(ours.resets)).toEqual(streamsOf(theirs.resets))
}

interface TsharkRow {
  readonly frame: number
  /** Several when an ICMP error quotes TCP inside TCP's own tunnel; usually one or none. */
  readonly streams: readonly number[]
  readonly isRst: boolean
  readonly sender: string
}

async function tsharkRows(capture: string | Uint8Array): Promise<TsharkRow[]> {
  const fields = ['frame.number', 'tcp.stream', 'tcp.flags.reset', '_ws.col.Source', 'tcp.srcport']
  const rows = await tsharkFields(capture, [...fields, 'icmp.type', 'icmpv6.type'])
  return rows.map(([frame = '', streams = '', reset = '', source = '', port = '', icmp, icmpv6]) => ({
    frame: Number(frame),
    streams: streams === '' ? [] : streams.split(',').map(Number),
    isRst: reset.split(',').includes('1') && icmp === '' && icmpv6 === '',
    sender: `${source.replace('::ffff:', '')} ${port}`,
  }))
}

/** Frames and streams are counted from the first row given. */
function countsOf(rows: readonly TsharkRow[]): RawCounts {
  const firstFrame = rows[0]?.frame ?? 1
  const seen = new Set(rows.flatMap(({ streams }) => streams))
  const firstStream = Math.min(...seen)
  const rsts = rows.filter(({ isRst }) => isRst)
  return {
    streams: seen.size,
    rstSegments: rsts.length,
    resets: rsts.map(
      ({ frame, sender, streams }) =>
        `${frame - firstFrame + 1} ${sender} ${(streams[0] ?? 0) - firstStream}`,
    ),
  }
}

function streamsOf(resets: readonly string[]): Set<string | undefined> {
  return new Set(resets.map((reset) => reset.split(' ').at(-1)))
}

function capturesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => CAPTURE_NAME.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}
