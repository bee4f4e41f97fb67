/* Limits of the connection table. Only constants, because AssemblyScript compiles this file for the kernel too. */

/** How long, in the capture's own time, a closed connection is watched for stragglers before its row is recycled. */
export const LINGER_NS = 10_000_000_000
/** Live rows beyond this make way, idlest first: 576 bytes each. */
export const MAX_LIVE_ROWS = 400_000
/** Rows that the open and the closed connections do not lend each other. */
export const SPARE_ROWS = 4096
/** Ended connections that are remembered, of one generation of them: see `recent-identities.ts`. */
export const REMEMBERED = 65_536
/** Words of each: its key's hash, three values. */
export const REMEMBERED_WORDS = 5
/** Slots of their index: half of them empty at the least. */
export const REMEMBERED_SLOTS = 131_072
/** As many of each generation share a cache line. */
export const REMEMBERED_SLOTS_OF_LINE = 8
/** The lower bits of a slot, of the number; above them the key's. */
export const REMEMBERED_CHECK_SHIFT = 17
export const REMEMBERED_NUMBER = 131_071
/** FINs that are remembered: the latest ones. */
export const MAX_FINS = 131_072
/**
 * Records of resets. Connections that were established are kept apart from attempts: a scan of every port must not push
 * out the incident that happened beside it.
 */
export const MAX_ESTABLISHED_RESETS = 24_576
export const MAX_RESET_ATTEMPTS = 12_288
/** What comes when these are full is another incident, if it is between other ends: of each a sample is kept. */
export const MAX_SAMPLED_RESETS = 6_144
export const MAX_SAMPLED_ATTEMPTS = 2_048
/** Heads are read at random for this many reset connections; the others stay without request and status line. */
export const MAX_RECORDS_WITH_HEADS = 20_000
/** RST segments, of all records. */
export const MAX_RSTS = 400_000
