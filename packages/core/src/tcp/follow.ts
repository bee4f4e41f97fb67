import * as Note from './events.ts'
import { ACK, FIN, RST, SYN } from './flags.ts'
import { noteTurn, peekAlert } from './messages.ts'
import { readOptions } from './options.ts'
import { noteAfterReset, recordReset } from './reset-recording.ts'
import * as L from './row.ts'
import { ALIGNED_TIMESTAMPS, MAX_ALERT_BYTES, MIN_SILENCE_NS, TCP_HEADER_BYTES } from './segment-limits.ts'
import type { Tracker } from './tracker.ts'

const BOTH_FINS_ACKED = L.STATE_FIN_ACKED | (L.STATE_FIN_ACKED << 1)
const ANY_SYN_ACK = L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)

/** Notes in its row what one segment says: every rule of the table, for any segment. */
export function follow(
  tracker: Tracker,
  row: number,
  direction: number,
  view: DataView,
  offset: number,
  end: number,
  length: number,
  hops: number,
  identification: number,
): void {
  const seq = view.getInt32(offset + 4)
  const ack = view.getInt32(offset + 8)
  const dataOffset = (view.getUint8(offset + 12) >> 4) * 4
  const flags = view.getUint8(offset + 13)
  const { timeNs } = tracker
  const u = tracker.rows.i32
  const f = tracker.rows.f64
  const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  const peer = row + L.COMMON_WORDS + (1 - direction) * L.DIRECTION_WORDS
  const half = row >> 1
  const dHalf = d >> 1
  const payloadLength = length > dataOffset ? length - dataOffset : 0
  let state = u[row + L.U_STATE] as number
  if (
    (state & (L.STATE_BASE | (L.STATE_BASE << 1))) !== (L.STATE_BASE | (L.STATE_BASE << 1)) ||
    (flags & SYN) !== 0
  ) {
    if (length >= dataOffset && !tracker.isPartial)
      state = Note.noteBase(u, row, d, peer, direction, seq, ack, flags)
  }
  if (dataOffset < TCP_HEADER_BYTES) return
  if ((flags & RST) !== 0) tracker.rstSegments++

  // The same segment on its way through a second interface of the same capture changes nothing.
  const here = tracker.vantage()
  const homeShift = direction === 0 ? 16 : 0
  const homes = u[row + L.U_HOMES] as number
  const home = (homes >>> homeShift) & 0xffff
  if (home !== here) {
    if (
      home !== 0 &&
      Note.isSecondSight(tracker, row, d, direction, seq, ack, flags, payloadLength, identification)
    ) {
      u[row + L.U_STATE] = state | L.STATE_SEEN_TWICE
      return
    }
    u[row + L.U_HOMES] = (homes & (0xffff << (16 - homeShift))) | (here << homeShift)
  }

  if ((state & L.STATE_RST) !== 0) noteAfterReset(tracker, row, direction, d, seq, ack, flags, payloadLength)
  if ((flags & (SYN | RST)) !== 0) {
    const optionsEnd = offset + dataOffset <= end ? offset + dataOffset : offset
    readOptions(view, offset + TCP_HEADER_BYTES, optionsEnd, tracker.options)
    if ((flags & RST) !== 0) {
      const payloadAt = tracker.fileOffsetOf(view, offset + dataOffset)
      recordReset(
        tracker,
        row,
        direction,
        seq,
        ack,
        flags,
        view.getUint16(offset + 14),
        payloadLength,
        payloadAt,
        hops,
        identification,
      )
      return
    }
    state = Note.noteSyn(tracker, row, direction, d, seq, flags, state)
  }

  // Silence: pending until the other side answers it.
  const silenceNs = timeNs - (f[half + L.F_LAST_NS] as number)
  if (silenceNs > MIN_SILENCE_NS) {
    f[half + L.F_SILENCE_NS] = silenceNs
    state = direction === 1 ? state | L.STATE_SILENCE_B : state & ~L.STATE_SILENCE_B
  } else if (f[half + L.F_SILENCE_NS] !== 0 && ((state & L.STATE_SILENCE_B) !== 0) === (direction === 0)) {
    tracker.life.noteSurvivedSilence(row, f[half + L.F_SILENCE_NS] as number)
    f[half + L.F_SILENCE_NS] = 0
  }
  f[half + L.F_LAST_NS] = timeNs
  f[dHalf + L.F_LAST_NS_OF_DIRECTION] = timeNs
  u[d + L.U_PACKETS] = (u[d + L.U_PACKETS] as number) + 1

  // Sequence
  if ((state & (L.STATE_SENT << direction)) === 0) {
    state |= L.STATE_SENT << direction
    u[d + L.U_ISN] = (flags & SYN) !== 0 ? seq : seq - 1
    u[d + L.U_NEXT] = seq
  }
  const next = u[d + L.U_NEXT] as number
  const occupied = payloadLength + ((flags & SYN) >> 1) + (flags & FIN)
  if (occupied > 0) {
    const advance = (seq + occupied - next) | 0
    if (advance > 0) {
      u[d + L.U_NEXT] = seq + occupied
      if (payloadLength > 0) {
        f[dHalf + L.F_BYTES] =
          (f[dHalf + L.F_BYTES] as number) + (advance < payloadLength ? advance : payloadLength)
        f[dHalf + L.F_LAST_DATA_NS] = timeNs
        u[d + L.U_DATA_SEGMENTS] = (u[d + L.U_DATA_SEGMENTS] as number) + 1
        const own = L.STATE_TURN_KNOWN | (direction === 1 ? L.STATE_TURN_B : 0)
        if ((state & (L.STATE_TURN_KNOWN | L.STATE_TURN_B)) !== own) {
          state = (state & ~L.STATE_TURN_B) | own
          state = noteTurn(tracker, row, direction, d, state, view, offset + dataOffset, end, payloadLength)
        }
        if (payloadLength <= MAX_ALERT_BYTES) peekAlert(tracker, d, view, offset + dataOffset, end)
      }
    } else if (payloadLength <= 1 && seq === ((next - 1) | 0) && (flags & (SYN | FIN)) === 0) {
      state = Note.noteProbe(u, f, d, timeNs, direction, state)
    } else if ((flags & SYN) === 0) {
      state = Note.noteRetransmit(u, f, d, identification, timeNs, direction, state)
    }
  } else if (seq === ((next - 1) | 0)) {
    state = Note.noteProbe(u, f, d, timeNs, direction, state)
  }

  // Acknowledgement
  if ((flags & ACK) !== 0) {
    if ((state & (L.STATE_ACKED << direction)) === 0) {
      state |= L.STATE_ACKED << direction
      u[d + L.U_ACKED] = ack
    } else if (((ack - (u[d + L.U_ACKED] as number)) | 0) > 0) {
      u[d + L.U_ACKED] = ack
      if ((state & (L.STATE_UNANSWERED << (1 - direction))) !== 0) u[peer + L.U_UNANSWERED_RETRANSMITS] = 0
    }
    if ((state & (L.STATE_UNANSWERED << (1 - direction))) !== 0)
      state = Note.noteAnswer(u, peer, direction, state)
    if ((state & L.STATE_ESTABLISHED) === 0 && (state & ANY_SYN_ACK) !== 0)
      state = Note.noteHandshakeAck(u, peer, direction, ack, flags, state)
    if (
      (state & (L.STATE_FIN << (1 - direction))) !== 0 &&
      ((ack - (u[peer + L.U_FIN_SEQ] as number)) | 0) > 0
    )
      state |= L.STATE_FIN_ACKED << (1 - direction)
  }

  // Window (RFC 7323 §2.3: never scaled in a segment with SYN)
  const window = view.getUint16(offset + 14)
  const scaled = (flags & SYN) !== 0 ? window : window << ((u[d + L.U_OPTIONS] as number) & 0xf)
  // Where the snap length cut the scale of what follows, this window would be of another unit.
  const isScaleCut = (flags & SYN) !== 0 && offset + dataOffset > end
  if (!isScaleCut && scaled !== (u[d + L.U_WINDOW] as number)) Note.noteWindow(tracker, d, scaled, timeNs)

  u[d + L.U_LAST_SEQ] = seq
  u[d + L.U_LAST_SHAPE] = (flags << 24) | (payloadLength & 0xff_ffff)
  u[d + L.U_LAST_FRAME] = tracker.frame
  const ip = u[d + L.U_IP] as number
  if ((ip & 0xff) === hops) u[d + L.U_IP] = (identification << 16) | (ip & 0xffff)
  else Note.noteHops(u, d, hops, identification)
  if (
    dataOffset >= TCP_HEADER_BYTES + 8 &&
    offset + TCP_HEADER_BYTES + 8 <= end &&
    view.getInt32(offset + TCP_HEADER_BYTES) === ALIGNED_TIMESTAMPS
  ) {
    u[d + L.U_LAST_TSVAL] = view.getInt32(offset + TCP_HEADER_BYTES + 4)
    state |= L.STATE_TIMESTAMPS << direction
  }
  if ((flags & FIN) !== 0) state = Note.noteFin(tracker, row, direction, d, (seq + payloadLength) | 0, state)
  u[row + L.U_STATE] = state
  if ((state & (BOTH_FINS_ACKED | L.STATE_CLOSING)) === BOTH_FINS_ACKED) tracker.close(row)
}
