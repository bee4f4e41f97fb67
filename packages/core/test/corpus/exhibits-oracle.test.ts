import { describe, expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { lanesOf, segmentsOf } from '../../src/exhibits/columns.ts'
import type { Segment } from '../../src/exhibits/ladder-exhibit.ts'
import { evidenceFolders, type EvidenceFile } from '../evidence/folder.ts'
import { fileInput } from '../evidence/inputs.ts'
import { noTshark, tsharkFields } from './tshark.ts'

const FIELDS = ['frame.number', 'tcp.stream', 'tcp.flags', 'tcp.seq', 'tcp.ack', 'tcp.len', 'tcp.window_size']
const ANALYSIS = ['retransmission', 'out_of_order', 'spurious_retransmission', 'fast_retransmission']
const KEEPALIVES = ['keep_alive', 'zero_window']
/** More captures take a minute more; the same variable adds others to the table's own comparison. */
const isThorough = process.env['WHYRESET_CORPUS'] !== undefined
const CAPTURE = /\.pcap(ng)?$/

describe.skipIf(noTshark !== undefined)(`pictures agree with tshark (${noTshark ?? 'installed'})`, () => {
  const folders = [...evidenceFolders('recorded'), ...(isThorough ? evidenceFolders('lab') : [])]

  test.each(folders)('$name', async ({ files }) => {
    const { exhibits } = await analyze(files.map(fileInput), { exhibits: true })
    const rows = await Promise.all(files.map(rowsOf))
    for (const lane of lanesOf(exhibits)) {
      const first = rows[lane.input]?.find(({ stream }) => stream === lane.stream)
      expect({ lane: lane.row, frame: lane.frame }).toEqual({ lane: lane.row, frame: first?.frame })
    }
    for (const ladder of exhibits.ladders) {
      const segments = segmentsOf(ladder)
      const [part] = ladder.parts
      const theirs = (rows[part?.input ?? -1] ?? []).filter(({ stream }) => stream === part?.stream)
      expect(ladder.seen).toBe(theirs.length)
      const kept = new Set(segments.map(({ frame }) => frame))
      const shown = theirs.filter(({ frame }) => kept.has(frame))
      expect(segments.map(asRow)).toEqual(shown.map(asRow))
      // A mark of ours is one of theirs; theirs depend on more, such as the round-trip time.
      const marked = segments
        .filter(({ marks }) => marks.includes('retransmission'))
        .map(({ frame }) => frame)
      const again = new Set(shown.filter(({ marks }) => marks.again).map(({ frame }) => frame))
      expect(marked.filter((frame) => !again.has(frame))).toEqual([])
      for (const [mark, which] of [
        ['keepalive', 'keepalive'],
        ['zero-window', 'zeroWindow'],
      ] as const)
        expect(segments.filter(({ marks }) => marks.includes(mark)).map(({ frame }) => frame)).toEqual(
          shown.filter(({ marks }) => marks[which]).map(({ frame }) => frame),
        )
    }
  })
})

interface Row {
  readonly frame: number
  readonly stream: number
  readonly flags: number
  readonly seq: number
  readonly ack: number
  readonly length: number
  readonly window: number
  readonly marks: { readonly again: boolean; readonly keepalive: boolean; readonly zeroWindow: boolean }
}

async function rowsOf({ name, bytes }: EvidenceFile): Promise<Row[]> {
  if (!CAPTURE.test(name)) return []
  const analysis = [...ANALYSIS, ...KEEPALIVES].map((word) => `tcp.analysis.${word}`)
  const rows = await tsharkFields(bytes, [...FIELDS, ...analysis])
  return rows
    .filter(([, stream]) => stream !== undefined && /^\d+$/.test(stream))
    .map((values) => {
      const [frame = 0, stream = 0, flags = 0, seq = 0, ack = 0, length = 0, window = 0] = values.map(Number)
      const isSet = values.slice(FIELDS.length).map((value) => value !== '')
      return {
        frame,
        stream,
        flags: flags & 0xff,
        seq,
        ack,
        length,
        window,
        marks: {
          again: isSet.slice(0, ANALYSIS.length).some(Boolean),
          keepalive: isSet[ANALYSIS.length] ?? false,
          zeroWindow: isSet[ANALYSIS.length + 1] ?? false,
        },
      }
    })
}

function asRow({ frame, stream = -1, flags, seq, ack, length, window }: Segment | Row): Omit<Row, 'marks'> {
  return { frame, stream, flags, seq, ack, length, window }
}
