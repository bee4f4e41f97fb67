import { ACK, FIN, RST, SYN } from './flags.ts'
import { serverDirection } from './server-direction.ts'
import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

/*
 * What happens rarely on a connection: each function notes one kind of event in the connection's row. `d` and `peer`
 * are the first words of the direction's and the other direction's part; those that take `state` return the new one.
 */

/** On a second interface, how long the first may have been silent before the connection is taken to have moved. */
const HOME_SILENT_NS = 2e9
/** tshark's rule for a new stream on known ports: a SYN with another sequence number than the flow's base. */
export function startsAnew(u: Int32Array, row: number, direction: number, seq: number): boolean {
  const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  const state = u[row + L.U_STATE] as number
  if ((state & (L.STATE_BASE << direction)) !== 0) return u[d + L.U_BASE] !== seq
  return (state & (L.STATE_SENT << direction)) !== 0 && u[d + L.U_ISN] !== seq
}

/** tshark's base sequence numbers (epan/dissectors/packet-tcp.c), for the numbering of streams alone. */
export function noteBase(
  u: Int32Array,
  row: number,
  d: number,
  peer: number,
  direction: number,
  seq: number,
  ack: number,
  flags: number,
): number {
  let state = u[row + L.U_STATE] as number
  const own = L.STATE_BASE << direction
  const other = L.STATE_BASE << (1 - direction)
  if ((state & own) === 0 || (flags & (SYN | ACK)) === (SYN | ACK)) {
    u[d + L.U_BASE] = (flags & SYN) !== 0 ? seq : seq - 1
    state |= own
  }
  if ((state & other) === 0 && (flags & ACK) !== 0) {
    u[peer + L.U_BASE] = ack - 1
    state |= other
  }
  u[row + L.U_STATE] = state
  return state
}

/**
 * Whether a segment on another interface than its direction's own is one that was seen before (`-i any`, both ends of
 * a veth in one file). One that brings something new was missed on the first interface, or the path moved.
 */
export function isSecondSight(
  tracker: Tracker,
  row: number,
  d: number,
  direction: number,
  seq: number,
  ack: number,
  flags: number,
  payloadLength: number,
  identification: number,
): boolean {
  const u = tracker.rows.i32
  const state = u[row + L.U_STATE] as number
  const lastNs = tracker.rows.f64[(d >> 1) + L.F_LAST_NS_OF_DIRECTION] as number
  if ((flags & RST) !== 0) return (state & L.STATE_RST) !== 0
  if ((state & (L.STATE_SENT << direction)) === 0) return false
  if (tracker.timeNs - lastNs > HOME_SILENT_NS) return false
  const sameId = identification > 0 && identification === (u[d + L.U_IP] as number) >>> 16
  if (sameId) return true
  const occupied = payloadLength + ((flags & SYN) >> 1) + (flags & FIN)
  const advances = ((seq + occupied - (u[d + L.U_NEXT] as number)) | 0) > 0
  const acknowledges = (flags & ACK) !== 0 && ((ack - (u[d + L.U_ACKED] as number)) | 0) > 0
  return !advances && !acknowledges
}

export function noteSyn(
  tracker: Tracker,
  row: number,
  direction: number,
  d: number,
  seq: number,
  flags: number,
  state: number,
): number {
  const u = tracker.rows.i32
  const { options } = tracker
  u[d + L.U_SYN_COUNT] = (u[d + L.U_SYN_COUNT] as number) + 1
  if (u[d + L.U_SYN_COUNT] === 1) tracker.rows.f64[(d >> 1) + L.F_SYN_NS] = tracker.timeNs
  const scale = options.windowScale < 0 ? 0 : options.windowScale | 0x10
  const others = (options.timestamps ? 0x20 : 0) | (options.sack ? 0x40 : 0)
  u[d + L.U_OPTIONS] = ((u[d + L.U_OPTIONS] as number) & 0xffff_ff00) | scale | others
  if (options.timestamps) u[d + L.U_LAST_TSVAL] = options.tsval
  if ((state & (L.STATE_SENT << direction)) === 0) {
    u[d + L.U_ISN] = seq
    u[d + L.U_NEXT] = seq
  }
  if ((flags & ACK) === 0) return state | (L.STATE_SYN << direction) | (L.STATE_SENT << direction)
  // RFC 7323 §2.2: scaling is in force only if both SYNs offered it.
  const peer = row + L.COMMON_WORDS + (1 - direction) * L.DIRECTION_WORDS
  const peerOptions = u[peer + L.U_OPTIONS] as number
  if (options.windowScale < 0) u[peer + L.U_OPTIONS] = peerOptions & ~0xf
  else if ((peerOptions & 0x10) === 0 && (state & (L.STATE_SYN << (1 - direction))) !== 0)
    u[d + L.U_OPTIONS] = (u[d + L.U_OPTIONS] as number) & ~0xf
  return state | (L.STATE_SYN_ACK << direction) | (L.STATE_SENT << direction)
}

/** The third segment of the handshake, or a sign that there is none. */
export function noteHandshakeAck(
  u: Int32Array,
  peer: number,
  direction: number,
  ack: number,
  flags: number,
  state: number,
): number {
  if ((flags & SYN) !== 0 || (state & (L.STATE_SYN_ACK << (1 - direction))) === 0) return state
  return ((ack - (u[peer + L.U_ISN] as number)) | 0) > 0 ? state | L.STATE_ESTABLISHED : state
}

