/**
 * A container format that is read record by record from chunks of any size.
 * `consume` reads whole records from `start` and returns where the first incomplete one begins; `needBytes` then says
 * how many bytes that record wants at least (more than were there), and `skipBytes` how many bytes after the
 * returned position are to be passed over unseen.
 */
export interface RecordDecoder {
  needBytes: number
  skipBytes: number
  /** No byte after this point is trusted; the rest of the input is passed over. */
  stopped: boolean
  consume(view: DataView, start: number, end: number, fileOffsetOfView: number): number
}

const FIRST_PENDING_BYTES = 65_536

/** Joins records that straddle chunks; records inside one chunk are read in place, without a copy. */
export class RecordFeeder {
  private readonly decoder: RecordDecoder
  private pending = new Uint8Array(FIRST_PENDING_BYTES)
  private pendingLength = 0
  /** Bytes received so far, pending ones included. */
  received = 0

  constructor(decoder: RecordDecoder) {
    this.decoder = decoder
  }

  push(chunk: Uint8Array): void {
    const decoder = this.decoder
    let position = 0
    const base = this.received
    this.received += chunk.length
    while (this.pendingLength > 0) {
      if (decoder.stopped) return
      const wanted = Math.min(decoder.needBytes - this.pendingLength, chunk.length - position)
      this.keep(chunk, position, position + wanted)
      position += wanted
      if (this.pendingLength < decoder.needBytes) return
      const view = new DataView(this.pending.buffer, 0, this.pendingLength)
      const used = decoder.consume(view, 0, this.pendingLength, base + position - this.pendingLength)
      if (used > 0) this.pendingLength = 0
    }
    while (!decoder.stopped && position < chunk.length) {
      if (decoder.skipBytes > 0) {
        const skipped = Math.min(decoder.skipBytes, chunk.length - position)
        decoder.skipBytes -= skipped
        position += skipped
        continue
      }
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
      position = decoder.consume(view, position, chunk.length, base)
      if (decoder.skipBytes > 0) continue
      if (position < chunk.length && !decoder.stopped) this.keep(chunk, position, chunk.length)
      return
    }
  }

  /**
   * How many bytes at least an unfinished record lacks at the end of the input, and where it begins; of one that is passed
   * over unseen, where it breaks off.
   */
  get unfinished(): { readonly missing: number; readonly offset: number } | undefined {
    const { needBytes, skipBytes, stopped } = this.decoder
    if (stopped || this.pendingLength + skipBytes === 0) return undefined
    const missing = skipBytes > 0 ? skipBytes : needBytes - this.pendingLength
    return { missing, offset: this.received - this.pendingLength }
  }

  /** Forgets the bytes of the unfinished record, which will come again, and returns where it begins. */
  giveBack(): number {
    this.received -= this.pendingLength
    this.pendingLength = 0
    return this.received
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    const length = this.pendingLength + to - from
    if (length > this.pending.length) {
      const grown = new Uint8Array(Math.max(length, this.pending.length * 2))
      grown.set(this.pending.subarray(0, this.pendingLength))
      this.pending = grown
    }
    this.pending.set(chunk.subarray(from, to), this.pendingLength)
    this.pendingLength = length
  }
}
