import { formatIpv6 } from './address-text.ts'

const FIRST_CAPACITY = 64

/** Gives IPv6 addresses small numbers, so that a row holds either family in one word. */
export class Ipv6Addresses {
  private words = new Uint32Array(FIRST_CAPACITY * 4)
  private slots = new Int32Array(FIRST_CAPACITY * 2)
  private count = 0

  intern(view: DataView, offset: number): number {
    const w0 = view.getUint32(offset)
    const w1 = view.getUint32(offset + 4)
    const w2 = view.getUint32(offset + 8)
    const w3 = view.getUint32(offset + 12)
    const mask = this.slots.length - 1
    let slot = hash(w0, w1, w2, w3) & mask
    for (;;) {
      const found = (this.slots[slot] ?? 0) - 1
      if (found < 0) break
      const at = found * 4
      const { words } = this
      if (words[at] === w0 && words[at + 1] === w1 && words[at + 2] === w2 && words[at + 3] === w3)
        return found
      slot = (slot + 1) & mask
    }
    this.slots[slot] = this.count + 1
    this.words.set([w0, w1, w2, w3], this.count * 4)
    this.count++
    if (this.count * 4 >= this.words.length) this.grow()
    return this.count - 1
  }

  text(index: number): string {
    return formatIpv6(this.words.subarray(index * 4, index * 4 + 4))
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2)
    words.set(this.words)
    this.words = words
    this.slots = new Int32Array((words.length / 4) * 2)
    const mask = this.slots.length - 1
    for (let index = 0; index < this.count; index++) {
      const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words.subarray(index * 4, index * 4 + 4)
      let slot = hash(w0, w1, w2, w3) & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = index + 1
    }
  }
}

function hash(w0: number, w1: number, w2: number, w3: number): number {
  let mixed = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b)
  mixed ^= Math.imul(w2, 0xc2b2ae35) ^ Math.imul(w3, 0x27d4eb2f)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
