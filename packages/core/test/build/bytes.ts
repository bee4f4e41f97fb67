/** Byte order of a file's numbers. Network headers are always big-endian. */
export type ByteOrder = 'big' | 'little'

/** One buffer from several. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** A 16-bit number, taken modulo 2^16. */
export function u16(value: number, order: ByteOrder = 'big'): number[] {
  const bytes = [(value >>> 8) & 0xff, value & 0xff]
  return order === 'big' ? bytes : bytes.toReversed()
}

/** A 32-bit number, taken modulo 2^32. */
export function u32(value: number, order: ByteOrder = 'big'): number[] {
  const bytes = [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  return order === 'big' ? bytes : bytes.toReversed()
}

/** A 64-bit number, negative ones in two's complement. */
export function u64(value: bigint, order: ByteOrder = 'big'): number[] {
  const high = Number(BigInt.asUintN(32, value >> 32n))
  const low = Number(BigInt.asUintN(32, value))
  return order === 'big' ? [...u32(high), ...u32(low)] : [...u32(low, order), ...u32(high, order)]
}

/** UTF-8, as test payloads are written. */
export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

/** Zero bytes up to the next multiple of `unit`. */
export function padding(length: number, unit: number): Uint8Array {
  return new Uint8Array((unit - (length % unit)) % unit)
}

/** The Internet checksum (RFC 1071 §1) over the parts as if joined; each part but the last has an even length. */
export function checksum(...parts: readonly (Uint8Array | readonly number[])[]): number {
  let sum = 0
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 2) {
      sum += ((part[index] ?? 0) << 8) | (part[index + 1] ?? 0)
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}
