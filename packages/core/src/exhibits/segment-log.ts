/** How many segments are kept, and how many of them from the beginning and up to the end without a gap. */
export interface LogRoom {
  readonly most: number
  readonly head: number
  readonly tail: number
}

/** One line that begins in a segment, by the segment's number in the connection. */
interface Head {
  readonly ordinal: number
  readonly protocol: 'http' | 'tls'
  readonly text: string
}

const MAX_HEADS = 400
/** Segments before and after a notable one that stay with it. */
const BEFORE = 4
const AFTER = 4

// One segment's numbers, from its row's start.
const WORDS = 9
export const FRAME = 0
export const TIME_NS = 1
/** Flags in bits 0–7, direction in bit 8, marks from bit 16. */
export const SHAPE = 2
export const SEQ = 3
export const ACK = 4
export const LENGTH = 5
export const WINDOW = 6
/** Number of the segment in the connection, from 0: what is missing between two was left out. */
export const ORDINAL = 7
const NOTABLE = 8

/**
 * The segments of one connection in one array, a row each. When there is no room, those between beginning and end are thinned, plain ones first and
 * evenly; what is notable, and its neighbours, stay as long as there is room for them.
 */
export class SegmentLog {
  count = 0
  /** Segments that were ever added. */
  seen = 0
  readonly heads: Head[] = []
  /** From this segment of the connection on, frames are of this input. */
  readonly parts: {
    readonly ordinal: number
    readonly input: number
    readonly stream: number | undefined
  }[] = []
  private readonly rows: number[] = []
  private readonly room: LogRoom
  private stride = 1
  private notableUntil = -1

  constructor(room: LogRoom) {
    this.room = room
  }

  add(
    frame: number,
    timeNs: number,
    shape: number,
    seq: number,
    ack: number,
    length: number,
    window: number,
    isNotable: boolean,
  ): void {
    if (this.count === this.room.most) this.thin()
    const ordinal = this.seen++
    if (isNotable) {
      for (let at = Math.max(0, this.count - BEFORE); at < this.count; at++)
        this.rows[at * WORDS + NOTABLE] = 1
      this.notableUntil = this.seen + AFTER
    }
    const stays = isNotable || this.seen <= this.notableUntil ? 1 : 0
    this.rows.push(frame, timeNs, shape, seq, ack, length, window, ordinal, stays)
    this.count++
  }

  /** A line that begins in the segment that is added next. */
  head(protocol: Head['protocol'], text: string): void {
    if (this.heads.length < MAX_HEADS) this.heads.push({ ordinal: this.seen, protocol, text })
  }

  enter(input: number, stream: number | undefined): void {
    this.parts.push({ ordinal: this.seen, input, stream })
  }

  /** One number of every segment. */
  column(word: number): number[] {
    return Array.from({ length: this.count }, (_, at) => this.rows[at * WORDS + word] ?? 0)
  }

  private thin(): void {
    const from = this.room.head
    const to = this.count - this.room.tail
    const wanted = Math.ceil((to - from) / 4)
    let plain = 0
    for (let at = from; at < to; at++) plain += 1 - (this.rows[at * WORDS + NOTABLE] ?? 0)
    // Where nearly all is notable, it is thinned like the rest.
    const spares = plain >= wanted
    let freed = this.drop(from, to, spares)
    while (freed < wanted) {
      this.stride *= 2
      freed += this.drop(from, this.count - this.room.tail, spares)
    }
  }

  /** Leaves out what is not on the stride; returns how many that were. */
  private drop(from: number, to: number, spares: boolean): number {
    const { rows } = this
    let kept = from
    for (let at = from; at < this.count; at++) {
      const row = at * WORDS
      const stays =
        at >= to || (spares && rows[row + NOTABLE] === 1) || (rows[row + ORDINAL] ?? 0) % this.stride === 0
      if (!stays) continue
      if (kept !== at) rows.copyWithin(kept * WORDS, row, row + WORDS)
      kept++
    }
    const dropped = this.count - kept
    rows.length = kept * WORDS
    this.count = kept
    return dropped
  }
}
