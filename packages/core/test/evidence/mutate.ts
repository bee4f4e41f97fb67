/** Deterministic damage: the same seed damages the same way. */
export interface Random {
  /** An integer from 0 below the limit. */
  readonly below: (limit: number) => number
}

export function random(seed: number): Random {
  let state = seed >>> 0
  return {
    // mulberry32
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
    },
  }
}

const MAX_DAMAGES = 4
const MAX_PIECE = 200
/** What lengths, times and counts look like when they are wrong. */
const WORDS = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
const DIGITS = [
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  '4294967296',
  '\0',
  '\ufeff',
  '٣',
  '"',
  '[',
  ']',
  '{',
]

type Damage = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>

const damages: readonly Damage[] = [
  flip,
  overwriteWord,
  cutEnd,
  cutPiece,
  repeatPiece,
  swapPieces,
  insertNoise,
  replaceNumber,
]

/** One to four kinds of damage, one after the other. */
export function mutate(bytes: Uint8Array<ArrayBuffer>, source: Random): Uint8Array<ArrayBuffer> {
  let damaged = bytes.slice()
  for (let left = 1 + source.below(MAX_DAMAGES); left > 0; left--) {
    const damage = damages[source.below(damages.length)] ?? flip
    damaged = damage(damaged, source)
  }
  return damaged
}

function flip(bytes: Uint8Array<ArrayBuffer>, { below }: Random): Uint8Array<ArrayBuffer> {
  for (let left = 1 + below(8); left > 0; left--) {
    const at = below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
  }
  return bytes
}

/** In either byte order, where a field of a header may be. */
function overwriteWord(bytes: Uint8Array<ArrayBuffer>, { below }: Random): Uint8Array<ArrayBuffer> {
  if (bytes.length < 4) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  // Half of them in the first bytes, where headers are.
  const reach = below(2) === 0 ? Math.min(bytes.length, MAX_PIECE) : bytes.length
  view.setUint32(below(reach - 3), WORDS[below(WORDS.length)] ?? 0, below(2) === 0)
  return bytes
}

function cutEnd(bytes: Uint8Array<ArrayBuffer>, { below }: Random): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, below(bytes.length + 1))
}

function cutPiece(bytes: Uint8Array<ArrayBuffer>, source: Random): Uint8Array<ArrayBuffer> {
  const [from, to] = piece(bytes, source)
  return join(bytes.subarray(0, from), bytes.subarray(to))
}

function repeatPiece(bytes: Uint8Array<ArrayBuffer>, source: Random): Uint8Array<ArrayBuffer> {
  const [from, to] = piece(bytes, source)
  const times = 1 + source.below(20)
  return join(
    bytes.subarray(0, to),
    ...Array.from({ length: times }, () => bytes.subarray(from, to)),
    bytes.subarray(to),
  )
}

function swapPieces(bytes: Uint8Array<ArrayBuffer>, source: Random): Uint8Array<ArrayBuffer> {
  const [from, to] = piece(bytes, source)
  const [from2, to2] = piece(bytes, source)
  if (from2 < to) return bytes
  const part = (start: number, end?: number): Uint8Array => bytes.subarray(start, end)
  return join(part(0, from), part(from2, to2), part(to, from2), part(from, to), part(to2))
}

function insertNoise(bytes: Uint8Array<ArrayBuffer>, { below }: Random): Uint8Array<ArrayBuffer> {
  const at = below(bytes.length + 1)
  const noise = Uint8Array.from({ length: 1 + below(MAX_PIECE) }, () => below(256))
  return join(bytes.subarray(0, at), noise, bytes.subarray(at))
}

/** In texts; in captures it is one more way to overwrite. */
function replaceNumber(bytes: Uint8Array<ArrayBuffer>, { below }: Random): Uint8Array<ArrayBuffer> {
  const isDigit = (at: number): boolean => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39
  let from = below(bytes.length + 1)
  while (from < bytes.length && !isDigit(from)) from++
  let to = from
  while (to < bytes.length && isDigit(to)) to++
  const word = new TextEncoder().encode(DIGITS[below(DIGITS.length)] ?? '0')
  return join(bytes.subarray(0, from), word, bytes.subarray(to))
}

function piece(bytes: Uint8Array, { below }: Random): [number, number] {
  const from = below(bytes.length + 1)
  return [from, Math.min(bytes.length, from + 1 + below(MAX_PIECE))]
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
