/*
 * Where a source-routed packet goes in the end. Its header names the next stop until it has passed them all; the
 * connection is with the last one, whose address is also what TCP's checksum covers (RFC 8200 §8.1). Routers drop
 * IPv4 source routes (RFC 7126 §4.3) and the oldest of IPv6 (RFC 5095); segment routing (RFC 8754) is in use.
 */

const IPV4_HEADER_BYTES = 20
const IPV4_DESTINATION = 16
// RFC 791 §3.1
const END_OF_OPTIONS = 0
const NO_OPERATION = 1
const LOOSE_SOURCE_ROUTE = 131
const STRICT_SOURCE_ROUTE = 137
/** Type, length and pointer stand before the addresses; the pointer counts from 1. */
const FIRST_POINTER = 4
const IPV4_ADDRESS_BYTES = 4

const SOURCE_ROUTE = 0
const MOBILE_HOME = 2
const SEGMENT_ROUTING = 4
const ROUTING_HEADER_BYTES = 8
const IPV6_ADDRESS_BYTES = 16

/** @param end of what was captured of the header and beyond */
export function finalIpv4Destination(
  view: DataView,
  offset: number,
  headerLength: number,
  end: number,
): number {
  const optionsEnd = Math.min(offset + headerLength, end)
  let option = offset + IPV4_HEADER_BYTES
  while (option + 2 < optionsEnd) {
    const type = view.getUint8(option)
    if (type === END_OF_OPTIONS) break
    const length = type === NO_OPERATION ? 1 : view.getUint8(option + 1)
    if (length === 0 || (length === 1 && type !== NO_OPERATION) || option + length > optionsEnd) break
    if (type === LOOSE_SOURCE_ROUTE || type === STRICT_SOURCE_ROUTE) {
      const pointer = view.getUint8(option + 2)
      const isUnderway =
        pointer >= FIRST_POINTER && pointer % 4 === 0 && pointer + IPV4_ADDRESS_BYTES - 1 <= length
      if (isUnderway) return view.getUint32(option + length - IPV4_ADDRESS_BYTES)
      break
    }
    option += length
  }
  return view.getUint32(offset + IPV4_DESTINATION)
}

/**
 * Where the final address stands that a routing header (RFC 8200 §4.4) names; undefined when the packet's own header
 * has it. Of the types in use only RPL's compressed addresses (RFC 6554) are not followed.
 */
export function finalIpv6Destination(
  view: DataView,
  routing: number,
  bytes: number,
  end: number,
): number | undefined {
  const addresses = Math.floor((bytes - ROUTING_HEADER_BYTES) / IPV6_ADDRESS_BYTES)
  const isUnderway = view.getUint8(routing + 3) > 0
  if (!isUnderway || addresses < 1 || routing + bytes > end) return undefined
  const type = view.getUint8(routing + 2)
  const first = routing + ROUTING_HEADER_BYTES
  // RFC 8754 §2: the segment list runs from the last segment to the first.
  if (type === SEGMENT_ROUTING) return first
  if (type === SOURCE_ROUTE || type === MOBILE_HOME) return first + (addresses - 1) * IPV6_ADDRESS_BYTES
  return undefined
}
