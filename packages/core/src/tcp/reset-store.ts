import { ROW_WORDS, STATE_ESTABLISHED, U_ADDRESS_A, U_ADDRESS_B, U_PORTS, U_STATE } from './row.ts'
import { serverDirection } from './server-direction.ts'

/** After the row's snapshot: what happened from the first reset on. */
const EXTRA_WORDS = 16
export const RECORD_WORDS = ROW_WORDS + EXTRA_WORDS

/** 1 + word index of the first RST segment in `rstU32`, and how many there were. */
export const U_FIRST_RST = ROW_WORDS
export const U_RST_COUNT = ROW_WORDS + 1
/** Per direction: segments, payload bytes and new acknowledgements after the first reset. */
export const U_AFTER_SEGMENTS = ROW_WORDS + 2
export const U_AFTER_BYTES = ROW_WORDS + 4
export const U_AFTER_ACKS = ROW_WORDS + 6
/** Double index: time of the last segment after the reset. */
export const F_AFTER_NS = ROW_WORDS / 2 + 4
/** Earlier resets that the connection survived: they were followed by new data from both sides. */
export const U_SURVIVED = ROW_WORDS + 10
export const U_TRACK = ROW_WORDS + 11
/** `U_STATE` when the row was given back. */
export const U_FINAL_STATE = ROW_WORDS + 12

/** One RST segment, 16 words. */
const RST_WORDS = 16
export const R_NEXT = 0
export const R_FRAME = 1
export const R_SEQ = 2
export const R_ACK = 3
/** Window field as it stands in the header. */
export const R_WINDOW = 4
/** Bits 0–8 flags, bit 16 timestamps option, bit 17 other options, bit 18 direction. */
export const R_SHAPE = 5
/** TTL in bits 0–7, identification in the upper half. */
export const R_IP = 6
export const R_INTERFACE = 7
export const R_PAYLOAD = 8
export const R_TSVAL = 9
export const R_PAYLOAD_OFFSET = 5
/** Double index: time. */
export const R_TIME_NS = 6
export const R_INPUT = 14

export const RST_TIMESTAMPS = 1 << 16
export const RST_OPTIONS = 1 << 17
export const RST_DIRECTION_B = 1 << 18

/**
 * Connections that were established are kept apart from attempts: a scan of every port must not push out the incident
 * that happened beside it.
 */
const MAX_ESTABLISHED = 24_576
const MAX_ATTEMPTS = 12_288
const MAX_RSTS = 400_000
/** What comes when these are full is another incident, if it is between other ends: of each a sample is kept. */
const MAX_SAMPLED = 6_144
const MAX_SAMPLED_ATTEMPTS = 2_048
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

  /** Word index of a new record holding a copy of the row, or −1 when there is no room. */
  snapshot(rows: Uint32Array, row: number): number {
    const isEstablished = ((rows[row + U_STATE] as number) & STATE_ESTABLISHED) !== 0
    const isFull = isEstablished
      ? this.established >= MAX_ESTABLISHED
      : this.count - this.sampled - this.sampledAttempts - this.established >= MAX_ATTEMPTS
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
    if (this.rstCount >= MAX_RSTS) return -1
    const at = this.rstCount * RST_WORDS
    if (at + RST_WORDS > this.rstU32.length) this.growRsts()
    this.rstCount++
    return at
  }

  private isSampled(rows: Uint32Array, row: number, isEstablished: boolean): boolean {
    if (isEstablished ? this.sampled >= MAX_SAMPLED : this.sampledAttempts >= MAX_SAMPLED_ATTEMPTS)
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
