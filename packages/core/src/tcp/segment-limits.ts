/** A silence shorter than this is ordinary pacing; nothing forgets a connection that fast. */
export const MIN_SILENCE_NS = 500_000_000
export const TCP_HEADER_BYTES = 20
/** NOP NOP TIMESTAMPS(10): how nearly every stack writes the option (RFC 7323 appendix A). */
export const ALIGNED_TIMESTAMPS = 0x0101080a
/** A TLS alert record is 7 bytes in the clear, at most a few tens encrypted (RFC 5246 §6.2, RFC 8446 §5.1). */
export const MAX_ALERT_BYTES = 64
export const TLS_ALERT = 0x15
export const TLS_HANDSHAKE = 0x16
export const TLS_MAJOR_VERSION = 3
/** Type, version and length (RFC 8446 §5.1). */
export const TLS_RECORD_HEADER = 5
