import type { Kernel } from './kernel.ts'
import * as K from './kernel-layout.ts'
import { ROW_WORDS, STATE_CLOSING, U_ADDRESS_A, U_ADDRESS_B, U_META, U_PORTS, U_STATE } from './row.ts'
import { RowTable } from './row-table.ts'
import { SPARE_ROWS } from './table-limits.ts'

const FIRST_ROWS = 1024
/**
 * Where the first row begins. Memory from the C library's allocator, which Node uses, begins 16 bytes after a page:
 * with 48 more, what a segment touches is 3 cache lines and not 5.
 */
const FIRST_ROW = 12
/** `U_META` of a row that holds no connection. */
const FREE = -1
/** A free row's link to the next free one. */
const U_NEXT_FREE = U_ADDRESS_A

/**
 * The rows of the live connections, open ones and closed ones that are still watched. A row is named by the index of
 * its first word. Keys are four 32-bit numbers with a sign; their `tagOf` comes with them, because whoever looks for a
 * row has computed it already.
 *
 * The two kinds have their own tables and their own memory: what a thousand open connections need stays in the cache
 * however many closed ones there are. Measured: 1.5 to 1.1 s for 9.6 million packets.
 */
export class Rows {
  u32 = new Uint32Array(FIRST_ROW + FIRST_ROWS * ROW_WORDS)
  i32 = new Int32Array(this.u32.buffer)
  f64 = new Float64Array(this.u32.buffer)
  readonly open = new RowTable()
  private readonly closed = new RowTable()
  /** Number of rows ever in use at once: a clock hand turns over these. */
  extent = 0
  /** Rows to use again, each naming the next (row+1, 0 at the end): of open connections the latest freed comes first … */
  private freeOpen = 0
  private freeOpenCount = 0
  /** … of closed ones the earliest, so that they follow each other in memory in the order in which they closed. */
  private freeClosed = 0
  private freeClosedTail = 0
  private freeClosedCount = 0

  private kernel: Kernel | undefined

  get live(): number {
    return this.open.count + this.closed.count
  }

  /** From now on rows and slots are in the kernel's memory. The arrays are replaced. */
  moveTo(kernel: Kernel): void {
    const { u32 } = this
    this.kernel = kernel
    this.see(kernel.rows(u32.length))
    this.u32.set(u32)
    this.open.moveTo(kernel, K.SLOTS_AT)
    this.closed.moveTo(kernel, K.CLOSED_SLOTS_AT)
  }

  /** For a run of the kernel, which adds, closes and removes rows as this class does … */
  lendTo({ control }: Kernel): void {
    control.setInt32(K.C_MASK, this.open.mask, true)
    control.setInt32(K.C_OPEN_COUNT, this.open.count, true)
    control.setInt32(K.C_CLOSED_MASK, this.closed.mask, true)
    control.setInt32(K.C_CLOSED_COUNT, this.closed.count, true)
    control.setInt32(K.C_FREE_OPEN, this.freeOpen, true)
    control.setInt32(K.C_FREE_OPEN_COUNT, this.freeOpenCount, true)
    control.setInt32(K.C_FREE_CLOSED, this.freeClosed, true)
    control.setInt32(K.C_FREE_CLOSED_TAIL, this.freeClosedTail, true)
    control.setInt32(K.C_FREE_CLOSED_COUNT, this.freeClosedCount, true)
    control.setInt32(K.C_NEXT_ROW, this.rowAt(this.extent), true)
    control.setInt32(K.C_ROW_WORDS, this.i32.length, true)
  }

  /** … and what it made of them. */
  takeBackFrom({ control }: Kernel): void {
    this.open.count = control.getInt32(K.C_OPEN_COUNT, true)
    this.closed.count = control.getInt32(K.C_CLOSED_COUNT, true)
    this.freeOpen = control.getInt32(K.C_FREE_OPEN, true)
    this.freeOpenCount = control.getInt32(K.C_FREE_OPEN_COUNT, true)
    this.freeClosed = control.getInt32(K.C_FREE_CLOSED, true)
    this.freeClosedTail = control.getInt32(K.C_FREE_CLOSED_TAIL, true)
    this.freeClosedCount = control.getInt32(K.C_FREE_CLOSED_COUNT, true)
    this.extent = this.indexOf(control.getInt32(K.C_NEXT_ROW, true))
  }

  /** Memory for so many rows more, so that the arrays stay where they are until these are used. */
  reserve(count: number): void {
    while (this.rowAt(this.extent + count) > this.i32.length) this.grow()
  }

  /** The name of the `index`th row. */
  rowAt(index: number): number {
    return FIRST_ROW + index * ROW_WORDS
  }

  indexOf(row: number): number {
    return (row - FIRST_ROW) / ROW_WORDS
  }

  /** The row of this key, or −1. */
  find(tag: number, a: number, b: number, ports: number, meta: number): number {
    const open = this.probe(this.open, tag, a, b, ports, meta)
    return open >= 0 ? open : this.probe(this.closed, tag, a, b, ports, meta)
  }

