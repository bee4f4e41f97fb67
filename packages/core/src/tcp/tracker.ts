import { FragmentBuffer } from '../read/fragments.ts'
import { decodeFrame, isKnownLinkType } from '../read/link.ts'
import type { SegmentSink } from '../read/network.ts'
import type { CaptureInterface, PacketSink } from '../read/packet-sink.ts'
import { Ipv6Addresses } from './addresses.ts'
import * as Note from './events.ts'
import { ACK, FIN, RST, SYN } from './flags.ts'
import { HeadSlab } from './heads.ts'
import { Lifecycle } from './lifecycle.ts'
import { readOptions, type TcpOptions } from './options.ts'
import { finishRecord, noteAfterReset, recordReset } from './reset-recording.ts'
import { ResetStore } from './reset-store.ts'
import * as L from './row.ts'
import { Rows } from './rows.ts'

/** A silence shorter than this is ordinary pacing; nothing forgets a connection that fast. */
const MIN_SILENCE_NS = 500_000_000
/** Through the window field: without it a TCP header says too little (tshark stops there too). */
const MIN_HEADER_BYTES = 16
const TCP_HEADER_BYTES = 20
/** NOP NOP TIMESTAMPS(10): how nearly every stack writes the option (RFC 7323 appendix A). */
const ALIGNED_TIMESTAMPS = 0x0101080a
/** A TLS alert record is 7 bytes in the clear, at most a few tens encrypted (RFC 5246 §6.2, RFC 8446 §5.1). */
const MAX_ALERT_BYTES = 64
const BOTH_FINS_ACKED = L.STATE_FIN_ACKED | (L.STATE_FIN_ACKED << 1)
const ANY_SYN_ACK = L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)

/**
 * Follows every connection in one pass: the packet sink of the capture readers. One row of numbers per live connection
 * (`rows`), what outlives it in `life`, snapshots of the reset ones in `resets`.
 */
export class Tracker implements PacketSink, SegmentSink {
  readonly rows = new Rows()
  readonly addresses = new Ipv6Addresses()
  readonly fragments = new FragmentBuffer()
  readonly resets = new ResetStore()
  readonly life: Lifecycle
  readonly options: TcpOptions = { windowScale: -1, timestamps: false, tsval: 0, sack: false, any: false }
  /** Heads of live rows and of reset records, for inputs that cannot be read at random. */
  readonly heads = new HeadSlab()
  readonly recordHeads = new HeadSlab()
  keepHeads = false
  epochUnixNs: bigint | undefined
  subInterface = 0
  isPartial = false
  /** 1-based number of the current frame in its input. */
  frame = 0
  timeNs = 0
  firstNs = Number.NaN
  lastNs = Number.NEGATIVE_INFINITY
  input = 0
  track = 0
  /** As tshark counts in the current input. */
  streams = 0
  rstSegments = 0
  unknownLinkTypes = new Map<number, number>()
  private interfaces: { readonly linkType: number; readonly known: boolean }[] = []
  private interfaceHandle = 0
  private readonly vantages = new Map<number, number>()
  private lastVantageKey = -1
  private lastVantage = 0
  private frameView: DataView | undefined
  private frameOffset = 0
  private frameFileOffset = 0

  constructor(captures: number) {
    this.life = new Lifecycle(this.rows, captures > 1)
  }

  /**
   * Begins an input. Captures that follow each other in time at one place (a ring of files) share a track: their
   * connections go on. Captures that overlap have tracks of their own and are joined afterwards.
   */
  startInput(input: number, track: number, readableAtRandom: boolean): void {
    this.input = input
    this.track = track
    this.frame = 0
    this.streams = 0
    this.rstSegments = 0
    this.interfaces = []
    this.keepHeads = !readableAtRandom
    this.firstNs = Number.NaN
    this.lastNs = Number.NEGATIVE_INFINITY
    this.unknownLinkTypes = new Map()
  }

  /** Sums up what is still live. After this, only the results are of use. */
  finish(): void {
    this.rows.forEach((row) => {
      this.finishRow(row)
    })
  }

  addInterface(info: CaptureInterface): number {
    this.interfaces.push({ linkType: info.linkType, known: isKnownLinkType(info.linkType) })
    return this.interfaces.length - 1
  }

