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
// The segment that ended the run: its key as `Tracker.take` wants it, its place in the window, its sizes.
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
// The table as `Rows` and `Lingering` have it between runs.
export const C_OPEN_COUNT = 168
export const C_CLOSED_MASK = 172
export const C_CLOSED_COUNT = 176
export const C_FREE_OPEN = 180
export const C_FREE_OPEN_COUNT = 184
export const C_FREE_CLOSED = 188
export const C_FREE_CLOSED_TAIL = 192
export const C_FREE_CLOSED_COUNT = 196
/** The row that follows all that were ever used, and how many words of rows there is memory for. */
export const C_NEXT_ROW = 200
export const C_ROW_WORDS = 204
export const C_LINGERING_HEAD = 208
export const C_LINGERING_TAIL = 212
export const C_STREAMS = 216
/** How many events wait from `EVENTS_AT` on. */
export const C_EVENTS = 220
/** Of pcapng blocks, nanoseconds a tick, and the number of the interface in its section; −1: pcap records. */
export const C_TICK_NS = 224
export const C_BLOCK_INTERFACE = 232
/** Where the open row of the segment that ended the run begins, or 0. @public (for the kernel) */
export const C_OPEN_ROW = 236

// What happened to connections, in order, for `KernelEvents` to take into account.
export const EVENTS_AT = 1024
export const EVENT_BYTES = 32
export const MAX_EVENTS = 2016
/** What it is, and of it … */
export const E_KIND = 0
/** … of a FIN: its sender, the sender's port if it is a server that was idle, its time and how long it was idle. */
export const E_ADDRESS = 4
export const E_PORT = 8
export const E_TIME_NS = 16
export const E_IDLE_NS = 24
/** … of a connection that closed: its row, and the one that it had while it was open; of a row that is free: its row. */
export const E_ROW = 4
export const E_FROM_ROW = 8
/** … of a head: the connection's row, the direction, the head's place in the window, its size, how often it spoke. */
export const E_DIRECTION = 8
export const E_HEAD_AT = 12
export const E_HEAD_BYTES = 16
export const E_TURNS = 20
/** @public (for the kernel) */
export const EVENT_FIN = 1
/** A server's first FIN, on a connection that had carried data from it. */
export const EVENT_IDLE_FIN = 2
export const EVENT_CLOSED = 3
/** Both told only where heads are kept. */
export const EVENT_FREED = 4
export const EVENT_HEAD = 5

/** All of the above. */
export const CONTROL_BYTES = 65_536

/** The run ended with the window, or before a record that the window cuts. @public (for the kernel) */
export const STATUS_END = 0
/** … before a record that is no plain segment. */
export const STATUS_UNUSUAL = 1
/** … with a segment that the general rules must follow. */
export const STATUS_SEGMENT = 2

/** The bytes that are being read: a part for what has to be copied, and one that chunks may be read into. */
export const WINDOW_AT = 65_536
export const WINDOW_BYTES = 524_288
export const COPY_BYTES = 262_144
/** The table of open connections: room for 1,048,576 slots. Pages that nobody touches take no memory. */
export const SLOTS_AT = 589_824
/** @public (for the kernel) */
export const SLOT_BYTES = 8
/** That of closed connections. */
export const CLOSED_SLOTS_AT = 8_978_432
/** Bits that say which connections are remembered: two generations of `FILTER_BITS`. */
export const FILTERS_AT = 17_367_040
/** Rows, to the end of the memory: with the first row 48 bytes on (`FIRST_ROW`), each is whole cache lines. */
export const ROWS_AT = 17_629_200
export const PAGE_BYTES = 65_536
