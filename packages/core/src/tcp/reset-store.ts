import * as K from './kernel-layout.ts'
import type { Kernel } from './kernel.ts'
import { RECORD_WORDS, RST_WORDS } from './reset-record.ts'
import { ROW_WORDS, STATE_ESTABLISHED, U_ADDRESS_A, U_ADDRESS_B, U_PORTS, U_STATE } from './row.ts'
import { serverDirection } from './server-direction.ts'
import * as T from './table-limits.ts'

const MAX_RECORDS =
  T.MAX_ESTABLISHED_RESETS + T.MAX_RESET_ATTEMPTS + T.MAX_SAMPLED_RESETS + T.MAX_SAMPLED_ATTEMPTS
const MAX_OF_ONE_SERVICE = 256

/** Snapshots of the connections at their first reset, and their RST segments. Bounded; what is beyond is counted. */
export class ResetStore {
  u32 = new Uint32Array(256 * RECORD_WORDS)
  f64 = new Float64Array(this.u32.buffer)
  rstU32 = new Uint32Array(512 * RST_WORDS)
  rstF64 = new Float64Array(this.rstU32.buffer)
  count = 0
  rstCount = 0
  omitted = 0
  private established = 0
  private sampled = 0
  private sampledAttempts = 0
  /** Records kept of each service since the store was full, and of its client host where it was one, by a hash. */
  private readonly ofService = new Map<number, number>()

  /** From now on the records are in the kernel's memory, where there is room for all of them. The arrays are replaced. */
  moveTo(kernel: Kernel): void {
    const { u32, rstU32 } = this
    kernel.share((part) => {
      const { buffer } = part(0, 0)
      this.u32 = new Uint32Array(buffer, K.RESETS_AT, MAX_RECORDS * RECORD_WORDS)
      this.f64 = new Float64Array(buffer, K.RESETS_AT, this.u32.length / 2)
      this.rstU32 = new Uint32Array(buffer, K.RSTS_AT, T.MAX_RSTS * RST_WORDS)
      this.rstF64 = new Float64Array(buffer, K.RSTS_AT, this.rstU32.length / 2)
    })
    this.u32.set(u32.subarray(0, this.count * RECORD_WORDS))
    this.rstU32.set(rstU32.subarray(0, this.rstCount * RST_WORDS))
  }

  lendTo({ control }: Kernel): void {
    control.setInt32(K.C_RESETS, this.count, true)
    control.setInt32(K.C_RESETS_ESTABLISHED, this.established, true)
    control.setInt32(K.C_RESET_ATTEMPTS, this.attempts, true)
    control.setInt32(K.C_RSTS, this.rstCount, true)
  }

  takeBackFrom({ control }: Kernel): void {
    this.count = control.getInt32(K.C_RESETS, true)
    this.established = control.getInt32(K.C_RESETS_ESTABLISHED, true)
    this.rstCount = control.getInt32(K.C_RSTS, true)
  }

  /** Those of connections that were never established, without the samples of them. */
  private get attempts(): number {
    return this.count - this.sampled - this.sampledAttempts - this.established
  }

  /** Word index of a new record holding a copy of the row, or −1 when there is no room. */
  snapshot(rows: Uint32Array, row: number): number {
    const isEstablished = ((rows[row + U_STATE] as number) & STATE_ESTABLISHED) !== 0
    const isFull = isEstablished
      ? this.established >= T.MAX_ESTABLISHED_RESETS
      : this.attempts >= T.MAX_RESET_ATTEMPTS
    if (!isFull) {
      if (isEstablished) this.established++
    } else if (!this.isSampled(rows, row, isEstablished)) {
      this.omitted++
      return -1
    }
    const at = this.count * RECORD_WORDS
    if (at + RECORD_WORDS > this.u32.length) this.growRecords()
    this.u32.set(rows.subarray(row, row + ROW_WORDS), at)
    this.count++
    return at
  }

  /** Word index of a new RST segment, or −1 when there is no room. */
  addRst(): number {
    if (this.rstCount >= T.MAX_RSTS) return -1
    const at = this.rstCount * RST_WORDS
    if (at + RST_WORDS > this.rstU32.length) this.growRsts()
    this.rstCount++
    return at
  }

  private isSampled(rows: Uint32Array, row: number, isEstablished: boolean): boolean {
    if (isEstablished ? this.sampled >= T.MAX_SAMPLED_RESETS : this.sampledAttempts >= T.MAX_SAMPLED_ATTEMPTS)
      return false
    const server = serverDirection(rows, row)
    const ports = rows[row + U_PORTS] as number
    const port = server === 0 ? ports >>> 16 : ports & 0xffff
    const [a, b] = [rows[row + U_ADDRESS_A] as number, rows[row + U_ADDRESS_B] as number]
    // The sources of a flood of attempts may all be different.
    const hosts = isEstablished ? Math.imul(a, 31) ^ b : server === 0 ? a : b
    const key = Math.imul(hosts, 0x9e3779b1) ^ (isEstablished ? port : ~port)
    const kept = this.ofService.get(key) ?? 0
    if (kept >= MAX_OF_ONE_SERVICE) return false
    this.ofService.set(key, kept + 1)
    if (isEstablished) this.sampled++
    else this.sampledAttempts++
    return true
  }

  private growRecords(): void {
    const grown = new Uint32Array(this.u32.length * 2)
    grown.set(this.u32)
    this.u32 = grown
    this.f64 = new Float64Array(grown.buffer)
  }

  private growRsts(): void {
    const grown = new Uint32Array(this.rstU32.length * 2)
    grown.set(this.rstU32)
    this.rstU32 = grown
    this.rstF64 = new Float64Array(grown.buffer)
  }
}
