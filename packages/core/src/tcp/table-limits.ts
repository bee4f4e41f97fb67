/* Limits of the connection table. Only constants, because AssemblyScript compiles this file for the kernel too. */

/** How long, in the capture's own time, a closed connection is watched for stragglers before its row is recycled. */
export const LINGER_NS = 10_000_000_000
/** Live rows beyond this make way, idlest first: 576 bytes each. */
export const MAX_LIVE_ROWS = 400_000
/** Rows that the open and the closed connections do not lend each other. */
export const SPARE_ROWS = 4096
/** Bits that say which connections are remembered, of one generation of them. */
export const FILTER_BITS = 1_048_576
