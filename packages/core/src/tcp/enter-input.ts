import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

/** A connection goes on in the next file of its track: tshark numbers each file afresh. */
export function enterInput(tracker: Tracker, row: number): void {
  const { i32: u, f64: f } = tracker.rows
  u[row + L.U_INPUT] = tracker.input
  u[row + L.U_STREAM] = tracker.streams++
  u[row + L.U_STATE] = (u[row + L.U_STATE] as number) & ~(L.STATE_BASE | (L.STATE_BASE << 1))
  // Places in the earlier file are none in this one: what is known of them holds, and cannot be cited.
  f[(row >> 1) + L.F_ENTERED_NS] = tracker.timeNs
  for (const direction of [0, 1]) {
    const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
    f[(d >> 1) + L.F_HEAD_OFFSET] = Number.NaN
    f[(d >> 1) + L.F_FIRST_HEAD_OFFSET] = Number.NaN
    u[d + L.U_LAST_FRAME] = 0
    u[d + L.U_HEAD_FRAME] = 0
    u[d + L.U_FIN_FRAME] = 0
    if (u[d + L.U_ALERT_FRAME] !== 0) u[d + L.U_ALERT_FRAME] = L.EARLIER_FRAME
  }
}