/** One byte before what is next, with at most a byte of data: RFC 9293 §3.8.4 keepalive. */
export function noteProbe(
  u: Int32Array,
  f: Float64Array,
  d: number,
  timeNs: number,
  direction: number,
  state: number,
): number {
  const unanswered = (u[d + L.U_UNANSWERED_PROBES] as number) + 1
  u[d + L.U_UNANSWERED_PROBES] = unanswered
  if (unanswered === 1) f[(d >> 1) + L.F_PROBE_NS] = timeNs
  return state | (L.STATE_UNANSWERED << direction)
}

export function noteRetransmit(
  u: Int32Array,
  f: Float64Array,
  d: number,
  identification: number,
  timeNs: number,
  direction: number,
  state: number,
): number {
  // A mirrored port shows a segment twice with one identification; a retransmission gets a new one.
  if (identification > 0 && identification === (u[d + L.U_IP] as number) >>> 16) return state
  u[d + L.U_RETRANSMITS] = (u[d + L.U_RETRANSMITS] as number) + 1
  const unanswered = (u[d + L.U_UNANSWERED_RETRANSMITS] as number) + 1
  u[d + L.U_UNANSWERED_RETRANSMITS] = unanswered
  if (unanswered === 1) f[(d >> 1) + L.F_UNANSWERED_NS] = timeNs
  return state | (L.STATE_UNANSWERED << direction)
}

/** The peer is heard, which answers its probes; its retransmissions wait for a new acknowledgement. */
export function noteAnswer(u: Int32Array, peer: number, direction: number, state: number): number {
  u[peer + L.U_UNANSWERED_PROBES] = 0
  if (u[peer + L.U_UNANSWERED_RETRANSMITS] !== 0) return state
  return state & ~(L.STATE_UNANSWERED << (1 - direction))
}

export function noteWindow(tracker: Tracker, d: number, window: number, timeNs: number): void {
  const u = tracker.rows.i32
  const f = tracker.rows.f64
  const since = f[(d >> 1) + L.F_ZERO_SINCE_NS] as number
  u[d + L.U_WINDOW] = window
  if (window > (u[d + L.U_MAX_WINDOW] as number)) u[d + L.U_MAX_WINDOW] = window
  if (window === 0 && u[d + L.U_ZERO_FRAME] === 0) {
    f[(d >> 1) + L.F_ZERO_SINCE_NS] = timeNs
    u[d + L.U_ZERO_FRAME] = tracker.frame
  } else if (window > 0 && u[d + L.U_ZERO_FRAME] !== 0) {
    f[(d >> 1) + L.F_ZERO_TOTAL_NS] = (f[(d >> 1) + L.F_ZERO_TOTAL_NS] as number) + timeNs - since
    u[d + L.U_ZERO_FRAME] = 0
  }
}

export function noteHops(u: Int32Array, d: number, hops: number, identification: number): void {
  const ip = u[d + L.U_IP] as number
  const first = ip === 0 && u[d + L.U_PACKETS] === 1 ? hops : (ip >>> 8) & 0xff
  u[d + L.U_IP] = (identification << 16) | (first << 8) | hops
  const options = u[d + L.U_OPTIONS] as number
  const isFirst = u[d + L.U_PACKETS] === 1
  const low = isFirst ? hops : Math.min((options >>> 8) & 0xff, hops)
  const high = isFirst ? hops : Math.max((options >>> 16) & 0xff, hops)
  u[d + L.U_OPTIONS] = (options & 0xff) | (low << 8) | (high << 16)
}

export function noteFin(
  tracker: Tracker,
  row: number,
  direction: number,
  d: number,
  finSeq: number,
  state: number,
): number {
  const isFirst = (state & (L.STATE_FIN << direction)) === 0
  if (!isFirst) return state
  const u = tracker.rows.i32
  const f = tracker.rows.f64
  u[d + L.U_FIN_SEQ] = finSeq
  u[d + L.U_FIN_FRAME] = tracker.frame
  f[(d >> 1) + L.F_FIN_NS] = tracker.timeNs
  const isOwnSilence = ((state & L.STATE_SILENCE_B) !== 0) === (direction === 1)
  f[(d >> 1) + L.F_FIN_SILENCE_NS] = isOwnSilence ? (f[(row >> 1) + L.F_SILENCE_NS] as number) : 0
  const isIpv6 = ((u[row + L.U_META] as number) & L.META_IPV6) !== 0
  const address = (u[row + (direction === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] as number) >>> 0
  tracker.life.noteFin(isIpv6, address, tracker.timeNs)
  const other = L.STATE_FIN << (1 - direction)
  if (direction === serverDirection(tracker.rows.u32, row) && (state & other) === 0) {
    // Idle since the last payload of either side.
    const a = f[((row + L.COMMON_WORDS) >> 1) + L.F_LAST_DATA_NS] as number
    const b = f[((row + L.COMMON_WORDS + L.DIRECTION_WORDS) >> 1) + L.F_LAST_DATA_NS] as number
    const port = ((u[row + L.U_PORTS] as number) >>> (16 - (direction << 4))) & 0xffff
    if (u[d + L.U_DATA_SEGMENTS] !== 0)
      tracker.life.noteIdleBeforeServerFin(isIpv6, address, port, tracker.timeNs - Math.max(a, b))
  }
  return state | (L.STATE_FIN << direction)
}
