/** The last lines of one log, as it printed them. */
export interface LogRing {
  write(bytes: Buffer, atMs: number): void
  /** All that came so far had been written at that time: fixes the clock of a log that prints uptimes only. */
  writtenAt(atMs: number): void
  read(nowMs: number): LogExtract
}

export interface LogExtract {
  /** Whole lines, except perhaps the last one. */
  readonly bytes: Buffer
  /** Lines of `bytes`, from 1, and when they had been written. */
  readonly lineTimes: readonly { readonly line: number; readonly atMs: number }[]
}

export interface LogRingOptions {
  readonly maxBytes: number
  /** Absent: lines are forgotten for want of room only, as those of a collector, of which there are few. */
  readonly maxAgeMs?: number
  /** First bytes that are never forgotten: there a collector says its name and when it began. */
  readonly headBytes?: number
}

const LINE_FEED = 0x0a
/** They fix a clock: more would not fix it better. */
const MAX_LINE_TIMES = 200

interface Piece {
  readonly bytes: Buffer
  readonly atMs: number
  writtenMs?: number
}

export function createLogRing({ maxBytes, maxAgeMs = Infinity, headBytes = 0 }: LogRingOptions): LogRing {
  let pieces: Piece[] = []
  let total = 0
  let head: Buffer = Buffer.alloc(0)
  let isHeadDone = headBytes === 0
  /** The last byte that was forgotten was inside a line. */
  let isInsideForgotten = false

  /** Forgets in bulk, so that many small pieces are not moved one by one. */
  function forget(nowMs: number): void {
    let count = 0
    for (const { bytes, atMs } of pieces) {
      if (total <= maxBytes && atMs >= nowMs - maxAgeMs) break
      if (!isHeadDone) {
        head = Buffer.concat([head, bytes]).subarray(0, headBytes)
        isHeadDone = head.length === headBytes
        if (isHeadDone) head = Buffer.from(head.subarray(0, head.lastIndexOf(LINE_FEED) + 1))
      }
      total -= bytes.length
      isInsideForgotten = bytes.at(-1) !== LINE_FEED
      count++
    }
    if (count === 0) return
    pieces = pieces.slice(count)
  }

  return {
    write(bytes, atMs) {
      pieces.push({ bytes, atMs })
      total += bytes.length
      forget(atMs)
    },
    writtenAt(atMs) {
      const last = pieces.at(-1)
      if (last !== undefined && last.bytes.at(-1) === LINE_FEED) last.writtenMs = atMs
    },
    read(nowMs) {
      forget(nowMs)
      const parts: Buffer[] = [head]
      const lineTimes: { line: number; atMs: number }[] = []
      let lines = countLines(head)
      // After what was forgotten, the first line may be the rest of one.
      let isInsideLine = isInsideForgotten && isHeadDone
      for (const { bytes, writtenMs } of pieces) {
        const from = isInsideLine ? bytes.indexOf(LINE_FEED) + 1 : 0
        if (isInsideLine && from === 0) continue
        isInsideLine = false
        const whole = bytes.subarray(from)
        parts.push(whole)
        lines += countLines(whole)
        if (writtenMs !== undefined && lines > 0) lineTimes.push({ line: lines, atMs: writtenMs })
      }
      return { bytes: Buffer.concat(parts), lineTimes: lineTimes.slice(-MAX_LINE_TIMES) }
    },
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  return lines
}
