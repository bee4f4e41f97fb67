import { ACK, RST, SYN } from './flags.ts'
import * as R from './reset-record.ts'
import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

/** RST segments of one connection that are kept one by one; the others are counted. */
const MAX_RSTS_PER_RECORD = 16

/** An RST: the first one of a connection takes a snapshot of the row as it was just before. */
export function recordReset(
  tracker: Tracker,
  row: number,
  direction: number,
  seq: number,
  ack: number,
  flags: number,
  window: number,
  payloadLength: number,
  payloadOffset: number,
  hops: number,
  identification: number,
): void {
  const { resets, rows } = tracker
  const u = rows.u32
  const state = u[row + L.U_STATE] as number
  let record = (u[row + L.U_RECORD] as number) - 1
  if (record >= 0 && wasSurvived(tracker, record)) {
    // Both sides went on after the earlier reset: that one had no effect, and this one stands by itself.
    const survived = (resets.u32[record * R.RECORD_WORDS + R.U_SURVIVED] as number) + 1
    retake(tracker, row, record)
    resets.u32[record * R.RECORD_WORDS + R.U_SURVIVED] = survived
  } else if ((state & L.STATE_RST) === 0) {
    const at = resets.snapshot(u, row)
    record = at < 0 ? -1 : at / R.RECORD_WORDS
    if (record >= 0) {
      u[row + L.U_RECORD] = record + 1
      resets.u32[at + R.U_TRACK] = tracker.track
      copyHeads(tracker, row, record)
    }
  }
  u[row + L.U_STATE] = state | L.STATE_RST
  if (record >= 0)
    addRst(
      tracker,
      record,
      direction,
      seq,
      ack,
      flags,
      window,
      payloadLength,
      payloadOffset,
      hops,
      identification,
    )
  if ((state & L.STATE_CLOSING) === 0) tracker.close(row)
}

function addRst(
  tracker: Tracker,
  record: number,
  direction: number,
  seq: number,
  ack: number,
  flags: number,
  window: number,
  payloadLength: number,
  payloadOffset: number,
  hops: number,
  identification: number,
): void {
  const { resets, options } = tracker
  const base = record * R.RECORD_WORDS
  const count = (resets.u32[base + R.U_RST_COUNT] as number) + 1
  resets.u32[base + R.U_RST_COUNT] = count
  if (count > MAX_RSTS_PER_RECORD) return
  const at = resets.addRst()
  if (at < 0) return
  const u = resets.rstU32
  u[at + R.R_FRAME] = tracker.frame
  u[at + R.R_SEQ] = seq
  u[at + R.R_ACK] = ack
  u[at + R.R_WINDOW] = window
  u[at + R.R_SHAPE] =
    flags |
    (options.timestamps ? R.RST_TIMESTAMPS : 0) |
    (options.any ? R.RST_OPTIONS : 0) |
    (direction === 1 ? R.RST_DIRECTION_B : 0)
  u[at + R.R_IP] = ((identification << 16) | hops) >>> 0
  u[at + R.R_INTERFACE] = tracker.vantage()
  u[at + R.R_PAYLOAD] = payloadLength
  u[at + R.R_TSVAL] = options.tsval
  u[at + R.R_INPUT] = tracker.input
  resets.rstF64[(at >> 1) + R.R_PAYLOAD_OFFSET] = payloadOffset
  resets.rstF64[(at >> 1) + R.R_TIME_NS] = tracker.timeNs
  // Chain in order: the last one of the record points to this one.
  let last = (resets.u32[base + R.U_FIRST_RST] as number) - 1
  if (last < 0) {
    resets.u32[base + R.U_FIRST_RST] = at + 1
    return
  }
  for (;;) {
    const next = (u[last + R.R_NEXT] as number) - 1
    if (next < 0) break
    last = next
  }
  u[last + R.R_NEXT] = at + 1
}

/** Any segment of a connection that was reset before. */
export function noteAfterReset(
  tracker: Tracker,
  row: number,
  direction: number,
  d: number,
  seq: number,
  ack: number,
  flags: number,
  payloadLength: number,
): void {
  const record = (tracker.rows.u32[row + L.U_RECORD] as number) - 1
  if (record < 0) return
  const base = record * R.RECORD_WORDS
  const { u32, f64 } = tracker.resets
  u32[base + R.U_AFTER_SEGMENTS + direction] = (u32[base + R.U_AFTER_SEGMENTS + direction] as number) + 1
  // Another RST, or a copy of it at a second vantage, is no sign of life, whatever it carries and acknowledges.
  if ((flags & RST) !== 0) return
  // What was sent before and is seen again, at a second vantage or as a duplicate, is nothing new.
  const fresh = (seq + payloadLength - (tracker.rows.u32[d + L.U_NEXT] as number)) | 0
  if (payloadLength > 0 && fresh > 0)
    u32[base + R.U_AFTER_BYTES + direction] =
      (u32[base + R.U_AFTER_BYTES + direction] as number) + Math.min(fresh, payloadLength)
  const acknowledges =
    (flags & (ACK | SYN)) === ACK && ((ack - (tracker.rows.u32[d + L.U_ACKED] as number)) | 0) > 0
  if (acknowledges)
    u32[base + R.U_AFTER_ACKS + direction] = (u32[base + R.U_AFTER_ACKS + direction] as number) + 1
  f64[base / 2 + R.F_AFTER_NS] = tracker.timeNs
}

/** The connection is over: what its row learned since the snapshot that is not in the record yet. */
export function finishRecord(tracker: Tracker, row: number): void {
  const u = tracker.rows.i32
  const record = (u[row + L.U_RECORD] as number) - 1
  if (record < 0) return
  tracker.resets.u32[record * R.RECORD_WORDS + R.U_FINAL_STATE] =
    (u[row + L.U_STATE] as number) & ~L.STATE_SUMMED
}

/** Both directions sent data or acknowledged new data after the reset. */
function wasSurvived(tracker: Tracker, record: number): boolean {
  const base = record * R.RECORD_WORDS
  const u = tracker.resets.u32
  const wentOn = (direction: number): boolean =>
    (u[base + R.U_AFTER_BYTES + direction] as number) > 0 ||
    (u[base + R.U_AFTER_ACKS + direction] as number) > 0
  return wentOn(0) && wentOn(1)
}

function retake(tracker: Tracker, row: number, record: number): void {
  const { resets, rows } = tracker
  const base = record * R.RECORD_WORDS
  resets.u32.fill(0, base, base + R.RECORD_WORDS)
  resets.u32.set(rows.u32.subarray(row, row + L.ROW_WORDS), base)
  resets.u32[base + R.U_TRACK] = tracker.track
  copyHeads(tracker, row, record)
}

function copyHeads(tracker: Tracker, row: number, record: number): void {
  if (!tracker.keepHeads) return
  for (let which = 0; which < 4; which++) {
    const head = tracker.heads.get(tracker.rows.indexOf(row), which)
    tracker.recordHeads.remember(
      record,
      which,
      new DataView(head.buffer, head.byteOffset, head.length),
      0,
      head.length,
    )
  }
}
