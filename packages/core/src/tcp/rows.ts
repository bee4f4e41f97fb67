import {
  ROW_WORDS,
  STATE_CLOSING,
  U_ADDRESS_A,
  U_ADDRESS_B,
  U_META,
  U_PORTS,
  U_QUEUE,
  U_STATE,
} from './row.ts'

const FIRST_ROWS = 1024
/** Tag and row+1 per slot, and at most every second slot used. */
const SLOT_WORDS = 2
const SLOTS_PER_ROW = 2
/** `U_META` of a row that holds no connection. */
const FREE = -1
/** A free row's link to the next free one. */
const U_NEXT_FREE = U_QUEUE
/** Rows that the open and the closed connections do not lend each other. */
const SPARE_ROWS = 4096

/**
 * The rows of the live connections and the hash table that finds them (open addressing, linear probing, removal by
 * shifting back). A row is named by the index of its first word in `u32`. Keys are four 32-bit numbers with a sign;
 * their `tagOf` comes with them, because whoever looks for a row has computed it already.
 */
export class Rows {
  u32 = new Uint32Array(FIRST_ROWS * ROW_WORDS)
  i32 = new Int32Array(this.u32.buffer)
  f64 = new Float64Array(this.u32.buffer)
  live = 0
  /** For whoever probes by itself: pairs of tag and row+1, 0 where the slot is empty. */
  slots = new Int32Array(FIRST_ROWS * SLOTS_PER_ROW * SLOT_WORDS)
  slotMask = FIRST_ROWS * SLOTS_PER_ROW - 1
  private used = 0
  /** Rows to use again, each naming the next (row+1, 0 at the end): of open connections the latest freed comes first … */
  private freeOpen = 0
  private freeOpenCount = 0
  /** … of closed ones the earliest, so that they follow each other in memory in the order in which they closed. */
  private freeClosed = 0
  private freeClosedTail = 0
  private freeClosedCount = 0

  /** The row of this key, or −1. */
  find(tag: number, a: number, b: number, ports: number, meta: number): number {
    const mask = this.slotMask
    const { slots, i32 } = this
    let slot = tag & mask
    for (;;) {
      const row = (slots[slot * SLOT_WORDS + 1] as number) - 1
      if (row < 0) return -1
      if (
        slots[slot * SLOT_WORDS] === tag &&
        i32[row + U_ADDRESS_A] === a &&
        i32[row + U_ADDRESS_B] === b &&
        i32[row + U_PORTS] === ports &&
        i32[row + U_META] === meta
      )
        return row
      slot = (slot + 1) & mask
    }
  }

  /** A zeroed row for a key that has none. The arrays may be replaced by larger ones. */
  add(tag: number, a: number, b: number, ports: number, meta: number): number {
    const row = this.takeOpen()
    const { i32 } = this
    i32[row + U_ADDRESS_A] = a
    i32[row + U_ADDRESS_B] = b
    i32[row + U_PORTS] = ports
    i32[row + U_META] = meta
    this.live++
    if (this.live * SLOTS_PER_ROW > this.slotMask) this.growSlots()
    this.place(tag, row)
    return row
  }

  /** Takes the row out of the table; its words stay readable until the next `add`. */
  remove(row: number): void {
    const { slots, slotMask: mask } = this
    let hole = this.tagOfRow(row) & mask
    while (slots[hole * SLOT_WORDS + 1] !== row + 1) hole = (hole + 1) & mask
    let slot = hole
    for (;;) {
      slot = (slot + 1) & mask
      const stored = slots[slot * SLOT_WORDS + 1] as number
      if (stored === 0) break
      const tag = slots[slot * SLOT_WORDS] as number
      // An entry may fill the hole unless its own place lies after the hole.
      if (((slot - (tag & mask)) & mask) < ((slot - hole) & mask)) continue
      slots[hole * SLOT_WORDS] = tag
      slots[hole * SLOT_WORDS + 1] = stored
      hole = slot
    }
    slots[hole * SLOT_WORDS + 1] = 0
    this.live--
    const { i32 } = this
    const isClosed = ((i32[row + U_STATE] as number) & STATE_CLOSING) !== 0
    i32[row + U_META] = FREE
    if (isClosed) this.giveClosed(row)
    else this.giveOpen(row)
  }

