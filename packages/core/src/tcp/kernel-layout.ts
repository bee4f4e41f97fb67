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
export const C_KEEP_HEADS = 24
export const C_TIME_NS = 40
export const C_FIRST_NS = 48
export const C_LAST_NS = 56
/** Where the window's first byte stands in the input. */
export const C_FILE_OFFSET = 64
/** The record that ended the run, and its open row or 0. @public (the row is for the kernel) */
export const C_RECORD = 72
export const C_OPEN_ROW = 76
/** What is prepared and not yet taken: from this record to that one, of which these are looked up already. */
export const C_RECORDS_FROM = 80
export const C_RECORDS_TO = 84
export const C_LOOKED_UP_TO = 88
/** Of them, places of those that begin or end a connection and are not looked at yet. */
export const C_LISTED_FROM = 100
export const C_LISTED_TO = 104
/** Whether what follows them is prepared elsewhere, or to be prepared by the run itself. */
export const C_PREPARED_AHEAD = 92
/** @public (for the kernel) */
export const C_TOUCHED = 96
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
/** Which generation of what is remembered is the young one, and how many it holds. */
export const C_YOUNG = 224
export const C_REMEMBERED = 228
/** How many FINs there were. */
export const C_FINS = 232
/** Whether what the kernel closes is summed up at once: see `kernel/closing.ts`. */
export const C_SUMS_UP = 236
/** Connections that the kernel has summed up, which ended in order, and whose life was not counted before. */
export const C_SUMMED_UP = 240
/** Of the same, those that were reset. */
export const C_SUMMED_RESETS = 128
/** RST segments; records of resets, those of connections that were established and of attempts; and kept RST segments. */
export const C_RST_SEGMENTS = 132
export const C_RESET_ATTEMPTS = 136
export const C_RESETS = 244
export const C_RESETS_ESTABLISHED = 248
export const C_RSTS = 252
/** The time that was asked about. */
export const C_ASKED_FROM_NS = 112
export const C_ASKED_TO_NS = 120

// How the records are laid out, and where preparing them ended: `P_…` from these places, for two threads.
export const OWN_LAYOUT_AT = 256
export const AHEAD_LAYOUT_AT = 384
export const P_STATUS = 0
/** Where the first record begins that was not prepared. */
export const P_NEXT = 4
export const P_TRACK = 8
/** Where the list ends of records that begin or end a connection. */
export const P_LISTED_TO = 72
export const P_HEADER_BYTES = 12
export const P_LITTLE_ENDIAN = 16
/** The number of the interface in its section; −1: pcap records. */
export const P_BLOCK_INTERFACE = 20
/** The five numbers of `RecordLayout.times`. */
export const P_TIMES = 24
/** Of pcapng blocks, nanoseconds a tick. */
export const P_TICK_NS = 64

// What two threads tell each other while one prepares what the other takes: see `prepare-ahead.ts`.
/** `AHEAD_…`: which of the two waits or has ended. */
export const A_STATE = 512
/** Slots that were filled, and slots that were emptied. */
export const A_FILLED = 516
export const A_EMPTIED = 520
/** Where in the input the first slot is to begin, and of slot `n` from `A_SLOT_BYTES × n` on: */
export const A_START = 528
export const A_SLOTS = 640
export const A_SLOT_BYTES = 12
/** … how many bytes it holds, how many records of them are prepared, and how many of those are listed. */
export const A_BYTES = 0
export const A_RECORDS = 4
export const A_LISTED = 8
/** The thread runs, and waits to be told where to begin; it reads; it has read all; it could not; it is to end. */
export const AHEAD_READY = 1
export const AHEAD_READING = 2
export const AHEAD_DONE = 3
export const AHEAD_FAILED = 4
export const AHEAD_ENDED = 5

/** Where TCP begins in a frame of Ethernet and IPv4 without options. */
export const TCP_OFFSET = 34

// A prepared record: the segment's key in the order of its row, and all that the table is told of most segments.
export const RECORD_BYTES = 64
export const R_A = 0
export const R_B = 4
export const R_PORTS = 8
export const R_TAG = 12
export const R_SEQ = 16
export const R_ACK = 20
/**
 * Flags in the top byte, bit 20 whether the payload may be a TLS alert, the header's length in bits 16–19 in words, and
 * the payload's in the lower half. Of an unusual record no flags.
 */
