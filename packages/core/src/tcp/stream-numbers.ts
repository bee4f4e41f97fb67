import type { Kernel } from './kernel.ts'
import { RecentIdentities } from './recent-identities.ts'
import { MAX_STREAM, V_BASE_SHIFT, V_BASES, V_ENDED, V_STREAM } from './remembered-stream.ts'
import * as L from './row.ts'
import { keyHigh, keyLow } from './row-key.ts'
import type { Rows } from './rows.ts'

/** Recycled connections by 4-tuple and input, so that stragglers keep their stream's number. */
export class StreamNumbers {
  private readonly rows: Rows
  private readonly numbered = new RecentIdentities()

  constructor(rows: Rows) {
    this.rows = rows
  }

  /** Keeps the row's stream number for those of its segments that come after it was given back. */
  remember(row: number, hasEnded: boolean): void {
    const { u32: u, i32: i } = this.rows
    const state = u[row + L.U_STATE] as number
    const extra = i[row + L.U_INPUT] as number
    const high = keyHigh(i, row, extra)
    const low = keyLow(i, row, extra)
    const at = this.numbered.add(high, low)
    const { values } = this.numbered
    const bases = ((state >>> L.STATE_BASE_SHIFT) & 3) << V_BASE_SHIFT
    values[at + V_STREAM] = ((u[row + L.U_STREAM] as number) & MAX_STREAM) | bases | (hasEnded ? V_ENDED : 0)
    values[at + V_BASES] = u[row + L.COMMON_WORDS + L.U_BASE] as number
    values[at + V_BASES + 1] = u[row + L.COMMON_WORDS + L.DIRECTION_WORDS + L.U_BASE] as number
  }

  /** Gives a new row the number and bases of an earlier stream on the same ports in the same input, if there was one. */
  recall(row: number): boolean {
    const u = this.rows.i32
    const extra = u[row + L.U_INPUT] as number
    const high = keyHigh(u, row, extra)
    const low = keyLow(u, row, extra)
    const at = this.numbered.find(high, low)
    if (at < 0) return false
    const { values } = this.numbered
    const stored = values[at + V_STREAM] as number
    u[row + L.U_STREAM] = stored & MAX_STREAM
    u[row + L.COMMON_WORDS + L.U_BASE] = values[at + V_BASES] as number
    u[row + L.COMMON_WORDS + L.DIRECTION_WORDS + L.U_BASE] = values[at + V_BASES + 1] as number
    let state = ((stored >>> V_BASE_SHIFT) & 3) << L.STATE_BASE_SHIFT
    if ((stored & V_ENDED) !== 0) state |= L.STATE_CLOSED_BEFORE
    u[row + L.U_STATE] = (u[row + L.U_STATE] as number) | state
    return true
  }

  /** The kernel remembers those that it closes, and asks before it begins one. */
  moveTo(kernel: Kernel): void {
    this.numbered.moveTo(kernel)
  }

  lendTo(kernel: Kernel): void {
    this.numbered.lendTo(kernel)
  }

  takeBackFrom(kernel: Kernel): void {
    this.numbered.takeBackFrom(kernel)
  }
}
