/** Bytes of one frame, or of a part of it. */
export interface FramePiece {
  readonly bytes: Uint8Array
  readonly endsFrame: boolean
}

/** RFC 8878 §3.1.1, §3.1.2. */
const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8]
const RLE_BLOCK = 1

/**
 * Splits a zstd stream into its frames by their structure alone: Node's decompressor stops after the first frame, and
 * takes a stream that breaks off for a whole one. What is no frame is passed on, for the decompressor to refuse.
 */
export class ZstdFrames {
  /** A stream that ends here is cut short. */
  isInFrame = false

  private walk = walkFrame()
  /** Bytes to skip before the number that the walk wants. */
  private ahead = 0
  /** Bytes of that number, those of them that are there, and its value so far. */
  private wanted = 0
  private had = 0
  private value = 0

  constructor() {
    this.goOn()
  }

  *split(chunk: Uint8Array): Generator<FramePiece> {
    let start = 0
    let at = 0
    while (at < chunk.length) {
      this.isInFrame = true
      if (this.ahead > 0) {
        const step = Math.min(this.ahead, chunk.length - at)
        this.ahead -= step
        at += step
      } else {
        this.value += (chunk[at] ?? 0) * 2 ** (8 * this.had)
        this.had += 1
        at += 1
      }
      if (this.ahead > 0 || this.had < this.wanted || !this.goOn()) continue
      yield { bytes: chunk.subarray(start, at), endsFrame: true }
      start = at
      this.isInFrame = false
      this.walk = walkFrame()
      this.goOn()
    }
    if (start < chunk.length) yield { bytes: chunk.subarray(start), endsFrame: false }
  }

  /** Tells the walk what it asked for; true at the end of a frame. */
  private goOn(): boolean {
    for (;;) {
      const next = this.walk.next(this.value)
      this.value = 0
      this.had = 0
      if (next.done === true) return true
      this.ahead = next.value.skip
      this.wanted = next.value.read
      if (this.ahead > 0 || this.wanted > 0) return false
    }
  }
}

/** One frame: asks to skip so many bytes, then to read a little-endian number of so many. */
function* walkFrame(): Generator<{ readonly skip: number; readonly read: number }, void, number> {
  const magic = yield { skip: 0, read: 4 }
  if (magic >= SKIPPABLE_MAGIC && magic <= SKIPPABLE_MAGIC + 15) {
    const length = yield { skip: 0, read: 4 }
    yield { skip: length, read: 0 }
    return
  }
  if (magic !== FRAME_MAGIC) {
    yield { skip: Infinity, read: 0 }
    return
  }
  const descriptor = yield { skip: 0, read: 1 }
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0
  let skip =
    (isSingleSegment ? 0 : 1) +
    (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0) +
    (contentSize === 0 && isSingleSegment ? 1 : contentSize)
  for (;;) {
    const block = yield { skip, read: 3 }
    const isLast = (block & 1) !== 0
    skip = ((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3
    if (isLast) break
  }
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4
  yield { skip: skip + checksumBytes, read: 0 }
}
