/**
 * A small seeded generator (mulberry32), so that a capture can be made again byte for byte.
 * @param {number} seed
 * @returns {{ next: () => number, below: (limit: number) => number }} `next` in [0, 1), `below` a whole number in [0, limit)
 */
export function randomNumbers(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  return { next, below: (limit) => Math.floor(next() * limit) }
}
