import * as fc from 'fast-check'
import type { Ladder } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { ladderRows } from './ladder-rows.ts'

type Made = readonly [from: 0 | 1, flags: number, length: number, window: number]

const ACK = 16
const deltas = (values: readonly number[]): number[] =>
  values.map((value, index) => value - (values[index - 1] ?? 0))

function ladderOf(made: readonly Made[], more: Partial<Ladder> = {}): Ladder {
  return {
    incident: 0,
    parts: [{ segment: 0, input: 0, stream: 17 }],
    seen: made.length,
    gaps: [],
    clientScaled: true,
    serverScaled: true,
    frame: made.map(() => 1),
    timeNs: deltas(made.map((_, index) => index * 1000)),
    from: made.map(([from]) => from),
    flags: made.map(([, flags]) => flags),
    seq: made.map(() => 0),
    ack: made.map(() => 0),
    length: made.map(([, , length]) => length),
    window: made.map(([, , , window]) => window),
    marks: made.map(() => 0),
    heads: [],
    cited: [],
    ...more,
  }
}

const bulk = (count: number): Made[] => Array.from({ length: count }, () => [1, ACK, 1000, 500])
const kinds = (ladder: Ladder, unfolded: ReadonlySet<number> | 'all' = new Set()): string[] =>
  ladderRows(ladder, unfolded).map(({ kind }) => kind)

describe('a ladder', () => {
  it('folds a run of data into one row that counts it', () => {
    const ladder = ladderOf([[0, 2, 0, 500], ...bulk(812), [0, 20, 0, 500]])
    const rows = ladderRows(ladder, new Set())
    expect(rows.map(({ kind }) => kind)).toEqual(['segment', 'fold', 'segment'])
    expect(rows[1]).toMatchObject({ summary: { segments: 812, data: 812, dataBytes: 812_000, acks: 0 } })
    expect(kinds(ladder, new Set([1]))).toHaveLength(814)
  })

  it('shows where a window closes and where it opens', () => {
    const ladder = ladderOf([
      [0, 2, 0, 500],
      ...bulk(5),
      [0, ACK, 0, 0],
      ...Array.from({ length: 6 }, (): Made => [0, ACK, 0, 0]),
      [0, ACK, 0, 400],
      ...bulk(5),
      [0, 20, 0, 500],
    ])
    expect(kinds(ladder)).toEqual(['segment', 'fold', 'segment', 'fold', 'segment', 'fold', 'segment'])
    const rows = ladderRows(ladder, new Set())
    expect(rows[3]).toMatchObject({ free: { client: 0, server: 1 }, summary: { zeroWindow: 6 } })
    expect(rows[4]).toMatchObject({ free: { client: 1 } })
  })

  it('never folds what is cited, what carries a request, or the frame that was asked for', () => {
    const ladder = ladderOf([[0, 2, 0, 500], ...bulk(20), [0, 20, 0, 500]], {
      heads: [{ segment: 6, protocol: 'http', text: 'GET / HTTP/1.1' }],
      cited: [{ segment: 12, finding: 0, proof: 1 }],
    })
    expect(kinds(ladder)).toEqual([
      'segment',
      'fold',
      'segment',
      'exchange',
      'fold',
      'segment',
      'fold',
      'segment',
    ])
  })

  it('says what was left out and how long nothing was sent', () => {
    const ladder = ladderOf([[0, 2, 0, 500], ...bulk(3), [0, 20, 0, 500]], {
      gaps: [{ segment: 2, count: 4000 }],
      timeNs: [0, 1000, 1000, 1000, 3e9],
    })
    expect(kinds(ladder)).toEqual(['segment', 'segment', 'omitted', 'segment', 'segment', 'quiet', 'segment'])
  })

  it('holds every segment once, folded or not', () => {
    const segment = fc.tuple(
      fc.constantFrom<0 | 1>(0, 1),
      fc.constantFrom(ACK, ACK, ACK, 17, 20, 2),
      fc.constantFrom(0, 1000),
      fc.constantFrom(0, 500, 500),
    )
    const gap = fc.record({ segment: fc.nat(60), count: fc.integer({ min: 1, max: 9 }) })
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 60 }), fc.array(gap, { maxLength: 4 }), (made, gaps) => {
        const ladder = ladderOf(made, { gaps })
        for (const unfolded of [new Set<number>(), 'all'] as const) {
          const places = ladderRows(ladder, unfolded).flatMap((row) =>
            row.kind === 'segment'
              ? [row.place]
              : row.kind === 'fold'
                ? Array.from({ length: row.end - row.first }, (_, index) => row.first + index)
                : [],
          )
          expect(places).toEqual(made.map((_, place) => place))
        }
      }),
    )
  })
})
