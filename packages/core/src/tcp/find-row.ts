import { enterInput } from './enter-input.ts'
import { startsAnew } from './events.ts'
import { ACK, SYN } from './flags.ts'
import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

const BOTH_FINS_ACKED = L.STATE_FIN_ACKED | (L.STATE_FIN_ACKED << 1)

/** The row of the connection that is being followed under this key, or −1: one that closed long ago is forgotten here. */
export function findLive(
  tracker: Tracker,
  tag: number,
  a: number,
  b: number,
  ports: number,
  meta: number,
): number {
  const { life } = tracker
  const row = tracker.rows.find(tag, a, b, ports, meta)
  if (row < 0) return row
  if (life.isOver(row, tracker.timeNs)) {
    life.unqueue(row)
    tracker.finishRow(row)
    return -1
  }
  life.reopen(row)
  return row
}

/**
 * The row of the connection that a segment belongs to: the one under its key, or, where the segment begins another
 * connection on the same ports or none is known, a new one with the number of its stream, as tshark counts them.
 */
export function rowFor(
  tracker: Tracker,
  tag: number,
  a: number,
  b: number,
  ports: number,
  meta: number,
  direction: number,
  seq: number,
  flags: number,
): number {
  const { rows, life } = tracker
  const found = findLive(tracker, tag, a, b, ports, meta)
  if (found >= 0 && rows.i32[found + L.U_INPUT] !== tracker.input) enterInput(tracker, found)
  if (found >= 0 && ((flags & (SYN | ACK)) !== SYN || !startsAnew(rows.i32, found, direction, seq)))
    return found
  let reused = 0
  let sameStream = false
  if (found >= 0) {
    const state = rows.i32[found + L.U_STATE] as number
    // Another connection to us; to tshark, which has no base to compare the SYN with, still the same stream.
    sameStream = (state & (L.STATE_BASE << direction)) === 0
    const ended = (state & BOTH_FINS_ACKED) === BOTH_FINS_ACKED || (state & L.STATE_RST) !== 0
    reused = L.STATE_PORTS_REUSED | (ended ? 0 : L.STATE_REUSED_WHILE_OPEN)
    life.unqueue(found)
    tracker.finishRow(found)
  }
  life.sweep(tracker.timeNs, tracker.finishRow)
  const row = rows.add(tag, a, b, ports, meta)
  const u = rows.i32
  u[row + L.U_INPUT] = tracker.input
  u[row + L.U_FIRST_FRAME] = tracker.frame
  rows.f64[(row >> 1) + L.F_FIRST_NS] = tracker.timeNs
  rows.f64[(row >> 1) + L.F_LAST_NS] = tracker.timeNs
  if ((reused === 0 || sameStream) && life.numbers.recall(row)) {
    if (sameStream) u[row + L.U_STATE] = ((u[row + L.U_STATE] as number) & ~L.STATE_CLOSED_BEFORE) | reused
    if ((flags & (SYN | ACK)) !== SYN || !startsAnew(u, row, direction, seq)) return row
    u[row + L.U_STATE] = 0
    reused = L.STATE_PORTS_REUSED
  }
  u[row + L.U_STREAM] = tracker.streams++
  u[row + L.U_STATE] = (u[row + L.U_STATE] as number) | reused
  return row
}
