/**
 * The layout of a connection's row: numbers in one ArrayBuffer, seen as Uint32Array (`U_…`, index in words from the
 * row's start) and as Float64Array (`F_…`, index in doubles from half the row's start). A row is a common part and a
 * part per direction. Direction 0 is what the endpoint with the lower (address, port) sends, direction 1 the other.
 *
 * While packets are read, the words are seen as Int32Array and sequence numbers have a sign: an unsigned number above
 * 2^31 does not fit V8's small integers and would be an allocation wherever it is passed on.
 *
 * 144 words: whole cache lines, but not a power of two, with which the hot line of every row would fall into the same
 * few cache sets. Memory is set to zero a row at a time, so spare words cost next to nothing.
 */
export const ROW_WORDS = 144
export const COMMON_WORDS = 16
export const DIRECTION_WORDS = 64

// Common part: what every segment looks at.
export const U_ADDRESS_A = 0
export const U_ADDRESS_B = 1
/** Port of A in the upper half. */
export const U_PORTS = 2
/** Bits 0–7 track, bit 8 IPv6. */
export const U_META = 3
export const META_IPV6 = 256
export const U_STATE = 4
export const U_INPUT = 5
/** Handle of the interface on which each direction is followed: upper half direction 0. */
export const U_HOMES = 6
/** Number of the stream as tshark counts, within `U_INPUT`. */
export const U_STREAM = 7
export const F_LAST_NS = 4
/** Silence before the last segments from one side, until the other side answers; 0: none pending. */
export const F_SILENCE_NS = 5
export const F_FIRST_NS = 6
export const U_FIRST_FRAME = 14
/** 1 + index in the reset store; 0: no reset so far. */
export const U_RECORD = 15
// Common too, in words that the first direction does not need: rarely touched.
/** Of a closed connection: row+1 of the one that is recycled after it; 0: none. See `lingering.ts`. */
export const U_QUEUE_NEXT = COMMON_WORDS + 52
/** ICMP errors that quoted a segment of the connection: type << 8 | code of the last, count in the upper half. */
export const U_ICMP = COMMON_WORDS + 53
/** Frame of the last of them. */
export const U_ICMP_FRAME = COMMON_WORDS + 54
/** … and of the one before it. */
export const U_QUEUE_PREVIOUS = COMMON_WORDS + 55
/** When the connection was first heard in `U_INPUT`, if it went on there from an earlier file; else 0. */
export const F_ENTERED_NS = (COMMON_WORDS + 56) / 2
/** Since when a closed connection waits to be recycled. */
export const F_QUEUED_NS = (COMMON_WORDS + 58) / 2

