import { HEAD_BYTES } from './heads.ts'
import * as K from './kernel-layout.ts'
import type { AheadJob } from './kernel.ts'
import type { Read } from './prepare-ahead.ts'
import { RECORD_WORDS } from './reset-record.ts'
import * as L from './row.ts'
import { MAX_RECORDS_WITH_HEADS } from './table-limits.ts'

/** Of a record: the latest head of each direction. */
const HEADS = 2

/**
 * What reads, each time it is called, the heads of the latest exchanges of the connections that the other thread has
 * found reset since: that one reads 6,011 of them in 20 ms, in which this one would wait. A head that is not there, or
 * of which the record was seen half written, the other thread reads itself.
 */
export function headsReader(job: AheadJob, read: Read): () => void {
  const { buffer } = job.memory
  const words = new Int32Array(buffer, 0, K.CONTROL_BYTES / 4)
  const u32 = new Uint32Array(buffer, K.RESETS_AT, MAX_RECORDS_WITH_HEADS * RECORD_WORDS)
  const f64 = new Float64Array(buffer, K.RESETS_AT, u32.length / 2)
  const entries = new DataView(buffer, K.HEADS_AT, MAX_RECORDS_WITH_HEADS * HEADS * K.HEAD_ENTRY_BYTES)
  return () => {
    const input = Atomics.load(words, K.A_INPUT >> 2)
    const count = Math.min(Atomics.load(words, K.C_RESETS >> 2), MAX_RECORDS_WITH_HEADS)
    for (let record = Atomics.load(words, K.A_HEADS >> 2); record < count; record++) {
      const at = record * RECORD_WORDS
      for (let direction = 0; direction < HEADS; direction++) {
        const d = at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
        const entry = (record * HEADS + direction) * K.HEAD_ENTRY_BYTES
        const offset = f64[d / 2 + L.F_HEAD_OFFSET] ?? Number.NaN
        const length = Math.min((u32[d + L.U_HEAD_BYTES] ?? 0) & ~L.HEAD_IS_HTTP, HEAD_BYTES)
        const isWanted = length > 0 && Number.isFinite(offset) && u32[at + L.U_INPUT] === input
        const bytes = new Uint8Array(buffer, K.HEADS_AT + entry + K.H_BYTES, isWanted ? length : 0)
        const isRead = isWanted && read(bytes, offset) === length
        entries.setFloat64(entry + K.H_OFFSET, offset, true)
        entries.setInt32(entry + K.H_LENGTH, isRead ? length : 0, true)
      }
      Atomics.store(words, K.A_HEADS >> 2, record + 1)
    }
  }
}

/** Where in the kernel's memory the head is that begins here in the input, if it was read ahead; −1: it was not. */
export function placeOfHeadAhead(
  control: DataView,
  record: number,
  direction: number,
  offset: number,
  length: number,
): number {
  if (record >= control.getInt32(K.A_HEADS, true)) return -1
  const entry = K.HEADS_AT + (record * HEADS + direction) * K.HEAD_ENTRY_BYTES
  const isIt =
    control.getInt32(entry + K.H_LENGTH, true) === length &&
    control.getFloat64(entry + K.H_OFFSET, true) === offset
  return isIt ? entry + K.H_BYTES : -1
}
