import {
  addSighted,
  bytesApart,
  IS_LATE,
  PROVEN,
  S_FIRST,
  S_FLAGS,
  S_PORTS,
  S_SEEN,
  SIGHTED_WORDS,
  ticksApart,
} from './sighted.ts'

/** Of those on the same ports, how many that began before and after one are compared with it. */
const MAX_NEIGHBOURS = 32
/** Ports are marked in a table of 2^20 places: a megabyte. */
const MARK_SHIFT = 12
/** Number of a sighted connection; hash and number together are exact in a double. */
const NUMBERS = 2 ** 21

/**
 * Joins the connections whose SYN was not seen with those of other tracks on the same ports. Two of one track are never
 * joined. First come those of which sequence numbers leave no doubt, so that one that is merely near takes nobody's
 * place; of several the nearest is the same one.
 *
 * @returns for each connection 1 + the number of the one that it is counted with; 0: it is counted itself
 */
export function joinLate(words: Int32Array, count: number): Int32Array {
  const into = new Int32Array(count)
  const candidates = candidatesByPorts(words, count)
  for (let from = 0; from < candidates.length;) {
    const to = endOfPorts(words, candidates, from)
    if (to - from > 1) {
      // All of a few are compared with each other, in whatever order.
      if (to - from > MAX_NEIGHBOURS)
        candidates.subarray(from, to).sort((x, y) => firstOf(words, x) - firstOf(words, y) || x - y)
      joinPorts(words, into, candidates, from, to, PROVEN)
      joinPorts(words, into, candidates, from, to, Infinity)
    }
    from = to
  }
  return into
}

/** The connections on ports on which there are late ones, ports after ports. */
function candidatesByPorts(words: Int32Array, count: number): Int32Array {
  const isMarked = new Uint8Array(2 ** (32 - MARK_SHIFT))
  for (let number = 0; number < count; number++) {
    const at = number * SIGHTED_WORDS
    if (isLate(words, at)) isMarked[(words[at + S_PORTS] as number) >>> MARK_SHIFT] = 1
  }
  let candidates = 0
  const keys = new Float64Array(count)
  for (let number = 0; number < count; number++) {
    const ports = (words[number * SIGHTED_WORDS + S_PORTS] as number) >>> 0
    if (isMarked[ports >>> MARK_SHIFT] === 1) keys[candidates++] = ports * NUMBERS + number
  }
  const sorted = keys.subarray(0, candidates)
  sorted.sort()
  return Int32Array.from(sorted, (key) => key % NUMBERS)
}

function endOfPorts(words: Int32Array, candidates: Int32Array, from: number): number {
  const ports = portsOf(words, candidates[from] as number)
  let to = from + 1
  while (to < candidates.length && portsOf(words, candidates[to] as number) === ports) to++
  return to
}

/** Joins each late one of those on the same ports, `candidates[from…to]`, with the nearest: not farther than `most` bytes. */
function joinPorts(
  words: Int32Array,
  into: Int32Array,
  candidates: Int32Array,
  from: number,
  to: number,
  most: number,
): void {
  for (let place = from; place < to; place++) {
    const late = candidates[place] as number
    const at = late * SIGHTED_WORDS
    if (into[late] !== 0 || !isLate(words, at)) continue
    const first = Math.max(from, place - MAX_NEIGHBOURS)
    const last = Math.min(to - 1, place + MAX_NEIGHBOURS)
    const nearest = nearestOf(words, into, candidates, first, last, at, most)
    if (nearest < 0) continue
    addSighted(words, nearest * SIGHTED_WORDS, at)
    into[late] = nearest + 1
  }
}

/** The number of the candidate that is nearest to the connection at `at`, or −1. */
function nearestOf(
  words: Int32Array,
  into: Int32Array,
  candidates: Int32Array,
  first: number,
  last: number,
  at: number,
  most: number,
): number {
  let nearest = -1
  let nearestBytes = Infinity
  let nearestTicks = Infinity
  for (let place = first; place <= last; place++) {
    const number = candidates[place] as number
    const other = number * SIGHTED_WORDS
    const isOfOneTrack = ((words[at + S_SEEN] as number) & (words[other + S_SEEN] as number)) !== 0
    if (isOfOneTrack || into[number] !== 0) continue
    const bytes = bytesApart(words, at, other)
    if (bytes === Infinity || bytes > most || bytes > nearestBytes) continue
    const ticks = ticksApart(words, at, other)
    if (bytes === nearestBytes && ticks >= nearestTicks) continue
    nearest = number
    nearestBytes = bytes
    nearestTicks = ticks
  }
  return nearest
}

function isLate(words: Int32Array, at: number): boolean {
  return ((words[at + S_FLAGS] as number) & IS_LATE) !== 0
}

function portsOf(words: Int32Array, number: number): number {
  return words[number * SIGHTED_WORDS + S_PORTS] as number
}

function firstOf(words: Int32Array, number: number): number {
  return words[number * SIGHTED_WORDS + S_FIRST] as number
}
