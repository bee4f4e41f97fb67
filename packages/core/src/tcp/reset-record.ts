/*
 * The layout of a record of a reset, in words: the row as it was just before (144 words, see `row.ts`), and what happened
 * from then on. And that of an RST segment. Only constants, because AssemblyScript compiles this file for the kernel too.
 */

export const RECORD_WORDS = 160

/** 1 + word index of the first RST segment, and how many there were. */
export const U_FIRST_RST = 144
export const U_RST_COUNT = 145
/** Per direction: segments, payload bytes and new acknowledgements after the first reset. */
export const U_AFTER_SEGMENTS = 146
export const U_AFTER_BYTES = 148
export const U_AFTER_ACKS = 150
/** Double index: time of the last segment after the reset. */
export const F_AFTER_NS = 76
/** Earlier resets that the connection survived: they were followed by new data from both sides. */
export const U_SURVIVED = 154
export const U_TRACK = 155
/** `U_STATE` when the row was given back. */
export const U_FINAL_STATE = 156

/** One RST segment. */
export const RST_WORDS = 16
/** 1 + word index of the next one of the record. */
export const R_NEXT = 0
export const R_FRAME = 1
export const R_SEQ = 2
export const R_ACK = 3
/** Window field as it stands in the header. */
export const R_WINDOW = 4
/** Bits 0–8 flags, bit 16 timestamps option, bit 17 other options, bit 18 direction. */
export const R_SHAPE = 5
/** TTL in bits 0–7, identification in the upper half. */
export const R_IP = 6
export const R_INTERFACE = 7
export const R_PAYLOAD = 8
export const R_TSVAL = 9
export const R_PAYLOAD_OFFSET = 5
/** Double index: time. */
export const R_TIME_NS = 6
export const R_INPUT = 14

export const RST_TIMESTAMPS = 1 << 16
export const RST_OPTIONS = 1 << 17
export const RST_DIRECTION_B = 1 << 18