  /**
   * Moves a row out of the way of the open ones: what a thousand open connections need then stays in the cache however
   * many closed ones are still watched. Measured: 1.5 to 1.1 s for 9.6 million packets.
   *
   * @returns the row's new name
   */
  close(row: number): number {
    const to = this.takeClosed()
    const { slots, slotMask: mask, i32 } = this
    let slot = this.tagOfRow(row) & mask
    while (slots[slot * SLOT_WORDS + 1] !== row + 1) slot = (slot + 1) & mask
    slots[slot * SLOT_WORDS + 1] = to + 1
    i32.copyWithin(to, row, row + ROW_WORDS)
    i32[to + U_STATE] = (i32[to + U_STATE] as number) | STATE_CLOSING
    i32[row + U_META] = FREE
    this.giveOpen(row)
    return to
  }

  /** Whether the row holds no connection. */
  isFree(row: number): boolean {
    return this.i32[row + U_META] === FREE
  }

  /** Calls back with every live row. Rows must not be added meanwhile. */
  forEach(callback: (row: number) => void): void {
    const rows: number[] = []
    for (let slot = 1; slot < this.slots.length; slot += SLOT_WORDS) {
      const row = (this.slots[slot] as number) - 1
      if (row >= 0) rows.push(row)
    }
    for (const row of rows.toSorted((x, y) => x - y)) callback(row)
  }

  /** Number of rows ever in use at once: a clock hand turns over these. */
  get extent(): number {
    return this.used
  }

  private tagOfRow(row: number): number {
    const { i32 } = this
    return tagOf(
      i32[row + U_ADDRESS_A] as number,
      i32[row + U_ADDRESS_B] as number,
      i32[row + U_PORTS] as number,
      i32[row + U_META] as number,
    )
  }

  private place(tag: number, row: number): void {
    const { slots, slotMask: mask } = this
    let slot = tag & mask
    while (slots[slot * SLOT_WORDS + 1] !== 0) slot = (slot + 1) & mask
    slots[slot * SLOT_WORDS] = tag
    slots[slot * SLOT_WORDS + 1] = row + 1
  }

  private takeOpen(): number {
    const row = this.freeOpen - 1
    if (row < 0) return this.freeClosedCount > SPARE_ROWS ? this.shiftClosed() : this.fresh()
    this.freeOpen = this.i32[row + U_NEXT_FREE] as number
    this.freeOpenCount--
    this.i32.fill(0, row, row + ROW_WORDS)
    return row
  }

  private giveOpen(row: number): void {
    this.i32[row + U_NEXT_FREE] = this.freeOpen
    this.freeOpen = row + 1
    this.freeOpenCount++
  }

  private takeClosed(): number {
    if (this.freeClosedCount > 0) return this.shiftClosed()
    return this.freeOpenCount > SPARE_ROWS ? this.takeOpen() : this.fresh()
  }

  private giveClosed(row: number): void {
    this.i32[row + U_NEXT_FREE] = 0
    if (this.freeClosedCount === 0) this.freeClosed = row + 1
    else this.i32[this.freeClosedTail - 1 + U_NEXT_FREE] = row + 1
    this.freeClosedTail = row + 1
    this.freeClosedCount++
  }

  private shiftClosed(): number {
    const row = this.freeClosed - 1
    this.freeClosed = this.i32[row + U_NEXT_FREE] as number
    this.freeClosedCount--
    this.i32.fill(0, row, row + ROW_WORDS)
    return row
  }

  private fresh(): number {
    if ((this.used + 1) * ROW_WORDS > this.i32.length) this.growRows()
    return this.used++ * ROW_WORDS
  }

  private growRows(): void {
    const grown = new Uint32Array(this.u32.length * 2)
    grown.set(this.u32)
    this.u32 = grown
    this.i32 = new Int32Array(grown.buffer)
    this.f64 = new Float64Array(grown.buffer)
  }

  private growSlots(): void {
    const old = this.slots
    this.slots = new Int32Array(old.length * 2)
    this.slotMask = this.slots.length / SLOT_WORDS - 1
    for (let slot = 0; slot < old.length; slot += SLOT_WORDS) {
      const row = (old[slot + 1] as number) - 1
      if (row >= 0) this.place(old[slot] as number, row)
    }
  }
}

/** A hash of the key, a number with a sign. Its low bits name the slot, higher ones the shard. */
export function tagOf(a: number, b: number, ports: number, meta: number): number {
  let mixed =
    Math.imul(a, 0x9e3779b1) ^
    Math.imul(b, 0x85ebca6b) ^
    Math.imul(ports, 0xc2b2ae35) ^
    Math.imul(meta, 0x1f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
