import { FragmentBuffer } from '../read/fragments.ts'
import type { SegmentSink } from '../read/network.ts'
import { enterInput } from './enter-input.ts'
import { ACK, SYN } from './flags.ts'
import * as L from './row.ts'
import type { Tracker } from './tracker.ts'

/** Ports and sequence number: all that RFC 792 promises of the quoted segment. */
const MIN_QUOTED_BYTES = 8
/** tshark begins a stream for a quoted header through the window field, as for any other. */
const MIN_NUMBERED_BYTES = 16
/** The largest window there is (RFC 7323 §2.3): what is further behind was never under way together. */
const MAX_WINDOW_BYTES = 2 ** 30
const MAX_COUNT = 0xffff

/**
 * The segments that ICMP errors quote. They were not sent where the capture was made: they number streams, as tshark
 * does, and are noted with the connections that they belong to, but nothing else follows from them.
 */
export class QuotedSegments implements SegmentSink {
  subInterface = 0
  isPartial = false
  /** What an error quotes says nothing of the datagrams that are being joined. */
  readonly fragments = new FragmentBuffer()
  private readonly tracker: Tracker
  private type = 0
  private code = 0

  constructor(tracker: Tracker) {
    this.tracker = tracker
  }

  /** What follows is quoted by an error of this kind. */
  about(type: number, code: number): void {
    this.type = type
    this.code = code
  }

  quotation(): SegmentSink {
    return this
  }

  internIpv6(view: DataView, offset: number): number {
    return this.tracker.internIpv6(view, offset)
  }

  segment(
    view: DataView,
    family: number,
    source: number,
    destination: number,
    offset: number,
    end: number,
  ): void {
    if (end - offset < MIN_QUOTED_BYTES) return
    const { tracker } = this
    const [from, to] = [view.getUint16(offset), view.getUint16(offset + 2)]
    const seq = view.getInt32(offset + 4)
    const isSwapped = source > destination || (source === destination && from > to)
    const direction = isSwapped ? 1 : 0
    const a = (isSwapped ? destination : source) | 0
    const b = (isSwapped ? source : destination) | 0
    const ports = isSwapped ? (to << 16) | from : (from << 16) | to
    const isIpv6 = family === 6
    const row = tracker.liveRow(a, b, ports, isIpv6)
    if (end - offset >= MIN_NUMBERED_BYTES) {
      const flags = view.getUint8(offset + 13)
      if (row < 0) tracker.numberUnseen(a, b, ports, isIpv6, direction, seq, flags)
      else renumber(tracker, row, direction, seq, flags)
    }
    if (row >= 0 && wasSent(tracker, row, direction, seq)) this.note(row)
  }

  private note(row: number): void {
    const u = this.tracker.rows.u32
    const count = Math.min(((u[row + L.U_ICMP] ?? 0) >>> 16) + 1, MAX_COUNT)
    u[row + L.U_ICMP] = ((count << 16) | (this.type << 8) | this.code) >>> 0
    u[row + L.U_ICMP_FRAME] = this.tracker.frame
  }
}

/** tshark's rules for the stream of a segment, of which a quoted one follows those that set no base for the first time. */
function renumber(tracker: Tracker, row: number, direction: number, seq: number, flags: number): void {
  const u = tracker.rows.i32
  if (u[row + L.U_INPUT] !== tracker.input) enterInput(tracker, row)
  const base = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS + L.U_BASE
  const state = u[row + L.U_STATE] ?? 0
  if ((flags & SYN) === 0 || (state & (L.STATE_BASE << direction)) === 0 || u[base] === seq) return
  if ((flags & ACK) !== 0) {
    u[base] = seq
    return
  }
  u[row + L.U_STREAM] = tracker.streams++
  u[row + L.U_STATE] = state & ~(L.STATE_BASE | (L.STATE_BASE << 1))
}

/** Whether the connection can have sent it: an error may be forged, or late and about an earlier connection. */
function wasSent(tracker: Tracker, row: number, direction: number, seq: number): boolean {
  const { i32: u, f64: f } = tracker.rows
  if (((u[row + L.U_STATE] ?? 0) & (L.STATE_SENT << direction)) === 0) return true
  const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  const next = u[d + L.U_NEXT] ?? 0
  const isLong = (f[(d >> 1) + L.F_BYTES] ?? 0) >= MAX_WINDOW_BYTES
  const sentBytes = isLong ? MAX_WINDOW_BYTES : (next - (u[d + L.U_ISN] ?? 0)) >>> 0
  return (next - seq) >>> 0 <= sentBytes
}
