import { Identities } from './identities.ts'

/** 28 to 36 bytes each, in each of two generations: 4.5 MB. */
const GENERATION_ENTRIES = 1 << 16
/** Sixteen bits a key: of sixteen keys that are not there, fifteen are known not to be by a look at one bit. */
const FILTER_BITS = 1 << 20
const BITS_PER_WORD = 32

/**
 * `Identities` that forget: the last 65,536 keys at least, and all of the first 131,072, so that memory does not grow
 * with the length of a capture. There are two generations: when the young one is full it becomes the old one, and what
 * was in the old one is forgotten.
 *
 * Most keys that are looked for are not there. A bit for each key, 128 kB that stay in the processor's cache, says so
 * in place of the index, which does not.
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
  forNew(high: number): Identities {
    if (this.young.identities.size >= GENERATION_ENTRIES) {
      const { old } = this
      this.old = this.young
      this.young = old
      old.clear()
    }
    this.young.expect(high)
    return this.young.identities
  }
}

class Generation {
  readonly identities = new Identities()
  private readonly filter = new Int32Array(FILTER_BITS / BITS_PER_WORD)

  holds(high: number, low: number): boolean {
    const word = this.filter[(high & (FILTER_BITS - 1)) >>> 5] as number
    return ((word >>> (high & 31)) & 1) !== 0 && this.identities.find(high, low) >= 0
  }

  expect(high: number): void {
    const at = (high & (FILTER_BITS - 1)) >>> 5
    this.filter[at] = (this.filter[at] as number) | (1 << (high & 31))
  }

  clear(): void {
    this.identities.clear()
    this.filter.fill(0)
  }
}
