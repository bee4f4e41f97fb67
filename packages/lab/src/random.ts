/** What a scenario varies, from one seed: timings, sizes, counts, ports, addresses. */
export interface Random {
  /** A whole number between both ends, both included. */
  int(low: number, high: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  /** True in this share of cases. */
  chance(share: number): boolean
}

/** The same name and seed give the same numbers everywhere: mulberry32 (Tommy Ettinger, public domain). */
export function createRandom(name: string, seed: number): Random {
  let state = hash(`${name} ${seed}`)
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

/** FNV-1a, so that scenarios and neighbouring seeds do not begin alike. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (const character of text) bits = Math.imul(bits ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return bits
}
