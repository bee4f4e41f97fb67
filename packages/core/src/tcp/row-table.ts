import type { Kernel } from './kernel.ts'

/** Tag and row+1 per slot. */
const SLOT_WORDS = 2
const FIRST_SLOTS = 1024

/**
 * A hash table of rows by tag: open addressing, linear probing, removal by shifting back, at most every second slot
 * used. Several rows may have one tag; who looks for a row compares its key.
 */
export class RowTable {
  /** For whoever probes by itself: pairs of tag and row+1, 0 where the slot is empty. */
  slots = new Int32Array(FIRST_SLOTS * SLOT_WORDS)
  mask = FIRST_SLOTS - 1
  count = 0
  private allocate = (words: number): Int32Array<ArrayBuffer> => new Int32Array(words)

  /** From now on the slots are at this place of the kernel's memory, where they have room to grow. */
  moveTo(kernel: Kernel, at: number): void {
    const { slots } = this
    kernel.share((part) => {
      this.allocate = (words) => part(at, words)
      // A view of memory that is gone has no length any more.
      this.slots = part(at, (this.mask + 1) * SLOT_WORDS)
    })
    this.slots.set(slots)
  }

  place(tag: number, row: number): void {
    if (this.count * 2 > this.mask) this.grow()
    this.count++
    this.insert(tag, row)
  }

  remove(tag: number, row: number): void {
    const { slots, mask } = this
    let hole = this.slotOf(tag, row)
    let slot = hole
    for (;;) {
      slot = (slot + 1) & mask
      const stored = slots[slot * SLOT_WORDS + 1] as number
      if (stored === 0) break
      const found = slots[slot * SLOT_WORDS] as number
      // An entry may fill the hole unless its own place lies after the hole.
      if (((slot - (found & mask)) & mask) < ((slot - hole) & mask)) continue
      slots[hole * SLOT_WORDS] = found
      slots[hole * SLOT_WORDS + 1] = stored
      hole = slot
    }
    slots[hole * SLOT_WORDS + 1] = 0
    this.count--
  }

  private slotOf(tag: number, row: number): number {
    const { slots, mask } = this
    let slot = tag & mask
    while (slots[slot * SLOT_WORDS + 1] !== row + 1) slot = (slot + 1) & mask
    return slot
  }

  private insert(tag: number, row: number): void {
    const { slots, mask } = this
    let slot = tag & mask
    while (slots[slot * SLOT_WORDS + 1] !== 0) slot = (slot + 1) & mask
    slots[slot * SLOT_WORDS] = tag
    slots[slot * SLOT_WORDS + 1] = row + 1
  }

  private grow(): void {
    const old = this.slots.slice()
    this.slots = this.allocate(old.length * 2).fill(0)
    this.mask = this.mask * 2 + 1
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      const stored = old[at + 1] as number
      if (stored !== 0) this.insert(old[at] as number, stored - 1)
    }
  }
}