// Per direction, from COMMON_WORDS + direction × DIRECTION_WORDS. The first 16 words change with every segment.
export const F_LAST_NS_OF_DIRECTION = 0
export const F_LAST_DATA_NS = 1
export const F_BYTES = 2
/** Highest sequence number sent, plus one. */
export const U_NEXT = 6
/** Highest acknowledgement sent. */
export const U_ACKED = 7
/** Last window advertised, scaled, in bytes. */
export const U_WINDOW = 8
/** Bits 0–3 window scale, 4 scale option, 5 timestamps option on SYN, 6 SACK; bits 8–15, 16–23 lowest and highest TTL. */
export const U_OPTIONS = 9
export const U_LAST_SEQ = 10
/** Flags in the top byte, payload length (cut to 24 bits) below. */
export const U_LAST_SHAPE = 11
export const U_LAST_FRAME = 12
/** IPv4 identification of the last segment, in the upper half; TTL of it in bits 0–7, of the first in bits 8–15. */
export const U_IP = 13
/** The kernel counts both at once. */
export const U_PACKETS = 14
export const U_DATA_SEGMENTS = 15
// These change with every exchange.
/** When the latest exchange's first payload in this direction was seen, its place and size. */
export const F_HEAD_NS = 8
export const F_HEAD_OFFSET = 9
export const U_HEAD_BYTES = 20
/** Bit of U_HEAD_BYTES: the head is that of an HTTP/1 message. */
export const HEAD_IS_HTTP = 1 << 30
export const U_HEAD_FRAME = 21
/** How often this direction began to speak. */
export const U_TURNS = 22
/** Sequence number of the first byte of the latest exchange in this direction. */
export const U_TURN_SENT = 23
export const U_LAST_TSVAL = 24
export const U_MAX_WINDOW = 25
// From here on: touched when something happens, not by every segment.
export const U_ISN = 26
/** tshark's base sequence of this flow (`STATE_BASE` says whether it is set). */
export const U_BASE = 27
export const F_FIRST_HEAD_OFFSET = 14
export const U_FIRST_HEAD_BYTES = 30
export const U_FIN_FRAME = 31
export const F_FIN_NS = 16
export const U_FIN_SEQ = 34
export const U_RETRANSMITS = 35
/** When the last advertised window became 0; holds while U_ZERO_FRAME is not 0. */
export const F_ZERO_SINCE_NS = 18
export const F_ZERO_TOTAL_NS = 19
/** Retransmissions since the peer last acknowledged something new, and when the first of them was sent. */
export const U_UNANSWERED_RETRANSMITS = 40
/** Keepalive probes since the peer was last heard, and when the first of them was sent. */
export const U_UNANSWERED_PROBES = 41
export const F_UNANSWERED_NS = 21
export const F_PROBE_NS = 22
export const U_ZERO_FRAME = 46
export const U_SYN_COUNT = 47
export const F_SYN_NS = 24
/**
 * How long nobody had said anything before what the FIN ended, if that is `MIN_SILENCE_NS` and nothing answered it in
 * between: of a server that says goodbye, how long the connection was idle.
 */
export const F_FIN_SILENCE_NS = 30
/** A TLS alert's frame; the size of its record in the upper half, and level << 8 | description where they were readable. */
export const U_ALERT_FRAME = 50
/** It came in an earlier file: a frame of none. */
export const EARLIER_FRAME = -1
export const U_ALERT = 51

// Bits of U_STATE; where there is one per direction, direction 1 is the next bit up.
export const STATE_SYN = 1 << 0
export const STATE_SYN_ACK = 1 << 2
export const STATE_FIN = 1 << 4
export const STATE_FIN_ACKED = 1 << 6
export const STATE_BASE_SHIFT = 8
export const STATE_BASE = 1 << STATE_BASE_SHIFT
/** A segment was seen, so that U_NEXT and U_ISN hold. */
export const STATE_SENT = 1 << 10
/** An acknowledgement was seen, so that U_ACKED holds. */
export const STATE_ACKED = 1 << 12
export const STATE_RST = 1 << 14
/** Which direction spoke last. */
export const STATE_TURN_KNOWN = 1 << 16
export const STATE_TURN_B = 1 << 17
/** Which direction broke the pending silence. */
export const STATE_SILENCE_B = 1 << 18
/** Queued to be recycled. */
export const STATE_CLOSING = 1 << 19
/** The same ports were seen before with another initial sequence number. */
export const STATE_PORTS_REUSED = 1 << 20
/** … and that earlier connection had not ended. */
export const STATE_REUSED_WHILE_OPEN = 1 << 21
/** The row continues a connection that ended long enough ago to have been recycled. */
export const STATE_CLOSED_BEFORE = 1 << 22
/** Segments were also seen on a second interface of the same capture. */
export const STATE_SEEN_TWICE = 1 << 23
/** Timestamps (RFC 7323) seen on a segment of the direction. */
export const STATE_TIMESTAMPS = 1 << 25
/** Three-way handshake seen whole. */
export const STATE_ESTABLISHED = 1 << 27
/** TLS records seen. */
export const STATE_TLS = 1 << 28
/** U_UNANSWERED_PROBES or U_UNANSWERED_RETRANSMITS of the direction is not 0. */
export const STATE_UNANSWERED = 1 << 29
/** A closed connection that is summed up already; one that is heard again is taken out of the sums. */
export const STATE_SUMMED = 1 << 31
