import { Identities } from './identities.ts'
import type { Kernel } from './kernel.ts'
import { FILTERS_AT } from './kernel-layout.ts'
import { FILTER_BITS } from './table-limits.ts'

/** 28 to 36 bytes each, in each of two generations: 4.5 MB. */
const GENERATION_ENTRIES = 1 << 16
const BITS_PER_WORD = 32

/**
 * `Identities` that forget: the last 65,536 keys at least, and all of the first 131,072, so that memory does not grow
 * with the length of a capture. There are two generations: when the young one is full it becomes the old one, and what
 * was in the old one is forgotten.
 *
 * Most keys that are looked for are not there. Two bits of sixteen for each key, 128 kB that stay in the processor's
 * cache, say so in place of the index, which does not: of seventy keys that are not there, one has to be looked for.
 */
export class RecentIdentities {
  private young = new Generation()
  private old = new Generation()

  /** Which of the generations holds the key, the one that knows it best. */
  holderOf(high: number, low: number): Identities | undefined {
    if (this.young.holds(high, low)) return this.young.identities
    return this.old.holds(high, low) ? this.old.identities : undefined
  }

  /** The generation to which the key is to be added; it has room for it. */
  forNew(high: number, low: number): Identities {
    if (this.young.identities.size >= GENERATION_ENTRIES) {
      const { old } = this
      this.old = this.young
      this.young = old
      old.clear()
    }
    this.young.expect(high, low)
    return this.young.identities
  }

  /** The kernel begins connections of which nothing is remembered: those whose bits are not set. */
  moveTo(kernel: Kernel): void {
    this.young.moveTo(kernel, FILTERS_AT)
    this.old.moveTo(kernel, FILTERS_AT + FILTER_BITS / 8)
  }
}

class Generation {
  readonly identities = new Identities()
  private filter: Int32Array = new Int32Array(FILTER_BITS / BITS_PER_WORD)

  moveTo(kernel: Kernel, at: number): void {
    const { filter } = this
    kernel.share((part) => {
      this.filter = part(at, filter.length)
    })
    this.filter.set(filter)
  }

  holds(high: number, low: number): boolean {
    return this.isSet(high) && this.isSet(low) && this.identities.find(high, low) >= 0
  }

  expect(high: number, low: number): void {
    this.set(high)
    this.set(low)
  }

  private isSet(hash: number): boolean {
    const word = this.filter[(hash & (FILTER_BITS - 1)) >>> 5] as number
    return ((word >>> (hash & 31)) & 1) !== 0
  }

  private set(hash: number): void {
    const at = (hash & (FILTER_BITS - 1)) >>> 5
    this.filter[at] = (this.filter[at] as number) | (1 << (hash & 31))
  }

  clear(): void {
    this.identities.clear()
    this.filter.fill(0)
  }
}