  /** A zeroed row for a key that has none. The arrays may be replaced by larger ones. */
  add(tag: number, a: number, b: number, ports: number, meta: number): number {
    const row = this.takeOpen()
    const { i32 } = this
    i32.fill(0, row, row + ROW_WORDS)
    i32[row + U_ADDRESS_A] = a
    i32[row + U_ADDRESS_B] = b
    i32[row + U_PORTS] = ports
    i32[row + U_META] = meta
    this.open.place(tag, row)
    return row
  }

  /** Moves the row to the closed ones and returns its new name. The arrays may be replaced by larger ones. */
  close(row: number): number {
    const to = this.takeClosed()
    const tag = this.tagOfRow(row)
    const { i32 } = this
    i32.copyWithin(to, row, row + ROW_WORDS)
    i32[to + U_STATE] = (i32[to + U_STATE] as number) | STATE_CLOSING
    this.closed.place(tag, to)
    this.open.remove(tag, row)
    this.giveOpen(row)
    return to
  }

  /** Takes the row out of its table. */
  remove(row: number): void {
    const tag = this.tagOfRow(row)
    if (((this.i32[row + U_STATE] as number) & STATE_CLOSING) === 0) {
      this.open.remove(tag, row)
      this.giveOpen(row)
    } else {
      this.closed.remove(tag, row)
      this.giveClosed(row)
    }
  }

  /** Whether the row holds no connection. */
  isFree(row: number): boolean {
    return this.i32[row + U_META] === FREE
  }

  /** Calls back with every live row, in the order of their names. Rows must not be added meanwhile. */
  forEach(callback: (row: number) => void): void {
    const { i32, extent } = this
    const end = this.rowAt(extent)
    for (let row = this.rowAt(0); row < end; row += ROW_WORDS) if (i32[row + U_META] !== FREE) callback(row)
  }

  private probe(table: RowTable, tag: number, a: number, b: number, ports: number, meta: number): number {
    const { slots, mask } = table
    const { i32 } = this
    let slot = tag & mask
    for (;;) {
      const row = (slots[slot * 2 + 1] as number) - 1
      if (row < 0) return -1
      if (
        slots[slot * 2] === tag &&
        i32[row + U_ADDRESS_A] === a &&
        i32[row + U_ADDRESS_B] === b &&
        i32[row + U_PORTS] === ports &&
        i32[row + U_META] === meta
      )
        return row
      slot = (slot + 1) & mask
    }
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

  private takeOpen(): number {
    if (this.freeOpenCount > 0) return this.popOpen()
    return this.freeClosedCount > SPARE_ROWS ? this.shiftClosed() : this.fresh()
  }

  private popOpen(): number {
    const row = this.freeOpen - 1
    this.freeOpen = this.i32[row + U_NEXT_FREE] as number
    this.freeOpenCount--
    return row
  }

  private giveOpen(row: number): void {
    this.i32[row + U_META] = FREE
    this.i32[row + U_NEXT_FREE] = this.freeOpen
    this.freeOpen = row + 1
    this.freeOpenCount++
  }

  private takeClosed(): number {
    if (this.freeClosedCount > 0) return this.shiftClosed()
    return this.freeOpenCount > SPARE_ROWS ? this.popOpen() : this.fresh()
  }

  private giveClosed(row: number): void {
    const { i32 } = this
    i32[row + U_META] = FREE
    i32[row + U_NEXT_FREE] = 0
    if (this.freeClosedCount === 0) this.freeClosed = row + 1
    else i32[this.freeClosedTail + U_NEXT_FREE] = row + 1
    this.freeClosedTail = row
    this.freeClosedCount++
  }

  private shiftClosed(): number {
    const row = this.freeClosed - 1
    this.freeClosed = this.i32[row + U_NEXT_FREE] as number
    this.freeClosedCount--
    return row
  }

  private fresh(): number {
    const row = this.rowAt(this.extent)
    if (row + ROW_WORDS > this.i32.length) this.grow()
    this.extent++
    return row
  }

  private grow(): void {
    const words = this.u32.length * 2
    if (this.kernel !== undefined) {
      this.see(this.kernel.rows(words))
      return
    }
    const grown = new Uint32Array(words)
    grown.set(this.u32)
    this.see(grown)
  }

  private see(rows: Uint32Array<ArrayBuffer>): void {
    const { buffer, byteOffset, length } = rows
    this.u32 = rows
    this.i32 = new Int32Array(buffer, byteOffset, length)
    this.f64 = new Float64Array(buffer, byteOffset, length / 2)
  }
}

/** A hash of the key, a number with a sign. Its low bits name the slot. */
export function tagOf(a: number, b: number, ports: number, meta: number): number {
  let mixed =
    Math.imul(a, 0x9e3779b1) ^
    Math.imul(b, 0x85ebca6b) ^
    Math.imul(ports, 0xc2b2ae35) ^
    Math.imul(meta, 0x1f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
