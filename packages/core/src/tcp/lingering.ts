import type { Kernel } from './kernel.ts'
import * as K from './kernel-layout.ts'
import { F_LAST_NS, F_QUEUED_NS, U_QUEUE_NEXT, U_QUEUE_PREVIOUS } from './row.ts'
import type { Rows } from './rows.ts'
import { LINGER_NS } from './table-limits.ts'

/**
 * The closed connections in the order in which their rows will be recycled: a list through the rows themselves, so
 * that whoever closes or recycles one touches nothing else. The kernel keeps the same list.
 */
export class Lingering {
  private readonly rows: Rows
  /** Row+1 of the one that is looked at next, and of the latest; 0: none. */
  private head = 0
  private tail = 0

  constructor(rows: Rows) {
    this.rows = rows
  }

  /** The row that is looked at next, or −1. */
  get first(): number {
    return this.head - 1
  }

  /** Since when the row waits. */
  queuedNs(row: number): number {
    return this.rows.f64[(row >> 1) + F_QUEUED_NS] as number
  }

  /** A connection that goes on after a reset is heard after it was queued. */
  lastHeardNs(row: number): number {
    const queuedNs = this.queuedNs(row)
    const lastNs = this.rows.f64[(row >> 1) + F_LAST_NS] as number
    return lastNs > queuedNs ? lastNs : queuedNs
  }

  isOver(row: number, nowNs: number): boolean {
    return nowNs - this.lastHeardNs(row) >= LINGER_NS
  }

  push(row: number, timeNs: number): void {
    const { i32, f64 } = this.rows
    f64[(row >> 1) + F_QUEUED_NS] = timeNs
    i32[row + U_QUEUE_NEXT] = 0
    i32[row + U_QUEUE_PREVIOUS] = this.tail
    if (this.tail === 0) this.head = row + 1
    else i32[this.tail - 1 + U_QUEUE_NEXT] = row + 1
    this.tail = row + 1
  }

  remove(row: number): void {
    const { i32 } = this.rows
    const next = i32[row + U_QUEUE_NEXT] as number
    const previous = i32[row + U_QUEUE_PREVIOUS] as number
    if (previous === 0) this.head = next
    else i32[previous - 1 + U_QUEUE_NEXT] = next
    if (next === 0) this.tail = previous
    else i32[next - 1 + U_QUEUE_PREVIOUS] = previous
  }

  /** For a run of the kernel, which goes on with the list … */
  lendTo({ control }: Kernel): void {
    control.setInt32(K.C_LINGERING_HEAD, this.head, true)
    control.setInt32(K.C_LINGERING_TAIL, this.tail, true)
  }

  /** … and what it made of it. */
  takeBackFrom({ control }: Kernel): void {
    this.head = control.getInt32(K.C_LINGERING_HEAD, true)
    this.tail = control.getInt32(K.C_LINGERING_TAIL, true)
  }
}