  sinceEpoch(unixNs: bigint): number {
    this.epochUnixNs ??= unixNs
    return Number(unixNs - this.epochUnixNs)
  }

  packet(
    view: DataView,
    offset: number,
    capturedLength: number,
    originalLength: number,
    timeNs: number,
    interfaceHandle: number,
    fileOffset: number,
  ): void {
    this.frame++
    this.frameView = view
    this.frameOffset = offset
    this.frameFileOffset = fileOffset
    this.subInterface = 0
    this.interfaceHandle = interfaceHandle
    // NaN: the record has no time; the last one stands.
    if (!Number.isNaN(timeNs)) {
      this.timeNs = timeNs
      if (!(timeNs >= this.firstNs)) this.firstNs = timeNs
      if (timeNs > this.lastNs) this.lastNs = timeNs
    }
    const from = this.interfaces[interfaceHandle]
    if (from === undefined) return
    if (from.known) decodeFrame(view, offset, capturedLength, originalLength, from.linkType, this)
    else this.unknownLinkTypes.set(from.linkType, (this.unknownLinkTypes.get(from.linkType) ?? 0) + 1)
  }

  internIpv6(view: DataView, offset: number): number {
    return this.addresses.intern(view, offset)
  }

  segment(
    view: DataView,
    family: number,
    source: number,
    destination: number,
    offset: number,
    end: number,
    length: number,
    hops: number,
    identification: number,
  ): void {
    if (end - offset < MIN_HEADER_BYTES) return
    const ports = view.getUint32(offset)
    const seq = view.getUint32(offset + 4)
    const ack = view.getUint32(offset + 8)
    const dataOffset = (view.getUint8(offset + 12) >> 4) * 4
    const flags = view.getUint8(offset + 13)
    const timeNs = this.timeNs
    const swapped = source > destination || (source === destination && ports >>> 16 > (ports & 0xffff))
    const direction = swapped ? 1 : 0
    const row = this.rowOf(
      swapped ? destination : source,
      swapped ? source : destination,
      swapped ? ((ports << 16) | (ports >>> 16)) >>> 0 : ports,
      this.track | (family === 6 ? 256 : 0),
      direction,
      seq,
      flags,
    )
    const u = this.rows.u32
    const f = this.rows.f64
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
      if (length >= dataOffset && !this.isPartial)
        state = Note.noteBase(u, row, d, peer, direction, seq, ack, flags)
    }
    if (dataOffset < TCP_HEADER_BYTES) return
    if ((flags & RST) !== 0) this.rstSegments++

    // The same segment on its way through a second interface of the same capture changes nothing.
    const here = this.vantage()
    const homeShift = direction === 0 ? 16 : 0
    const homes = u[row + L.U_HOMES] as number
    const home = (homes >>> homeShift) & 0xffff
    if (home !== here) {
      if (
        home !== 0 &&
        Note.isSecondSight(this, row, d, direction, seq, ack, flags, payloadLength, identification)
      ) {
        u[row + L.U_STATE] = state | L.STATE_SEEN_TWICE
        return
      }
      u[row + L.U_HOMES] = ((homes & (0xffff << (16 - homeShift))) | (here << homeShift)) >>> 0
    }

