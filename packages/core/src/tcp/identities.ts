/** One entry: key hash in two words, value words. */
const ENTRY_WORDS = 5
const FIRST_ENTRIES = 1 << 11
/** 5 words each and 2 to 4 of the index: 75 MB at the most, reached by captures with millions of connections. */
const MAX_ENTRIES = (1 << 21) - 1
/** A word of the index: the number of an entry plus one, and above it bits of the key, 0 where it is empty. */
const NUMBER_MASK = (1 << 21) - 1
const CHECK_SHIFT = 21

/**
 * A compact map from a 64-bit hash to three words, for what must be remembered of connections whose rows were
 * recycled. Past its bound new keys are refused and counted.
 *
 * Entries lie in the order in which they were added, and a small index finds them: most keys that are looked for are
 * not there, and the index alone fits the cache.
 */
export class Identities {
  values = new Int32Array(FIRST_ENTRIES * ENTRY_WORDS)
  size = 0
  refused = 0
  private index = new Int32Array(FIRST_ENTRIES * 2)
  private mask = FIRST_ENTRIES * 2 - 1

  /** Word index of the key's values in `values`, or −1. */
  find(high: number, low: number): number {
    const { values, index, mask } = this
    const check = low >>> CHECK_SHIFT
    let slot = high & mask
    for (;;) {
      const word = index[slot] as number
      if (word === 0) return -1
      if (word >>> CHECK_SHIFT === check) {
        const at = ((word & NUMBER_MASK) - 1) * ENTRY_WORDS
        if (values[at] === high && values[at + 1] === low) return at + 2
      }
      slot = (slot + 1) & mask
    }
  }

  /** Like `find`, but adds the key with zero values when it is new. −1 only when full. */
  findOrAdd(high: number, low: number): number {
    const found = this.find(high, low)
    if (found >= 0) return found
    if (this.size >= MAX_ENTRIES) {
      this.refused++
      return -1
    }
    const at = this.size * ENTRY_WORDS
    if (at === this.values.length) this.grow()
    this.values[at] = high
    this.values[at + 1] = low
    this.size++
    this.place(high, low, this.size)
    return at + 2
  }

  /** Forgets all, and keeps the room. */
  clear(): void {
    this.values.fill(0)
    this.index.fill(0)
    this.size = 0
  }

  /** Calls back with the word index of each entry's values. */
  forEach(callback: (at: number) => void): void {
    for (let entry = 0; entry < this.size; entry++) callback(entry * ENTRY_WORDS + 2)
  }

  private place(high: number, low: number, number: number): void {
    const { index, mask } = this
    let slot = high & mask
    while (index[slot] !== 0) slot = (slot + 1) & mask
    index[slot] = ((low >>> CHECK_SHIFT) << CHECK_SHIFT) | number
  }

  private grow(): void {
    const grown = new Int32Array(this.values.length * 2)
    grown.set(this.values)
    this.values = grown
    this.index = new Int32Array(this.index.length * 2)
    this.mask = this.index.length - 1
    for (let entry = 0; entry < this.size; entry++) {
      const at = entry * ENTRY_WORDS
      this.place(grown[at] as number, grown[at + 1] as number, entry + 1)
    }
  }
}

/** Two independent 32-bit hashes of a connection's key and, where it matters, a sequence number. */
export function highHash(a: number, b: number, ports: number, meta: number, extra: number): number {
  let high = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35)
  high = Math.imul(high ^ (high >>> 13) ^ ports, 0x27d4eb2f) ^ Math.imul(extra ^ meta, 0x165667b1)
  return mix(high)
}

export function lowHash(a: number, b: number, ports: number, meta: number, extra: number): number {
  let low = Math.imul(b ^ 0x7f4a7c15, 0x2545f491) ^ Math.imul(a, 0x94d049bb)
  low = Math.imul(low ^ (low >>> 15) ^ extra, 0xbf58476d) ^ Math.imul(ports ^ meta, 0x1ce4e5b9)
  return mix(low)
}

/** MurmurHash3's finalizer: every bit of the result depends on every bit, also where keys differ in high bits alone. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
