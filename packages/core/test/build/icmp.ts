import { checksum, join, u16, u32 } from './bytes.ts'
import { addressesOf, ip } from './ip.ts'

/** How much of the offending packet a router quotes (RFC 1812 §4.3.2.3: up to 576 bytes in all). */
const LINUX_QUOTE = 548

/** Port unreachable in answer to an IPv4 packet, sent by its destination or by `router`. */
export function portUnreachable(offending: Uint8Array, quote = LINUX_QUOTE, router?: Uint8Array): Uint8Array {
  const { from, to } = addressesOf(offending)
  const message = join([3, 3], u16(0), u32(0), offending.subarray(0, quote))
  message.set(u16(checksum(message)), 2)
  return ip(router ?? to, from, 1, message)
}