export const R_SHAPE = 24
/** @public (for the kernel) */
export const IS_ALERT = 1 << 20
/** As it stands in the header, and above it what a SYN offers: the lower bits of `U_OPTIONS`. */
export const R_WINDOW = 28
export const R_TIME_NS = 32
/** Where the TCP header begins; of an unusual record, where it would. Places are in the memory. */
export const R_AT = 40
export const R_SEGMENT_END = 44
export const R_NEXT = 48
/** IPv4 identification in the upper half, `IS_…` in bits 8–15, hops below. */
export const R_IP = 52
export const R_TSVAL = 56
/** Direction 1. @public (for the kernel) */
export const IS_BACKWARD = 1 << 8
/** Nothing else holds but its places. */
export const IS_UNUSUAL = 1 << 9
/** The payload begins as an HTTP message, or as a TLS handshake. @public (for the kernel) */
export const IS_HTTP = 1 << 10
/** @public (for the kernel) */
export const IS_TLS = 1 << 11
/** @public (for the kernel) */
export const HAS_TIMESTAMPS = 1 << 13

/** The input that is read ahead, and of how many records of resets heads were read so. */
export const A_INPUT = 840
export const A_HEADS = 844

/** The states in which a segment is ordinary: of each direction two masks, and what is to be there. */
export const PLAIN_STATES_AT = 896
/** @public (for the kernel) */
export const PLAIN_STATES_BYTES = 32

// What happened to connections, in order, for `KernelEvents` to take into account.
export const EVENTS_AT = 1024
export const EVENT_BYTES = 32
export const MAX_EVENTS = 2016
/** What it is, and of it … */
export const E_KIND = 0
/** … of a server's FIN: its address and port, and how long it was idle. */
export const E_ADDRESS = 4
export const E_PORT = 8
export const E_IDLE_NS = 16
/** … of a connection that closed: its row, and the one that it had while it was open; of a row that is free: its row. */
export const E_ROW = 4
export const E_FROM_ROW = 8
/** … of a head: the connection's row, the direction, the head's place in the window, its size, how often it spoke. */
export const E_DIRECTION = 8
export const E_HEAD_AT = 12
export const E_HEAD_BYTES = 16
export const E_TURNS = 20
/** A server's first FIN, on a connection that had carried data from it. */
export const EVENT_IDLE_FIN = 1
export const EVENT_CLOSED = 2
/** Both told only where heads are kept. */
export const EVENT_FREED = 3
export const EVENT_HEAD = 4

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
/** Ended connections that are remembered, two generations of them, and their index. */
export const REMEMBERED_SLOTS_AT = 17_367_040
export const REMEMBERED_AT = 18_415_616
/** The latest FINs: their times, and their senders. */
export const FIN_TIMES_AT = 21_037_056
export const FIN_HOSTS_AT = 22_085_632
/** Sums of services, see `tally.ts`, and where the buckets of their durations begin. */
export const TALLIES_AT = 23_134_208
export const BUCKET_STARTS_AT = 24_182_784
/** Records that a run prepares for itself, their list, and the slots' names of a group of them: whole cache lines. */
export const RECORDS_AT = 24_186_880
/** @public (for the kernel) */
export const OWN_RECORDS = 64
/** @public (for the kernel) */
export const NAMES_AT = 24_191_232
/** What is prepared ahead: slots of bytes, with the records in them behind, and the list of these. */
export const AHEAD_AT = 24_195_072
export const AHEAD_SLOTS = 16
/** To wake a thread takes as long as to take some slots: it is done for so many at once. */
export const AHEAD_SLOTS_AT_ONCE = 8
export const AHEAD_BYTES = 262_144
export const AHEAD_RECORDS = 4096
export const AHEAD_SLOT_BYTES = 540_672
/** Records of resets and kept RST segments, as many as there may be: see `reset-store.ts`. */
export const RESETS_AT = 32_845_824
export const RSTS_AT = 61_681_664
/** Heads that were read ahead, two of each record: where they stand in the input, how long they are, their bytes. */
export const HEADS_AT = 87_281_664
export const HEAD_ENTRY_BYTES = 400
export const H_OFFSET = 0
export const H_LENGTH = 8
export const H_BYTES = 16
/** Rows, to the end of the memory: with the first row 48 bytes on (`FIRST_ROW`), each is whole cache lines. */
export const ROWS_AT = 103_281_680
export const PAGE_BYTES = 65_536
/** As far as a shared memory may grow: enough for `MAX_LIVE_ROWS`. */
export const MAX_PAGES = 16_384
