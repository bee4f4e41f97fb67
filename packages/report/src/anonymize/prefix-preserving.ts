import { readAddress, writeAddress, type AddressBytes } from './address.ts'
import { sipHash, type SipKey } from './siphash.ts'

/**
 * Gives every address another one, so that networks stay networks: two addresses that share exactly k leading
 * bits share exactly k bits afterwards (Xu, Fan, Ammar and Moon 2002, Crypto-PAn, with SipHash in the place of
 * AES). Loopback and unspecified addresses keep their meaning, hence their value. The price: whether an address
 * begins as 127.0.0.0/8 or ::1 does can be read off its leading bits, up to the first that differs.
 * Undefined for what is not an address.
 */
export function prefixPreserving(key: SipKey): (address: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (address) => {
    if (!known.has(address)) {
      const bytes = readAddress(address)
      known.set(address, bytes === undefined ? undefined : writeAddress(replaced(bytes, key)))
    }
    return known.get(address)
  }
}

function replaced(bytes: AddressBytes, key: SipKey): AddressBytes {
  if (bytes.length === 16) {
    const isMapped = MAPPED.every((byte, index) => bytes[index] === byte)
    return isMapped ? replaced(bytes.slice(MAPPED.length), key) : flipped(bytes, key, LOOPBACK_V6)
  }
  if (bytes[0] === 127 || isZero(bytes)) return bytes
  const result = flipped(bytes, key, LOOPBACK_V4)
  // 0.0.0.0 stays, so what would become it takes the place that 0.0.0.0 left free: one address in 2^32.
  return isZero(result) ? flipped([0, 0, 0, 0], key, LOOPBACK_V4) : result
}

/** A range that stays: no bit on the way to it is flipped. */
interface Kept {
  readonly prefix: AddressBytes
  readonly bits: number
}

/** 127.0.0.0/8, RFC 1122 §3.2.1.3. */
const LOOPBACK_V4: Kept = { prefix: [127], bits: 8 }
/** :: and ::1 differ in the last bit, which is not flipped either. RFC 4291 §2.5. */
const LOOPBACK_V6: Kept = { prefix: Array<number>(16).fill(0), bits: 128 }
/** ::ffff:0:0/96, RFC 4291 §2.5.5.2: written as the IPv4 address that it holds, as core writes it. */
const MAPPED: AddressBytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/**
 * Flips each bit by a hash of the bits before it. One hash serves four bits: the bits before the nibble choose
 * the hash, those inside choose one of its fifteen bits, a tree of depth four.
 */
function flipped(bytes: AddressBytes, key: SipKey, kept: Kept): AddressBytes {
  const result: number[] = []
  let onKeptPath = true
  for (let nibble = 0; nibble < bytes.length * 2; nibble++) {
    const value = nibbleAt(bytes, nibble)
    const [hash] = sipHash(key, [bytes.length, nibble, ...prefixOf(bytes, nibble)])
    let flips = 0
    for (let depth = 0; depth < 4; depth++) {
      const position = nibble * 4 + depth
      const node = (1 << depth) - 1 + (value >> (4 - depth))
      if (position >= kept.bits || !onKeptPath) flips |= ((hash >>> node) & 1) << (3 - depth)
      if (bitAt(bytes, position) !== bitAt(kept.prefix, position)) onKeptPath = false
    }
    if (nibble % 2 === 0) result.push((value ^ flips) << 4)
    else result.push((result.pop() ?? 0) | (value ^ flips))
  }
  return result
}

/** The bits before a nibble, as whole bytes. */
function prefixOf(bytes: AddressBytes, nibble: number): number[] {
  const whole = bytes.slice(0, nibble >> 1)
  return nibble % 2 === 0 ? whole : [...whole, (bytes[nibble >> 1] ?? 0) & 0xf0]
}

function nibbleAt(bytes: AddressBytes, nibble: number): number {
  const byte = bytes[nibble >> 1] ?? 0
  return nibble % 2 === 0 ? byte >> 4 : byte & 15
}

function bitAt(bytes: AddressBytes, position: number): number {
  return ((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1
}

function isZero(bytes: AddressBytes): boolean {
  return bytes.every((byte) => byte === 0)
}
