import type { CaptureSummary } from '../read/capture.ts'
import type { LifeSums } from './lifecycle.ts'
import * as R from './reset-store.ts'
import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

/**
 * What one of several readers of the same capture found, each of which follows the connections whose tag falls to it.
 * Plain data and typed arrays: it can be sent from one thread to another.
 */
export interface ShardResult {
  readonly summary: CaptureSummary
  readonly records: Uint32Array<ArrayBuffer>
  readonly rsts: Uint32Array<ArrayBuffer>
  /** The frame in which each of its streams began, in its own numbering. */
  readonly streamFrames: Int32Array<ArrayBuffer>
  readonly sums: LifeSums
  /** Something had to be left out, of which one reader of everything would have left out something else. */
  readonly isLossy: boolean
}

/** The tracker's result for another thread. The tracker is finished and must not be used after this. */
export function toShardResult(tracker: Tracker, summary: CaptureSummary): ShardResult {
  const { resets, life } = tracker
  return {
    summary,
    records: resets.u32.slice(0, resets.count * R.RECORD_WORDS),
    rsts: resets.rstU32.slice(0, resets.rstCount * R.RST_WORDS),
    streamFrames: tracker.streamFrames.slice(0, tracker.streams),
    sums: life.sums(),
    isLossy: life.isLossy || resets.isFull,
  }
}

/** The buffers of a result, to be moved instead of copied. */
export function transferables(result: ShardResult): ArrayBuffer[] {
  const { records, rsts, streamFrames, sums } = result
  return [records, rsts, streamFrames, sums.fins.times, sums.fins.hosts].map(({ buffer }) => buffer)
}

/**
 * Joins the results of the others into a finished tracker, which then holds what it would have found alone, and
 * returns the summary of the whole capture. Undefined, and nothing is joined, where that cannot be had: then the
 * capture is to be read by one reader.
 *
 * @param isCut the readers were stopped, each where it was
 */
export function mergeShards(
  tracker: Tracker,
  own: CaptureSummary,
  others: readonly ShardResult[],
  isCut = false,
): CaptureSummary | undefined {
  const { resets, life } = tracker
  const all = [toShardResult(tracker, own), ...others]
  if (all.some(({ isLossy }) => isLossy)) return undefined
  if (!isCut && all.some(({ summary }) => summary.packets !== own.packets)) return undefined
  const count = all.reduce((sum, { records }) => sum + records.length / R.RECORD_WORDS, 0)
  const rstCount = all.reduce((sum, { rsts }) => sum + rsts.length / R.RST_WORDS, 0)
  if (!resets.reserve(count, rstCount) || !life.join(others.map(({ sums }) => sums))) return undefined
  const streams = numberStreams(all)
  const order = all
    .flatMap(({ records }, shard) =>
      Array.from({ length: records.length / R.RECORD_WORDS }, (_, index) => ({
        shard,
        at: index * R.RECORD_WORDS,
      })),
    )
    .toSorted((x, y) => takenAt(all, x) - takenAt(all, y))
  const firstRst: number[] = []
  let rstAt = 0
  for (const { rsts } of all) {
    firstRst.push(rstAt)
    resets.rstU32.set(rsts, rstAt)
    for (let at = rstAt; at < rstAt + rsts.length; at += R.RST_WORDS) {
      const next = resets.rstU32[at + R.R_NEXT] ?? 0
      if (next > 0) resets.rstU32[at + R.R_NEXT] = next + rstAt
    }
    rstAt += rsts.length
  }
  for (const [index, { shard, at }] of order.entries()) {
    const to = index * R.RECORD_WORDS
    const u = resets.u32
    u.set(all[shard]?.records.subarray(at, at + R.RECORD_WORDS) ?? [], to)
    u[to + L.U_STREAM] = streams[shard]?.[u[to + L.U_STREAM] ?? 0] ?? 0
    if (u[to + L.U_RECORD] !== 0) u[to + L.U_RECORD] = index + 1
    const rst = u[to + R.U_FIRST_RST] ?? 0
    if (rst > 0) u[to + R.U_FIRST_RST] = rst + (firstRst[shard] ?? 0)
  }
  resets.count = count
  resets.rstCount = rstCount
  const total = (of: (summary: CaptureSummary) => number): number =>
    all.reduce((sum, { summary }) => sum + of(summary), 0)
  return {
    ...own,
    streams: total((summary) => summary.streams),
    rstSegments: total((summary) => summary.rstSegments),
  }
}

function takenAt(all: readonly ShardResult[], { shard, at }: { shard: number; at: number }): number {
  return all[shard]?.records[at + R.U_TAKEN_FRAME] ?? 0
}

/** Of each shard, the numbers that its streams have in the whole: streams are numbered in the order of first frames. */
function numberStreams(all: readonly ShardResult[]): Int32Array[] {
  const frames = all.map(({ streamFrames }) => streamFrames)
  const numbers = frames.map(({ length }) => new Int32Array(length))
  const next = frames.map(() => 0)
  for (let number = 0; ; number++) {
    let first = -1
    let firstFrame = Number.POSITIVE_INFINITY
    for (let shard = 0; shard < frames.length; shard++) {
      const frame = frames[shard]?.[next[shard] ?? 0] ?? Number.POSITIVE_INFINITY
      if (frame >= firstFrame) continue
      first = shard
      firstFrame = frame
    }
    const own = numbers[first]
    if (own === undefined) return numbers
    const index = next[first] ?? 0
    own[index] = number
    next[first] = index + 1
  }
}
