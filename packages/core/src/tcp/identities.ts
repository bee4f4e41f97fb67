/** One entry: key hash in two words, value words. */
const ENTRY_WORDS = 8
const FIRST_CAPACITY = 1 << 12
/** 8 words each: 128 MB at the most, reached by captures with millions of connections. */
const MAX_ENTRIES = 1 << 21

export const VALUE_WORDS = ENTRY_WORDS - 2

/**
 * A compact map from a 64-bit hash to six words, for what must be remembered of connections whose rows were
 * recycled. Past its bound new keys are refused and counted.
 */
export class Identities {
  private words = new Uint32Array(FIRST_CAPACITY * ENTRY_WORDS)
  private capacity = FIRST_CAPACITY
  size = 0
  refused = 0

  /** Word index of the key's values in `values`, or −1. */
  find(high: number, low: number): number {
    const mask = this.capacity - 1
    let slot = (high ^ low) & mask
    for (;;) {
      const at = slot * ENTRY_WORDS
      const storedHigh = this.words[at] ?? 0
      const storedLow = this.words[at + 1] ?? 0
      if (storedHigh === 0 && storedLow === 0) return -1
      if (storedHigh === high && storedLow === low) return at + 2
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
    if (this.size * 2 >= this.capacity) this.grow()
    this.size++
    return this.place(high, low)
  }

  get values(): Uint32Array {
    return this.words
  }

  /** Calls back with the word index of each entry's values. */
  forEach(callback: (at: number) => void): void {
    for (let at = 0; at < this.words.length; at += ENTRY_WORDS) {
      if (this.words[at] !== 0 || this.words[at + 1] !== 0) callback(at + 2)
    }
  }

  private place(high: number, low: number): number {
    const mask = this.capacity - 1
    let slot = (high ^ low) & mask
    while (this.words[slot * ENTRY_WORDS] !== 0 || this.words[slot * ENTRY_WORDS + 1] !== 0)
      slot = (slot + 1) & mask
    const at = slot * ENTRY_WORDS
    this.words[at] = high
    this.words[at + 1] = low
    return at + 2
  }

  private grow(): void {
    const old = this.words
    this.capacity *= 2
    this.words = new Uint32Array(this.capacity * ENTRY_WORDS)
    for (let at = 0; at < old.length; at += ENTRY_WORDS) {
      const high = old[at] ?? 0
      const low = old[at + 1] ?? 0
      if (high === 0 && low === 0) continue
      this.words.set(old.subarray(at + 2, at + ENTRY_WORDS), this.place(high, low))
    }
  }
}

/** Two independent 32-bit hashes of a connection's key and, where it matters, a sequence number; never both 0. */
export function hashKey(a: number, b: number, ports: number, meta: number, extra: number): [number, number] {
  let high = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35)
  high = Math.imul(high ^ (high >>> 13) ^ ports, 0x27d4eb2f) ^ Math.imul(extra ^ meta, 0x165667b1)
  let low = Math.imul(b ^ 0x7f4a7c15, 0x2545f491) ^ Math.imul(a, 0x94d049bb)
  low = Math.imul(low ^ (low >>> 15) ^ extra, 0xbf58476d) ^ Math.imul(ports ^ meta, 0x1ce4e5b9)
  return [(high ^ (high >>> 16)) >>> 0, ((low ^ (low >>> 14)) | 1) >>> 0]
}
