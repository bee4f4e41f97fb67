/** How much of an exchange's first payload is kept to recognise it: a request line, a status line, Content-Length. */
export const HEAD_BYTES = 384

/** Which of a connection's heads: of each direction the latest exchange's and the very first payload. */
const HEADS_PER_ROW = 4

/**
 * Keeps heads of inputs that cannot be read again. Where an input can be read at random, the row's file offsets are
 * enough and nothing is copied.
 */
export class HeadSlab {
  private bytes = new Uint8Array(0)
  private lengths = new Uint16Array(0)

  remember(row: number, which: number, view: DataView, offset: number, length: number): void {
    const slot = row * HEADS_PER_ROW + which
    if (slot >= this.lengths.length) this.grow(slot)
    const kept = Math.min(length, HEAD_BYTES)
    this.lengths[slot] = kept
    // Where nothing was captured, the offset may lie beyond the end.
    if (kept > 0)
      this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + offset, kept), slot * HEAD_BYTES)
  }

  /** The head, valid until the row is used again; empty when none was kept. */
  get(row: number, which: number): Uint8Array {
    const slot = row * HEADS_PER_ROW + which
    const start = slot * HEAD_BYTES
    return this.bytes.subarray(start, start + (this.lengths[slot] ?? 0))
  }

  forget(row: number): void {
    const slot = row * HEADS_PER_ROW
    if (slot < this.lengths.length) this.lengths.fill(0, slot, slot + HEADS_PER_ROW)
  }

  move(from: number, to: number): void {
    for (let which = 0; which < HEADS_PER_ROW; which++) {
      const head = this.get(from, which)
      const view = new DataView(head.buffer, head.byteOffset, head.length)
      this.remember(to, which, view, 0, head.length)
    }
    this.forget(from)
  }

  private grow(slot: number): void {
    const slots = Math.max(1024, this.lengths.length * 2, slot + HEADS_PER_ROW)
    const bytes = new Uint8Array(slots * HEAD_BYTES)
    bytes.set(this.bytes)
    this.bytes = bytes
    const lengths = new Uint16Array(slots)
    lengths.set(this.lengths)
    this.lengths = lengths
  }
}
