import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pcap } from '../../test/build/index.ts'
import { randomSegments } from '../../test/corpus/random-segments.ts'
import { CaptureReader, type CaptureSummary } from '../read/capture.ts'
import * as R from './reset-store.ts'
import * as L from './row.ts'
import { mergeShards, toShardResult } from './shard.ts'
import { Tracker } from './tracker.ts'

function read(capture: Uint8Array, share?: { shard: number; of: number }): [Tracker, CaptureSummary] {
  const tracker = new Tracker(1, share)
  tracker.startInput(0, 0, true)
  const reader = new CaptureReader('pcap', tracker)
  reader.push(capture)
  const summary = reader.end()
  tracker.finish()
  return [tracker, summary]
}

/** All that derivation reads; where RST segments are stored and a row's place in a queue are nobody's business. */
function resultsOf(tracker: Tracker, summary: CaptureSummary | undefined): unknown {
  const { resets, life } = tracker
  const records = Array.from({ length: resets.count }, (_, record) => {
    const words = resets.u32.slice(record * R.RECORD_WORDS, (record + 1) * R.RECORD_WORDS)
    const rsts: number[][] = []
    for (let at = (words[R.U_FIRST_RST] ?? 0) - 1; at >= 0; at = (resets.rstU32[at + R.R_NEXT] ?? 0) - 1)
      rsts.push(Array.from(resets.rstU32.subarray(at + R.R_NEXT + 1, at + R.RST_WORDS)))
    words[R.U_FIRST_RST] = 0
    words[L.U_QUEUE] = 0
    return { words: [...words], rsts }
  })
  const fins: unknown[] = []
  life.forEachFin((...fin) => fins.push(fin))
  const services = [...life.services.all()].map((service) => ({
    ...service,
    key: `${service.address} ${service.port}`,
  }))
  services.sort((x, y) => (x.key < y.key ? -1 : 1))
  return { summary, totals: life.totals(), records, fins, services }
}

function drawFrom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 0x1_0000_0000) * limit)
  }
}

describe('readers of a share each', () => {
  test.each([2, 4])('find together what one reader finds: %i of them', (of) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 400 }), (seed, count) => {
        const capture = pcap(randomSegments(count, drawFrom(seed)))
        const [alone, summary] = read(capture)
        const [first, own] = read(capture, { shard: 0, of })
        const others = Array.from({ length: of - 1 }, (_, index) =>
          structuredClone(toShardResult(...read(capture, { shard: index + 1, of }))),
        )
        const merged = mergeShards(first, own, others)
        expect(resultsOf(first, merged)).toEqual(resultsOf(alone, summary))
      }),
      { numRuns: 60 },
    )
  })

  test('do not agree on a capture that one of them did not see whole', () => {
    const capture = pcap(randomSegments(50, drawFrom(1)))
    const [first, own] = read(capture, { shard: 0, of: 2 })
    const other = toShardResult(...read(capture.subarray(0, -200), { shard: 1, of: 2 }))
    expect(mergeShards(first, own, [other])).toBeUndefined()
  })
})
