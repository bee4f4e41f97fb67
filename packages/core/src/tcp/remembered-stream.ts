/* What is remembered of a connection whose row was recycled, in words. Only constants, for the kernel too. */

/** The stream's number, and above it which bases are known and whether the connection had ended. */
export const V_STREAM = 0
/** Of both directions. */
export const V_BASES = 1
export const MAX_STREAM = 0x1fff_ffff
export const V_BASE_SHIFT = 29
export const V_ENDED = 1 << 31
