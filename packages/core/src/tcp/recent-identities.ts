import type { Kernel } from './kernel.ts'
import * as K from './kernel-layout.ts'
import * as T from './table-limits.ts'

const GENERATIONS = 2
const VALUES_OF_GENERATION = T.REMEMBERED * T.REMEMBERED_WORDS
const SLOT_MASK = T.REMEMBERED_SLOTS - 1

/**
 * A map from a 64-bit hash to three words that forgets: it holds the last 65,536 keys at least, and all of the first
 * 131,072, so that memory does not grow with the length of a capture. There are two generations: when the young one is
 * full it becomes the old one, and what was in the old one is forgotten.
 *
 * Entries lie in the order in which they were added. Most keys that are looked for are not there, which their slots of
 * an index say: those of both generations are in one cache line, 16 words of it, half of them empty at the least.
 */
export class RecentIdentities {
  /** Of each generation 65,536 entries: the key's hash in two words, value words. */
  values = new Int32Array(GENERATIONS * VALUES_OF_GENERATION)
  /** A word per slot: an entry's number plus one, and above it bits of the key; 0 where it is empty. */
  private index = new Int32Array(GENERATIONS * T.REMEMBERED_SLOTS)
  private young = 0
  private readonly sizes = [0, 0]

  /** Word index of the key's values in `values`, as it was known last, or −1. */
  find(high: number, low: number): number {
    const found = this.findIn(this.young, high, low)
    return found >= 0 ? found : this.findIn(1 - this.young, high, low)
  }

  /** Word index of the values, to be set, of a key that is remembered from now on. */
  add(high: number, low: number): number {
    if (this.sizes[this.young] === T.REMEMBERED) this.turn()
    const { young, sizes } = this
    const found = this.findIn(young, high, low)
    if (found >= 0) return found
    const entry = sizes[young] ?? 0
    const at = young * VALUES_OF_GENERATION + entry * T.REMEMBERED_WORDS
    this.values[at] = high
    this.values[at + 1] = low
    this.place(young, entry)
    sizes[young] = entry + 1
    return at + 2
  }

  /** The kernel remembers as well, and begins only connections of which nothing is: all of it is in its memory now. */
  moveTo(kernel: Kernel): void {
    const { values } = this
    kernel.share((part) => {
      this.values = part(K.REMEMBERED_AT, values.length)
      this.index = part(K.REMEMBERED_SLOTS_AT, GENERATIONS * T.REMEMBERED_SLOTS)
    })
    for (const [generation, size] of this.sizes.entries()) {
      const from = generation * VALUES_OF_GENERATION
      this.values.set(values.subarray(from, from + size * T.REMEMBERED_WORDS), from)
      for (let entry = 0; entry < size; entry++) this.place(generation, entry)
    }
  }

  /** For a run of the kernel … */
  lendTo({ control }: Kernel): void {
    control.setInt32(K.C_YOUNG, this.young, true)
    control.setInt32(K.C_REMEMBERED, this.sizes[this.young] ?? 0, true)
  }

  /** … and what it made of it. */
  takeBackFrom({ control }: Kernel): void {
    const young = control.getInt32(K.C_YOUNG, true)
    // What was the young generation is full.
    if (young !== this.young) this.sizes[this.young] = T.REMEMBERED
    this.young = young
    this.sizes[young] = control.getInt32(K.C_REMEMBERED, true)
  }

  private findIn(generation: number, high: number, low: number): number {
    const { values, index } = this
    const check = low >>> T.REMEMBERED_CHECK_SHIFT
    for (let slot = high & SLOT_MASK; ; slot = (slot + 1) & SLOT_MASK) {
      const word = index[placeOf(generation, slot)] as number
      if (word === 0) return -1
      if (word >>> T.REMEMBERED_CHECK_SHIFT !== check) continue
      const entry = (word & T.REMEMBERED_NUMBER) - 1
      const at = generation * VALUES_OF_GENERATION + entry * T.REMEMBERED_WORDS
      if (values[at] === high && values[at + 1] === low) return at + 2
    }
  }

  private place(generation: number, entry: number): void {
    const { values, index } = this
    const at = generation * VALUES_OF_GENERATION + entry * T.REMEMBERED_WORDS
    let slot = (values[at] as number) & SLOT_MASK
    while (index[placeOf(generation, slot)] !== 0) slot = (slot + 1) & SLOT_MASK
    const check = ((values[at + 1] as number) >>> T.REMEMBERED_CHECK_SHIFT) << T.REMEMBERED_CHECK_SHIFT
    index[placeOf(generation, slot)] = check | (entry + 1)
  }

  private turn(): void {
    this.young = 1 - this.young
    this.sizes[this.young] = 0
    for (let slot = 0; slot < T.REMEMBERED_SLOTS; slot += T.REMEMBERED_SLOTS_OF_LINE) {
      const at = placeOf(this.young, slot)
      this.index.fill(0, at, at + T.REMEMBERED_SLOTS_OF_LINE)
    }
  }
}

/** Eight slots of one generation, the same eight of the other, the next eight … */
function placeOf(generation: number, slot: number): number {
  return slot * 2 - (slot & (T.REMEMBERED_SLOTS_OF_LINE - 1)) + generation * T.REMEMBERED_SLOTS_OF_LINE
}
