/** A 128-bit key as four 32-bit words, least significant first. */
export type SipKey = readonly [number, number, number, number]

/** The 64-bit hash as two 32-bit words, least significant first. */
export type SipHash = readonly [low: number, high: number]

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012; the reference is github.com/veorq/SipHash): a keyed hash that cannot
 * be inverted or foretold without the key. In 32-bit halves, because BigInt is some hundred times slower.
 */
export function sipHash(key: SipKey, message: ArrayLike<number>): SipHash {
  const [k0, k1, k2, k3] = key
  // v0 … v3 as low and high words: "somepseudorandomlygeneratedbytes" xor the key.
  const v = Uint32Array.of(
    k0 ^ 0x70736575,
    k1 ^ 0x736f6d65,
    k2 ^ 0x6e646f6d,
    k3 ^ 0x646f7261,
    k0 ^ 0x6e657261,
    k1 ^ 0x6c796765,
    k2 ^ 0x79746573,
    k3 ^ 0x74656462,
  )
  const length = message.length
  const blocks = Math.floor(length / 8)
  for (let block = 0; block <= blocks; block++) {
    const low = wordAt(message, block * 8)
    // The last block carries the length in its highest byte.
    const high = wordAt(message, block * 8 + 4) | (block === blocks ? (length & 255) << 24 : 0)
    absorb(v, low, high)
  }
  v[4] = word(v, 4) ^ 0xff
  for (let round = 0; round < 4; round++) sipRound(v)
  return [
    (word(v, 0) ^ word(v, 2) ^ word(v, 4) ^ word(v, 6)) >>> 0,
    (word(v, 1) ^ word(v, 3) ^ word(v, 5) ^ word(v, 7)) >>> 0,
  ]
}

/** A key from any text: as hard to guess as the text is. */
export function sipKeyFrom(text: string): SipKey {
  const bytes = Array.from(text, (_, index) => text.charCodeAt(index)).flatMap((unit) => [
    unit & 255,
    unit >> 8,
  ])
  const [a, b] = sipHash([0, 0, 0, 0], [...bytes, 0])
  const [c, d] = sipHash([0, 0, 0, 0], [...bytes, 1])
  return [a, b, c, d]
}

function absorb(v: Uint32Array, low: number, high: number): void {
  v[6] = word(v, 6) ^ low
  v[7] = word(v, 7) ^ high
  sipRound(v)
  sipRound(v)
  v[0] = word(v, 0) ^ low
  v[1] = word(v, 1) ^ high
}

function sipRound(v: Uint32Array): void {
  add(v, 0, 2)
  rotate(v, 2, 13)
  xor(v, 2, 0)
  rotate(v, 0, 32)
  add(v, 4, 6)
  rotate(v, 6, 16)
  xor(v, 6, 4)
  add(v, 0, 6)
  rotate(v, 6, 21)
  xor(v, 6, 0)
  add(v, 4, 2)
  rotate(v, 2, 17)
  xor(v, 2, 4)
  rotate(v, 4, 32)
}

function add(v: Uint32Array, to: number, from: number): void {
  const low = word(v, to) + word(v, from)
  v[to] = low
  v[to + 1] = word(v, to + 1) + word(v, from + 1) + (low > 0xffffffff ? 1 : 0)
}

function xor(v: Uint32Array, to: number, from: number): void {
  v[to] = word(v, to) ^ word(v, from)
  v[to + 1] = word(v, to + 1) ^ word(v, from + 1)
}

function rotate(v: Uint32Array, at: number, bits: number): void {
  const low = word(v, at)
  const high = word(v, at + 1)
  v[at] = bits === 32 ? high : (low << bits) | (high >>> (32 - bits))
  v[at + 1] = bits === 32 ? low : (high << bits) | (low >>> (32 - bits))
}

function word(v: Uint32Array, at: number): number {
  return v[at] ?? 0
}

/** Little-endian; what lies beyond the end is zero. */
function wordAt(message: ArrayLike<number>, at: number): number {
  const byte = (offset: number): number => message[at + offset] ?? 0
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)
}
