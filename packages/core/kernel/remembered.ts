/* Whether an earlier connection on the same ports may be remembered: the bits of `tcp/recent-identities.ts`. */
import * as K from '../src/tcp/kernel-layout'
import * as T from '../src/tcp/table-limits'

const FILTER_BYTES: i32 = T.FILTER_BITS >> 3

/** @param extra the number of the input: `remember` of `tcp/stream-numbers.ts` */
export function mayHold(a: i32, b: i32, ports: i32, extra: i32): bool {
  const high = highHash(a, b, ports, extra)
  const low = lowHash(a, b, ports, extra)
  return isSet(0, high, low) || isSet(FILTER_BYTES, high, low)
}

function isSet(filter: i32, high: i32, low: i32): bool {
  return (bitAt(filter, high) & bitAt(filter, low) & 1) != 0
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function bitAt(filter: i32, hash: i32): i32 {
  const word = load<i32>(K.FILTERS_AT + filter + (((hash & (T.FILTER_BITS - 1)) >>> 5) << 2))
  return word >>> (hash & 31)
}

// As in `tcp/identities.ts`, for IPv4.
function highHash(a: i32, b: i32, ports: i32, extra: i32): i32 {
  let high = ((a ^ 0x9e3779b9) * 0x85ebca6b) ^ (b * 0xc2b2ae35)
  high = ((high ^ (high >>> 13) ^ ports) * 0x27d4eb2f) ^ (extra * 0x165667b1)
  return mix(high)
}

function lowHash(a: i32, b: i32, ports: i32, extra: i32): i32 {
  let low = ((b ^ 0x7f4a7c15) * 0x2545f491) ^ (a * 0x94d049bb)
  low = ((low ^ (low >>> 15) ^ extra) * 0xbf58476d) ^ (ports * 0x1ce4e5b9)
  return mix(low)
}

function mix(hash: i32): i32 {
  let mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b
  mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35
  return mixed ^ (mixed >>> 16)
}
