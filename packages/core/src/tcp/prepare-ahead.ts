import { headsReader } from './heads-ahead.ts'
import * as K from './kernel-layout.ts'
import { kernelOf, type AheadJob } from './kernel.ts'

export type { AheadJob }

/** Fills a part of the memory with the input's bytes from `offset` on, and returns how many; 0: there are no more. */
export type Read = (into: Uint8Array, offset: number) => number

/**
 * Reads a capture and prepares its records (packages/core/kernel/prepare.ts) in memory that is shared with the thread
 * that takes them, some slots ahead of it. Runs in a thread of its own and waits there, until all is read or the other
 * thread ends it.
 *
 * @param job what `Input.prepareAhead` was given
 */
export function prepareAhead(job: AheadJob, read: Read): void {
  const words = new Int32Array(job.memory.buffer, 0, K.CONTROL_BYTES / 4)
  try {
    const fill = slotFiller(job, read)
    const readHeads = headsReader(job, read)
    change(words, K.AHEAD_READY)
    Atomics.wait(words, K.A_STATE >> 2, K.AHEAD_READY)
    while (waitForRoom(words) && fill()) readHeads()
  } catch {
    change(words, K.AHEAD_FAILED)
  }
}

/**
 * What fills the next slot, which must be empty, each time it is called; false when that was the last one. What is
 * read and prepared is as the other thread would have done it.
 */
export function slotFiller(job: AheadJob, read: Read): () => boolean {
  const { prepare } = kernelOf(job)
  const { buffer } = job.memory
  const bytes = new Uint8Array(buffer)
  const control = new DataView(buffer, 0, K.CONTROL_BYTES)
  const words = new Int32Array(buffer, 0, K.CONTROL_BYTES / 4)
  let filled = 0
  let offset = Number.NaN
  // Of a record that the slot before cuts, to be read with what follows it.
  let restAt = 0
  let rest = 0
  let isPreparing = true
  return () => {
    if (filled === 0) offset = control.getFloat64(K.A_START, true)
    const slot = filled % K.AHEAD_SLOTS
    const at = K.AHEAD_AT + slot * K.AHEAD_SLOT_BYTES
    bytes.copyWithin(at, restAt, restAt + rest)
    const length = rest + read(bytes.subarray(at + rest, at + K.AHEAD_BYTES), offset + rest)
    const isEnd = length === rest
    const out = at + K.AHEAD_BYTES
    let used = length
    const list = out + K.AHEAD_RECORDS * K.RECORD_BYTES
    let end = out
    let listedTo = list
    if (isPreparing) {
      end = prepare(K.AHEAD_LAYOUT_AT, at, at + length, out, K.AHEAD_RECORDS, true)
      listedTo = control.getInt32(K.AHEAD_LAYOUT_AT + K.P_LISTED_TO, true)
      const next = control.getInt32(K.AHEAD_LAYOUT_AT + K.P_NEXT, true) - at
      // What the layout does not tell how to pass over, and a record larger than a slot: the other thread finds its way.
      const isStuck = control.getInt32(K.AHEAD_LAYOUT_AT + K.P_STATUS, true) !== K.STATUS_END
      isPreparing = !isStuck && length - next < K.AHEAD_BYTES
      if (isPreparing && !isEnd) used = next
    }
    const head = K.A_SLOTS + slot * K.A_SLOT_BYTES
    control.setInt32(head + K.A_BYTES, used, true)
    control.setInt32(head + K.A_RECORDS, (end - out) / K.RECORD_BYTES, true)
    control.setInt32(head + K.A_LISTED, (listedTo - list) / 4, true)
    restAt = at + used
    rest = length - used
    offset += used
    Atomics.store(words, K.A_FILLED >> 2, ++filled)
    Atomics.notify(words, K.A_FILLED >> 2)
    if (isEnd) change(words, K.AHEAD_DONE)
    return !isEnd
  }
}

/** Waits for a slot that is empty, and then until some are; false when the other thread wants no more. */
function waitForRoom(words: Int32Array): boolean {
  let wanted = 1
  while (Atomics.load(words, K.A_STATE >> 2) === K.AHEAD_READING) {
    const emptied = Atomics.load(words, K.A_EMPTIED >> 2)
    const filled = Atomics.load(words, K.A_FILLED >> 2)
    if (filled - emptied <= K.AHEAD_SLOTS - wanted) return true
    wanted = K.AHEAD_SLOTS_AT_ONCE
    Atomics.wait(words, K.A_EMPTIED >> 2, emptied)
  }
  return false
}

function change(words: Int32Array, state: number): void {
  Atomics.store(words, K.A_STATE >> 2, state)
  Atomics.notify(words, K.A_STATE >> 2)
}
