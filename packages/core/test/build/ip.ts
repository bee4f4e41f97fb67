import { checksum, join, u16, u32 } from './bytes.ts'

/** What a header says besides addresses, protocol and length; the defaults are Linux's. */
export interface IpFields {
  /** TTL or hop limit. */
  readonly ttl?: number
  /** IPv4 identification, or that of an IPv6 fragment header. */
  readonly id?: number
  /** IPv4 only. */
  readonly dontFragment?: boolean
  /** IPv4 options, or IPv6 extension headers as [next header, bytes]; the bytes' own first byte is filled in. */
  readonly options?: readonly number[]
  readonly extensions?: readonly (readonly [type: number, body: readonly number[]])[]
  /** IPv4 total length or IPv6 payload length, where it should lie: 0 is what an offloading sender's capture shows. */
  readonly length?: number
}

const DONT_FRAGMENT = 0x4000
const MORE_FRAGMENTS = 0x2000
const IPV6_HEADER = 40
const FRAGMENT_HEADER = 44

/** An IP packet of the version that the addresses have. */
export function ip(
  from: Uint8Array,
  to: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  fields: IpFields = {},
): Uint8Array {
  return from.length === 4
    ? ipv4(from, to, protocol, payload, fields)
    : ipv6(from, to, protocol, payload, fields)
}

function ipv4(
  from: Uint8Array,
  to: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  fields: IpFields,
): Uint8Array {
  const options = fields.options ?? []
  const headerLength = 20 + options.length
  const header = join(
    [0x40 | (headerLength / 4), 0],
    u16(fields.length ?? headerLength + payload.length),
    u16(fields.id ?? 0),
    u16((fields.dontFragment ?? true) ? DONT_FRAGMENT : 0),
    [fields.ttl ?? 64, protocol],
    u16(0),
    from,
    to,
    options,
  )
  return join(withHeaderChecksum(header), payload)
}

function ipv6(
  from: Uint8Array,
  to: Uint8Array,
  protocol: number,
  payload: Uint8Array,
  fields: IpFields,
): Uint8Array {
  const chain = fields.extensions ?? []
  const extensions = chain.map(([, body], index) => [chain[index + 1]?.[0] ?? protocol, ...body.slice(1)])
  const body = join(...extensions, payload)
  return join(
    u32(0x6000_0000),
    u16(fields.length ?? body.length),
    [chain[0]?.[0] ?? protocol, fields.ttl ?? 64],
    from,
    to,
    body,
  )
}

/** The packet as fragments whose IP payload has at most `size` bytes (a multiple of 8). */
export function fragments(packet: Uint8Array, size: number): Uint8Array[] {
  return (packet[0] ?? 0) >> 4 === 4 ? fragmentsOfIpv4(packet, size) : fragmentsOfIpv6(packet, size)
}

function fragmentsOfIpv4(packet: Uint8Array, size: number): Uint8Array[] {
  const headerLength = ((packet[0] ?? 0) & 0x0f) * 4
  return pieces(packet.subarray(headerLength), size).map(({ offset, bytes, isLast }) => {
    const header = packet.slice(0, headerLength)
    header.set(u16(headerLength + bytes.length), 2)
    header.set(u16((isLast ? 0 : MORE_FRAGMENTS) | (offset / 8)), 6)
    return join(withHeaderChecksum(header), bytes)
  })
}

/** Splits after the fixed header: a packet with extension headers has them all in its fragmentable part. */
function fragmentsOfIpv6(packet: Uint8Array, size: number): Uint8Array[] {
  const nextHeader = packet[6] ?? 0
  return pieces(packet.subarray(IPV6_HEADER), size).map(({ offset, bytes, isLast }) => {
    const header = packet.slice(0, IPV6_HEADER)
    header.set(u16(8 + bytes.length), 4)
    header[6] = FRAGMENT_HEADER
    return join(header, [nextHeader, 0], u16(offset | (isLast ? 0 : 1)), u32(0x1d), bytes)
  })
}

function pieces(payload: Uint8Array, size: number): { offset: number; bytes: Uint8Array; isLast: boolean }[] {
  const count = Math.max(1, Math.ceil(payload.length / size))
  return Array.from({ length: count }, (_, index) => ({
    offset: index * size,
    bytes: payload.subarray(index * size, (index + 1) * size),
    isLast: index === count - 1,
  }))
}

function withHeaderChecksum(header: Uint8Array): Uint8Array {
  header.set(u16(0), 10)
  header.set(u16(checksum(header)), 10)
  return header
}

/** The addresses of a packet, for a layer that answers it or wraps it. */
export function addressesOf(packet: Uint8Array): { from: Uint8Array; to: Uint8Array } {
  const isV4 = (packet[0] ?? 0) >> 4 === 4
  return isV4
    ? { from: packet.subarray(12, 16), to: packet.subarray(16, 20) }
    : { from: packet.subarray(8, 24), to: packet.subarray(24, 40) }
}
