/*
 * The one memory of the connection table: what the kernel (packages/core/kernel) and the rest of `tcp/` share. Only
 * constants, because AssemblyScript compiles this file too. Places are in bytes from the memory's start.
 */

// What a run of the kernel is given, and what it leaves.
export const C_STATUS = 0
export const C_FRAME = 4
export const C_MASK = 8
export const C_TRACK = 12
export const C_INPUT = 16
/** Number of the vantage, −1 while it has none. */
export const C_VANTAGE = 20
export const C_HEADER_BYTES = 24
export const C_LITTLE_ENDIAN = 28
export const C_KEEP_HEADS = 32
export const C_TIME_NS = 40
export const C_FIRST_NS = 48
export const C_LAST_NS = 56
/** Where the window's first byte stands in the input. */
export const C_FILE_OFFSET = 64
/** The five numbers of `RecordLayout.times`. */
export const C_TIMES = 72
// The segment that ended the run: its key as `Tracker.take` wants it, its place in the window, its sizes …
export const C_TAG = 112
export const C_A = 116
export const C_B = 120
export const C_PORTS = 124
export const C_DIRECTION = 128
export const C_SEGMENT_AT = 132
export const C_SEGMENT_END = 136
export const C_LENGTH = 140
export const C_HOPS = 144
export const C_IDENTIFICATION = 148
// … or the head that begins with it.
export const C_ROW = 152
export const C_HEAD_AT = 156
export const C_HEAD_BYTES = 160
export const C_TURNS = 164
export const CONTROL_BYTES = 256

/** The run ended with the window, or before a record that the window cuts. @public (for the kernel) */
export const STATUS_END = 0
/** … before a record that is no plain segment. */
export const STATUS_UNUSUAL = 1
/** … with a segment that the general rules must follow. */
export const STATUS_SEGMENT = 2
/** … with the first segment of a message, which was followed but whose head is to be kept. */
export const STATUS_HEAD = 3

/** The bytes that are being read. Longer than any record. */
export const WINDOW_AT = 65_536
export const WINDOW_BYTES = 524_288
/** The table of open connections: room for 1,048,576 slots. Pages that nobody touches take no memory. */
export const SLOTS_AT = 589_824
/** @public (for the kernel) */
export const SLOT_BYTES = 8
/** Rows, to the end of the memory: with the first row 48 bytes on (`FIRST_ROW`), each is whole cache lines. */
export const ROWS_AT = 8_978_448
export const PAGE_BYTES = 65_536
