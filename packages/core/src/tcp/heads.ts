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
  /** All of the buffer that the latest head came from. */
  private source: Uint8Array = new Uint8Array(0)

  remember(row: number, which: number, view: DataView, offset: number, length: number): void {
    const slot = row * HEADS_PER_ROW + which
    if (slot >= this.lengths.length) this.grow(slot)
    const kept = Math.min(length, HEAD_BYTES)
    this.lengths[slot] = kept
    if (view.buffer !== this.source.buffer) this.source = new Uint8Array(view.buffer)
    const { bytes, source } = this
    const from = view.byteOffset + offset
    const to = slot * HEAD_BYTES
    // Byte by byte, for most are short, and views of the parts would be two objects for each head.
    for (let index = 0; index < kept; index++) bytes[to + index] = source[from + index] as number
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
    const source = from * HEADS_PER_ROW
    const target = to * HEADS_PER_ROW
    const last = Math.max(source, target) + HEADS_PER_ROW - 1
    if (last >= this.lengths.length) this.grow(last)
    for (let which = 0; which < HEADS_PER_ROW; which++) {
      const start = (source + which) * HEAD_BYTES
      const length = this.lengths[source + which] as number
      this.bytes.copyWithin((target + which) * HEAD_BYTES, start, start + length)
      this.lengths[target + which] = length
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
