import { undelta } from './deltas.ts'
import type { Exhibits } from './exhibits.ts'
import type { Ladder, Mark, Segment } from './ladder-exhibit.ts'
import type { Lane, Outcome, Side } from './lanes-exhibit.ts'
import type { Bins } from './timeline-exhibit.ts'

/** Names of the numbers in `lanes.outcome`. */
export const OUTCOMES: readonly Outcome[] = [
  'reset',
  'refused',
  'closed',
  'half-closed',
  'open',
  'unanswered',
]
/** Names of the bits in `ladder.marks`, lowest first. */
export const MARKS: readonly Mark[] = [
  'retransmission',
  'out-of-order',
  'gap-before',
  'zero-window',
  'window-update',
  'keepalive',
  'keepalive-answer',
  'second-sight',
  'after-reset',
]
/** Names of the numbers in `collections.kind`. */
export const GC_KINDS = ['young', 'mixed', 'full', 'concurrent', 'other'] as const

/** Bins of `factor` times the width; what is left over makes a last one. */
export function coarser({ fromNs, binNs, counts }: Bins, factor: number): Bins {
  const joined = Array.from({ length: Math.ceil(counts.length / factor) }, () => 0)
  for (const [index, count] of counts.entries()) {
    const bin = Math.floor(index / factor)
    joined[bin] = (joined[bin] ?? 0) + count
  }
  return { fromNs, binNs: binNs * factor, counts: joined }
}

/** Every row of the lanes, in order of time. */
export function lanesOf({ lanes, addresses }: Exhibits): Lane[] {
  const firstNs = undelta(lanes.firstNs)
  return Array.from(firstNs, (first, row) => {
    const at = (column: readonly number[]): number => column[row] ?? 0
    const time = <K extends string>(
      name: K,
      column: readonly (number | null)[],
    ): { readonly [P in K]?: number } => {
      const ns = column[row] ?? undefined
      // One computed key widens to an index signature: the type of `name` is that key.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      return (ns === undefined ? {} : { [name]: first + ns }) as { readonly [P in K]?: number }
    }
    const place = <K extends string>(
      name: K,
      column: readonly (number | null)[],
    ): { readonly [P in K]?: number } => {
      const value = column[row] ?? undefined
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
      return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: number }
    }
    return {
      row,
      client: addresses[at(lanes.client)] ?? '',
      clientPort: at(lanes.clientPort),
      server: addresses[at(lanes.server)] ?? '',
      serverPort: at(lanes.serverPort),
      input: at(lanes.input),
      ...place('stream', lanes.stream),
      frame: at(lanes.frame),
      firstNs: first,
      lastNs: first + at(lanes.lastNs),
      outcome: OUTCOMES[at(lanes.outcome)] ?? 'open',
      ...place('incident', lanes.incident),
      ...place('finding', lanes.finding),
      ...place('ladder', lanes.ladder),
      ...time('synNs', lanes.synNs),
      ...time('synAckNs', lanes.synAckNs),
      ...time('establishedNs', lanes.establishedNs),
      ...time('clientFinNs', lanes.clientFinNs),
      ...time('serverFinNs', lanes.serverFinNs),
      rsts: inGroups(lanes.rsts[row], 2, ([ns = 0, from = 0]) => ({ ns: first + ns, from: sideOf(from) })),
      clientBytes: at(lanes.clientBytes),
      serverBytes: at(lanes.serverBytes),
      clientSegments: at(lanes.clientSegments),
      serverSegments: at(lanes.serverSegments),
      data: [
        ...spansOf(lanes.clientData[row], 'client', first),
        ...spansOf(lanes.serverData[row], 'server', first),
      ],
      zeroWindow: [
        ...zeroOf(lanes.clientZero[row], 'client', first),
        ...zeroOf(lanes.serverZero[row], 'server', first),
      ],
    }
  })
}

/** Every segment of a ladder, in order of the capture. */
export function segmentsOf(ladder: Ladder): Segment[] {
  const frames = undelta(ladder.frame)
  const times = undelta(ladder.timeNs)
  let part = ladder.parts[0]
  let next = 1
  return Array.from(frames, (frame, index) => {
    if (ladder.parts[next]?.segment === index) part = ladder.parts[next++]
    const marks = ladder.marks[index] ?? 0
    return {
      input: part?.input ?? 0,
      ...(part?.stream === undefined ? {} : { stream: part.stream }),
      frame,
      ns: times[index] ?? 0,
      from: sideOf(ladder.from[index] ?? 0),
      flags: ladder.flags[index] ?? 0,
      seq: ladder.seq[index] ?? 0,
      ack: ladder.ack[index] ?? 0,
      length: ladder.length[index] ?? 0,
      window: ladder.window[index] ?? 0,
      marks: MARKS.filter((_, bit) => (marks & (1 << bit)) !== 0),
    }
  })
}

function sideOf(number: number): Side {
  return number === 1 ? 'server' : 'client'
}

function spansOf(flat: readonly number[] | undefined, from: Side, first: number): Lane['data'] {
  return inGroups(flat, 3, ([start = 0, length = 0, bytes = 0]) => ({
    from,
    fromNs: first + start,
    toNs: first + start + length,
    bytes,
  }))
}

function zeroOf(flat: readonly number[] | undefined, of: Side, first: number): Lane['zeroWindow'] {
  return inGroups(flat, 2, ([start = 0, length = 0]) => ({
    of,
    fromNs: first + start,
    toNs: first + start + length,
  }))
}

function inGroups<T>(
  flat: readonly number[] | undefined,
  size: number,
  make: (group: readonly number[]) => T,
): T[] {
  const made: T[] = []
  for (let at = 0; at + size <= (flat?.length ?? 0); at += size)
    made.push(make(flat?.slice(at, at + size) ?? []))
  return made
}