    if ((state & L.STATE_RST) !== 0) noteAfterReset(this, row, direction, d, ack, flags, payloadLength)
    if ((flags & (SYN | RST)) !== 0) {
      const optionsEnd = offset + dataOffset <= end ? offset + dataOffset : offset
      readOptions(view, offset + TCP_HEADER_BYTES, optionsEnd, this.options)
      if ((flags & RST) !== 0) {
        const payloadAt = this.fileOffsetOf(view, offset + dataOffset)
        recordReset(
          this,
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
      state = Note.noteSyn(this, row, direction, d, seq, flags, state)
    }

    // Silence: pending until the other side answers it.
    const silenceNs = timeNs - (f[half + L.F_LAST_NS] as number)
    if (silenceNs > MIN_SILENCE_NS) {
      f[half + L.F_SILENCE_NS] = silenceNs
      state = direction === 1 ? state | L.STATE_SILENCE_B : state & ~L.STATE_SILENCE_B
    } else if (f[half + L.F_SILENCE_NS] !== 0 && ((state & L.STATE_SILENCE_B) !== 0) === (direction === 0)) {
      this.life.noteSurvivedSilence(row, f[half + L.F_SILENCE_NS] as number)
      f[half + L.F_SILENCE_NS] = 0
    }
    f[half + L.F_LAST_NS] = timeNs
    f[dHalf + L.F_LAST_NS_OF_DIRECTION] = timeNs
    u[d + L.U_PACKETS] = (u[d + L.U_PACKETS] as number) + 1

    // Sequence
    if ((state & (L.STATE_SENT << direction)) === 0) {
      state |= L.STATE_SENT << direction
      u[d + L.U_ISN] = (flags & SYN) !== 0 ? seq : (seq - 1) >>> 0
      u[d + L.U_NEXT] = seq
    }
    const next = u[d + L.U_NEXT] as number
    const occupied = payloadLength + ((flags & SYN) >> 1) + (flags & FIN)
    if (occupied > 0) {
      const advance = (seq + occupied - next) | 0
      if (advance > 0) {
        u[d + L.U_NEXT] = (seq + occupied) >>> 0
        if (payloadLength > 0) {
          f[dHalf + L.F_BYTES] =
            (f[dHalf + L.F_BYTES] as number) + (advance < payloadLength ? advance : payloadLength)
          f[dHalf + L.F_LAST_DATA_NS] = timeNs
          u[d + L.U_DATA_SEGMENTS] = (u[d + L.U_DATA_SEGMENTS] as number) + 1
          const own = L.STATE_TURN_KNOWN | (direction === 1 ? L.STATE_TURN_B : 0)
          if ((state & (L.STATE_TURN_KNOWN | L.STATE_TURN_B)) !== own) {
            state = (state & ~L.STATE_TURN_B) | own
            state = Note.noteTurn(
              this,
              row,
              direction,
              d,
              state,
              view,
              offset + dataOffset,
              end,
              payloadLength,
            )
          }
          if (payloadLength <= MAX_ALERT_BYTES) Note.peekAlert(this, d, view, offset + dataOffset, end)
        }
      } else if (payloadLength <= 1 && seq === (next - 1) >>> 0 && (flags & (SYN | FIN)) === 0) {
        Note.noteProbe(u, f, d, timeNs)
      } else if ((flags & SYN) === 0) {
        Note.noteRetransmit(u, f, d, identification, timeNs)
      }
    } else if (seq === (next - 1) >>> 0) {
      Note.noteProbe(u, f, d, timeNs)
    }

    // Acknowledgement
    if ((flags & ACK) !== 0) {
      if ((state & (L.STATE_ACKED << direction)) === 0) {
        state |= L.STATE_ACKED << direction
        u[d + L.U_ACKED] = ack
      } else if (((ack - (u[d + L.U_ACKED] as number)) | 0) > 0) {
        u[d + L.U_ACKED] = ack
        u[peer + L.U_UNANSWERED_RETRANSMITS] = 0
      }
      u[peer + L.U_UNANSWERED_PROBES] = 0
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
    if (scaled !== (u[d + L.U_WINDOW] as number)) Note.noteWindow(this, d, scaled, timeNs)

    u[d + L.U_LAST_SEQ] = seq
    u[d + L.U_LAST_SHAPE] = ((flags << 24) | (payloadLength & 0xff_ffff)) >>> 0
    u[d + L.U_LAST_FRAME] = this.frame
    const ip = u[d + L.U_IP] as number
    if ((ip & 0xff) === hops) u[d + L.U_IP] = ((identification << 16) | (ip & 0xffff)) >>> 0
    else Note.noteHops(u, d, hops, identification)
    if (
      dataOffset > TCP_HEADER_BYTES &&
      offset + TCP_HEADER_BYTES + 8 <= end &&
      view.getUint32(offset + TCP_HEADER_BYTES) === ALIGNED_TIMESTAMPS
    ) {
      u[d + L.U_LAST_TSVAL] = view.getUint32(offset + TCP_HEADER_BYTES + 4)
      state |= L.STATE_TIMESTAMPS << direction
    }
    if ((flags & FIN) !== 0) state = Note.noteFin(this, row, direction, d, (seq + payloadLength) >>> 0, state)
    u[row + L.U_STATE] = state
    if ((state & (BOTH_FINS_ACKED | L.STATE_CLOSING)) === BOTH_FINS_ACKED) this.life.queue(row, timeNs)
  }

  /** Where in the input the byte at `offset` of `view` stands; NaN for bytes put together from fragments. */
  fileOffsetOf(view: DataView, offset: number): number {
    return view === this.frameView ? this.frameFileOffset + offset - this.frameOffset : Number.NaN
  }

  /** A small number for the interface, and the direction or index in its link header, of the current frame. */
  vantage(): number {
    // Exact below 2^53: 10 bits of input, 16 of interface, 27 of sub-interface.
    const key = (this.input * 65_536 + this.interfaceHandle) * 0x800_0000 + this.subInterface
    if (key === this.lastVantageKey) return this.lastVantage
    let vantage = this.vantages.get(key)
    if (vantage === undefined) {
      vantage = Math.min(this.vantages.size + 1, 0xffff)
      if (vantage < 0xffff) this.vantages.set(key, vantage)
    }
    this.lastVantageKey = key
    this.lastVantage = vantage
    return vantage
  }

  private rowOf(
    a: number,
    b: number,
    ports: number,
    meta: number,
    direction: number,
    seq: number,
    flags: number,
  ): number {
    const found = this.rows.find(a, b, ports, meta)
    if (found >= 0 && this.rows.u32[found + L.U_INPUT] !== this.input) this.enterInput(found)
    if (
      found >= 0 &&
      ((flags & (SYN | ACK)) !== SYN || !Note.startsAnew(this.rows.u32, found, direction, seq))
    )
      return found
    let reused = 0
    let sameStream = false
    if (found >= 0) {
      const state = this.rows.u32[found + L.U_STATE] as number
      // Another connection to us; to tshark, which has no base to compare the SYN with, still the same stream.
      sameStream = (state & (L.STATE_BASE << direction)) === 0
      const ended = (state & BOTH_FINS_ACKED) === BOTH_FINS_ACKED || (state & L.STATE_RST) !== 0
      reused = L.STATE_PORTS_REUSED | (ended ? 0 : L.STATE_REUSED_WHILE_OPEN)
      this.life.unqueue(found)
      this.finishRow(found)
    }
    this.life.sweep(this.timeNs, this.finishBound)
    const row = this.rows.add(a, b, ports, meta)
    const u = this.rows.u32
    u[row + L.U_INPUT] = this.input
    u[row + L.U_FIRST_FRAME] = this.frame
    this.rows.f64[(row >> 1) + L.F_FIRST_NS] = this.timeNs
    this.rows.f64[(row >> 1) + L.F_LAST_NS] = this.timeNs
    if ((reused === 0 || sameStream) && this.life.recall(row)) {
      if (sameStream) u[row + L.U_STATE] = ((u[row + L.U_STATE] as number) & ~L.STATE_CLOSED_BEFORE) | reused
      if ((flags & (SYN | ACK)) !== SYN || !Note.startsAnew(u, row, direction, seq)) return row
      u[row + L.U_STATE] = 0
      reused = L.STATE_PORTS_REUSED
    }
    u[row + L.U_STREAM] = this.streams++
    u[row + L.U_STATE] = (u[row + L.U_STATE] as number) | reused
    return row
  }

  /** A connection goes on in the next file of its track: tshark numbers each file afresh. */
  private enterInput(row: number): void {
    const u = this.rows.u32
    u[row + L.U_INPUT] = this.input
    u[row + L.U_STREAM] = this.streams++
    u[row + L.U_STATE] = (u[row + L.U_STATE] as number) & ~(L.STATE_BASE | (L.STATE_BASE << 1))
  }

  private readonly finishBound = (row: number): void => {
    this.finishRow(row)
  }

  private finishRow(row: number): void {
    const isReset = ((this.rows.u32[row + L.U_STATE] as number) & L.STATE_RST) !== 0
    if (isReset) finishRecord(this, row)
    this.life.retire(row, isReset)
    if (this.keepHeads) this.heads.forget(row / L.ROW_WORDS)
    this.rows.remove(row)
  }
}
