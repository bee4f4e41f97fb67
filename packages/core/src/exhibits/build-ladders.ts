import type { Finding } from '../diagnosis.ts'
import { frameKey } from './choose.ts'
import { delta } from './deltas.ts'
import type { Ladder } from './ladder-exhibit.ts'
import { ACK, FRAME, LENGTH, ORDINAL, SEQ, SHAPE, TIME_NS, WINDOW, type SegmentLog } from './segment-log.ts'
import type { Seen } from './seen-connections.ts'

const FLAGS_MASK = 0xff
const DIRECTION_SHIFT = 8
const MARKS_SHIFT = 16

type Cited = ReadonlyMap<number, readonly { readonly finding: number; readonly proof: number }[]>

/** Which proofs cite a frame, by `frameKey`. */
export function indexProofs(findings: readonly Finding[]): Cited {
  const cited = new Map<number, { finding: number; proof: number }[]>()
  for (const [finding, { proof: proofs }] of findings.entries()) {
    for (const [proof, each] of proofs.entries()) {
      if (!('frame' in each)) continue
      const key = frameKey(each.input, each.frame)
      const known = cited.get(key)
      if (known === undefined) cited.set(key, [{ finding, proof }])
      else known.push({ finding, proof })
    }
  }
  return cited
}

/** @param incident whose stream is known where the follower could not count streams */
export function buildLadder(
  { followed, client }: Seen,
  log: SegmentLog,
  incident: { readonly place: number; readonly input: number; readonly stream: number } | undefined,
  cited: Cited,
): Ladder {
  const { count } = log
  const ordinals = log.column(ORDINAL)
  const shapes = log.column(SHAPE)
  const frames = log.column(FRAME)
  const segmentOf = (ordinal: number): number => {
    const found = ordinals.findIndex((each) => each >= ordinal)
    return found < 0 ? count : found
  }
  const parts = log.parts.map(({ ordinal, input, stream }) => {
    const known = stream ?? (input === incident?.input ? incident.stream : undefined)
    return { segment: segmentOf(ordinal), input, ...(known === undefined ? {} : { stream: known }) }
  })
  // A part all of whose segments were left out has no place.
  const shown = parts.filter(({ segment }, index) => segment < count && parts[index + 1]?.segment !== segment)
  const inputAt = (segment: number): number =>
    shown.findLast((part) => part.segment <= segment)?.input ?? incident?.input ?? followed.firstInput
  return {
    ...(incident === undefined ? {} : { incident: incident.place }),
    parts: shown,
    seen: log.seen,
    gaps: ordinals.flatMap((ordinal, segment) => {
      const left = ordinal - (ordinals[segment - 1] ?? -1) - 1
      return left > 0 ? [{ segment, count: left }] : []
    }),
    clientScaled: followed.senders[client].hasSyn,
    serverScaled: followed.senders[client === 0 ? 1 : 0].hasSyn,
    frame: delta(frames),
    timeNs: delta(log.column(TIME_NS)),
    from: shapes.map((shape) => (((shape >>> DIRECTION_SHIFT) & 1) === client ? 0 : 1)),
    flags: shapes.map((shape) => shape & FLAGS_MASK),
    seq: log.column(SEQ),
    ack: log.column(ACK),
    length: log.column(LENGTH),
    window: log.column(WINDOW),
    marks: shapes.map((shape) => shape >>> MARKS_SHIFT),
    heads: log.heads.flatMap(({ ordinal, protocol, text }) => {
      const segment = ordinals.indexOf(ordinal)
      return segment < 0 ? [] : [{ segment, protocol, text }]
    }),
    cited: frames.flatMap((frame, segment) =>
      (cited.get(frameKey(inputAt(segment), frame)) ?? []).map((each) => ({ segment, ...each })),
    ),
  }
}
