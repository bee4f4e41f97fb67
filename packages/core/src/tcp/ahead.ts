import * as K from './kernel-layout.ts'
import type { AheadJob } from './kernel.ts'

/** What another thread filled: bytes of the input, and how many records of them are prepared, from where on. */
export interface AheadSlot {
  readonly bytes: Uint8Array
  readonly recordsFrom: number
  readonly recordsTo: number
  /** The list of those that begin or end a connection. */
  readonly listedFrom: number
  readonly listedTo: number
}

/** A slot that is filled now; whether to wait for one; or that there will be none. */
type Next = AheadSlot | 'wait' | 'end' | 'failed'

/** The taking side of `prepareAhead`. */
export class Ahead {
  readonly job: AheadJob
  private readonly control: DataView
  private readonly words: Int32Array
  private taken = 0

  constructor(job: AheadJob) {
    const { buffer } = job.memory
    this.job = job
    this.control = new DataView(buffer, 0, K.CONTROL_BYTES)
    this.words = new Int32Array(buffer, 0, K.CONTROL_BYTES / 4)
    for (const place of [K.A_STATE, K.A_FILLED, K.A_EMPTIED]) Atomics.store(this.words, place >> 2, 0)
  }

  /** Whether the thread runs, and can be told where to begin. */
  get isReady(): boolean {
    return this.state === K.AHEAD_READY
  }

  /** @param offset of a record in the input */
  begin(offset: number): void {
    this.control.setFloat64(K.A_START, offset, true)
    this.change(K.AHEAD_READING)
  }

  /** The next slot, which is the other thread's again when the one after it is asked for. */
  next(): Next {
    const { words, control, taken } = this
    if (taken % K.AHEAD_SLOTS_AT_ONCE === 0 && taken > 0) {
      Atomics.store(words, K.A_EMPTIED >> 2, taken)
      Atomics.notify(words, K.A_EMPTIED >> 2)
    }
    if (this.isEmpty) {
      const { state } = this
      if (state === K.AHEAD_READING) return 'wait'
      // The last slot is filled before the thread says that it is done.
      if (this.isEmpty) return state === K.AHEAD_DONE ? 'end' : 'failed'
    }
    const slot = taken % K.AHEAD_SLOTS
    const head = K.A_SLOTS + slot * K.A_SLOT_BYTES
    const at = K.AHEAD_AT + slot * K.AHEAD_SLOT_BYTES
    const recordsFrom = at + K.AHEAD_BYTES
    const listedFrom = recordsFrom + K.AHEAD_RECORDS * K.RECORD_BYTES
    this.taken++
    return {
      bytes: new Uint8Array(this.job.memory.buffer, at, control.getInt32(head + K.A_BYTES, true)),
      recordsFrom,
      recordsTo: recordsFrom + control.getInt32(head + K.A_RECORDS, true) * K.RECORD_BYTES,
      listedFrom,
      listedTo: listedFrom + control.getInt32(head + K.A_LISTED, true) * 4,
    }
  }

  /** Blocks until a slot is filled, or for so long. */
  wait(milliseconds: number): void {
    Atomics.wait(this.words, K.A_FILLED >> 2, this.taken, milliseconds)
  }

  /** The thread has ended, whether it had done its work or not. */
  lose(): void {
    if (this.state === K.AHEAD_DONE) return
    this.change(K.AHEAD_FAILED)
  }

  /** The thread is to end. */
  end(): void {
    this.change(K.AHEAD_ENDED)
    // Another number, so that a thread that is about to wait for this one does not.
    Atomics.store(this.words, K.A_EMPTIED >> 2, -1)
    Atomics.notify(this.words, K.A_EMPTIED >> 2)
  }

  /** Whether no slot is filled now. */
  get isEmpty(): boolean {
    return Atomics.load(this.words, K.A_FILLED >> 2) === this.taken
  }

  private get state(): number {
    return Atomics.load(this.words, K.A_STATE >> 2)
  }

  private change(state: number): void {
    Atomics.store(this.words, K.A_STATE >> 2, state)
    Atomics.notify(this.words, K.A_STATE >> 2)
  }
}
