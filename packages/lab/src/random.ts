/** What a scenario varies, from one seed: timings, sizes, counts, ports, addresses. */
export interface Random {
  /** A whole number between both ends, both included. */
  int(low: number, high: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** True in this share of cases. */
  chance(share: number): boolean
}

/** The same seed gives the same numbers everywhere: mulberry32 (Tommy Ettinger, public domain). */
export function createRandom(seed: number): Random {
  // Neighbouring seeds would begin alike: their bits are spread first (the multiplier of Knuth's hash).
  let state = Math.imul(seed ^ 0x9e3779b9, 2_654_435_761) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    int,
    pick: (choices) => choices[int(0, choices.length - 1)] ?? choices[0],
    chance: (share) => next() < share,
  }
}
