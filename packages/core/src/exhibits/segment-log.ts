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

const FIRST_ROOM = 16
const MAX_HEADS = 400
/** Segments before and after a notable one that stay with it. */
const BEFORE = 4
const AFTER = 4

/**
 * The segments of one connection in columns. When there is no room, those between beginning and end are thinned, plain
 * ones first and evenly; what is notable, and its neighbours, stay as long as there is room for them.
 */
export class SegmentLog {
  count = 0
  /** Segments that were ever added. */
  seen = 0
  frame = new Float64Array(FIRST_ROOM)
  timeNs = new Float64Array(FIRST_ROOM)
  /** Flags in bits 0–7, direction in bit 8, marks from bit 16. */
  shape = new Uint32Array(FIRST_ROOM)
  seq = new Uint32Array(FIRST_ROOM)
  ack = new Uint32Array(FIRST_ROOM)
  length = new Uint32Array(FIRST_ROOM)
  window = new Uint32Array(FIRST_ROOM)
  /** Number of the segment in the connection, from 0: what is missing between two was left out. */
  ordinal = new Float64Array(FIRST_ROOM)
  private notable = new Uint8Array(FIRST_ROOM)
  readonly heads: Head[] = []
  /** From this segment of the connection on, frames are of this input. */
  readonly parts: {
    readonly ordinal: number
    readonly input: number
    readonly stream: number | undefined
  }[] = []
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
    if (this.count === this.frame.length) this.grow()
    const at = this.count++
    this.frame[at] = frame
    this.timeNs[at] = timeNs
    this.shape[at] = shape
    this.seq[at] = seq
    this.ack[at] = ack
    this.length[at] = length
    this.window[at] = window
    this.ordinal[at] = this.seen++
    if (isNotable) {
      this.notable.fill(1, Math.max(0, at - BEFORE), at)
      this.notableUntil = this.seen + AFTER
    }
    this.notable[at] = isNotable || this.seen <= this.notableUntil ? 1 : 0
  }

  /** A line that begins in the segment that is added next. */
  head(protocol: Head['protocol'], text: string): void {
    if (this.heads.length < MAX_HEADS) this.heads.push({ ordinal: this.seen, protocol, text })
  }

  enter(input: number, stream: number | undefined): void {
    this.parts.push({ ordinal: this.seen, input, stream })
  }

  private thin(): void {
    const from = this.room.head
    const to = this.count - this.room.tail
    const wanted = Math.ceil((to - from) / 4)
    let plain = 0
    for (let at = from; at < to; at++) plain += 1 - (this.notable[at] ?? 0)
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
    let kept = from
    for (let at = from; at < this.count; at++) {
      const stays =
        at >= to || (spares && this.notable[at] === 1) || (this.ordinal[at] ?? 0) % this.stride === 0
      if (!stays) continue
      if (kept !== at) this.move(at, kept)
      kept++
    }
    const dropped = this.count - kept
    this.count = kept
    return dropped
  }

  private move(from: number, to: number): void {
    this.frame[to] = this.frame[from] ?? 0
    this.timeNs[to] = this.timeNs[from] ?? 0
    this.shape[to] = this.shape[from] ?? 0
    this.seq[to] = this.seq[from] ?? 0
    this.ack[to] = this.ack[from] ?? 0
    this.length[to] = this.length[from] ?? 0
    this.window[to] = this.window[from] ?? 0
    this.ordinal[to] = this.ordinal[from] ?? 0
    this.notable[to] = this.notable[from] ?? 0
  }

  private grow(): void {
    const room = Math.min(this.frame.length * 2, this.room.most)
    this.frame = grown(this.frame, new Float64Array(room))
    this.timeNs = grown(this.timeNs, new Float64Array(room))
    this.shape = grown(this.shape, new Uint32Array(room))
    this.seq = grown(this.seq, new Uint32Array(room))
    this.ack = grown(this.ack, new Uint32Array(room))
    this.length = grown(this.length, new Uint32Array(room))
    this.window = grown(this.window, new Uint32Array(room))
    this.ordinal = grown(this.ordinal, new Float64Array(room))
    this.notable = grown(this.notable, new Uint8Array(room))
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
