/** One entry: key hash in two words, value words. */
const ENTRY_WORDS = 5
const FIRST_CAPACITY = 1 << 12
/** 5 words each, at most 3 of 5 places used: 84 MB at the most, reached by captures with millions of connections. */
const MAX_ENTRIES = 1 << 21

/** Of each entry, named by the index of its first value. */
export const VALUE_WORDS = ENTRY_WORDS - 2

/**
 * A compact map from a 64-bit hash to three words, for what must be remembered of connections whose rows were
 * recycled. Past its bound new keys are refused and counted.
 */
export class Identities {
  values = new Int32Array(FIRST_CAPACITY * ENTRY_WORDS)
  size = 0
  refused = 0
  private mask = FIRST_CAPACITY - 1

  /** Word index of the key's values in `values`, or −1. */
  find(high: number, low: number): number {
    const { values, mask } = this
    let slot = (high ^ low) & mask
    for (;;) {
      const at = slot * ENTRY_WORDS
      // The low half of a key is never 0.
      const stored = values[at + 1] as number
      if (stored === low && values[at] === high) return at + 2
      if (stored === 0) return -1
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
    if (this.size * 5 >= this.mask * 3) this.grow()
    this.size++
    return this.place(high, low)
  }

  /** Calls back with the word index of each entry's values. */
  forEach(callback: (at: number) => void): void {
    for (let at = 0; at < this.values.length; at += ENTRY_WORDS) {
      if (this.values[at + 1] !== 0) callback(at + 2)
    }
  }

  private place(high: number, low: number): number {
    const { values, mask } = this
    let slot = (high ^ low) & mask
    while (values[slot * ENTRY_WORDS + 1] !== 0) slot = (slot + 1) & mask
    const at = slot * ENTRY_WORDS
    values[at] = high
    values[at + 1] = low
    return at + 2
  }

  private grow(): void {
    const old = this.values
    this.mask = this.mask * 2 + 1
    this.values = new Int32Array(old.length * 2)
    for (let at = 0; at < old.length; at += ENTRY_WORDS) {
      const low = old[at + 1] as number
      if (low === 0) continue
      const to = this.place(old[at] as number, low)
      for (let word = 0; word < VALUE_WORDS; word++) this.values[to + word] = old[at + 2 + word] as number
    }
  }
}

/** Two independent 32-bit hashes of a connection's key and, where it matters, a sequence number. */
export function highHash(a: number, b: number, ports: number, meta: number, extra: number): number {
  let high = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35)
  high = Math.imul(high ^ (high >>> 13) ^ ports, 0x27d4eb2f) ^ Math.imul(extra ^ meta, 0x165667b1)
  return mix(high)
}

/** Never 0. */
export function lowHash(a: number, b: number, ports: number, meta: number, extra: number): number {
  let low = Math.imul(b ^ 0x7f4a7c15, 0x2545f491) ^ Math.imul(a, 0x94d049bb)
  low = Math.imul(low ^ (low >>> 15) ^ extra, 0xbf58476d) ^ Math.imul(ports ^ meta, 0x1ce4e5b9)
  return mix(low) | 1
}

/** MurmurHash3's finalizer: every bit of the result depends on every bit, also where keys differ in high bits alone. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
