import { FragmentBuffer } from '../read/fragments.ts'
import { decodeFrame, isKnownLinkType, LINKTYPE_ETHERNET } from '../read/link.ts'
import type { SegmentSink } from '../read/network.ts'
import type { CaptureInterface, PacketSink, RecordLayout } from '../read/packet-sink.ts'
import { Ipv6Addresses } from './addresses.ts'
import { findLive, rowFor } from './find-row.ts'
import { follow } from './follow.ts'
import { HeadSlab } from './heads.ts'
import { Lifecycle } from './lifecycle.ts'
import type { TcpOptions } from './options.ts'
import { PlainRecords } from './plain-records.ts'
import { QuotedSegments } from './quotes.ts'
import { finishRecord } from './reset-recording.ts'
import { ResetStore } from './reset-store.ts'
import * as L from './row.ts'
import { noteUnfinished } from './unfinished.ts'
import { Rows, tagOf } from './rows.ts'
import { Vantages } from './vantages.ts'

/** Through the window field: without it a TCP header says too little (tshark stops there too). */
const MIN_HEADER_BYTES = 16

/** Milliseconds since 1970 UTC. */
export interface AskedTime {
  readonly fromUnixMs?: number
  readonly toUnixMs?: number
}

/**
 * Follows every connection in one pass: the packet sink of the capture readers. One row of numbers per live connection
 * (`rows`), what outlives it in `life`, snapshots of the reset ones in `resets`.
 */
export class Tracker implements PacketSink, SegmentSink {
  readonly rows = new Rows()
  readonly addresses = new Ipv6Addresses()
  readonly fragments = new FragmentBuffer()
  private readonly quotes = new QuotedSegments(this)
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
  /** Doubles from the start (−0 is none of V8's small integers): a field that becomes one later costs its code. */
  timeNs = -0
  firstNs = Number.NaN
  lastNs = Number.NEGATIVE_INFINITY
  input = 0
  track = 0
  /** As tshark counts in the current input. */
  streams = 0
  rstSegments = 0
  /** Segments of the current input whose header the snap length cut before its flags. */
  cutHeaders = 0
  unknownLinkTypes = new Map<number, number>()
  private interfaces: { readonly linkType: number; readonly known: boolean }[] = []
  private interfaceHandle = 0
  private readonly vantages = new Vantages()
  private frameView: DataView | undefined
  private frameOffset = 0
  private frameFileOffset = Number.NaN

  readonly plain: PlainRecords
  readonly isPreparedAhead: boolean
  private readonly asked: AskedTime

  /**
   * @param captures how many inputs will be read
   * @param asked of what time services count their connections apart
   * @param minKernelBytes how long a chunk of a capture begins to be worth the compiled loop
   * @param isPreparedAhead whether another thread may prepare what is read
   */
  constructor(captures: number, asked: AskedTime = {}, minKernelBytes?: number, isPreparedAhead = false) {
    this.asked = asked
    this.isPreparedAhead = isPreparedAhead
    this.life = new Lifecycle(this.rows, captures > 1)
    this.plain = new PlainRecords(this, minKernelBytes)
  }

  /**
   * Begins an input. Captures that follow each other in time at one place (a ring of files) share a track: their
   * connections go on. Captures that overlap have tracks of their own and are joined afterwards.
   */
  startInput(input: number, track: number, readableAtRandom: boolean): void {
    this.life.settle(this.track)
    this.input = input
    this.track = track
    this.frame = 0
    this.streams = 0
    this.rstSegments = 0
    this.interfaces = []
    this.keepHeads = !readableAtRandom
    this.firstNs = Number.NaN
    this.lastNs = Number.NEGATIVE_INFINITY
    this.cutHeaders = 0
    this.unknownLinkTypes = new Map()
    this.plain.startInput()
  }

  /** Sums up what is still live. After this, only the results are of use. */
  finish(): void {
    this.life.settle(this.track)
    this.rows.forEach((row) => {
      // Most live rows are of connections that have just ended.
      if (this.isSummed(row)) return
      noteUnfinished(this.rows, row, this.addresses, this.life.unfinished)
      this.sumUp(row)
    })
  }

  addInterface(info: CaptureInterface): number {
    this.interfaces.push({ linkType: info.linkType, known: isKnownLinkType(info.linkType) })
    return this.interfaces.length - 1
  }

  sinceEpoch(unixNs: bigint): number {
    if (this.epochUnixNs === undefined) {
      this.epochUnixNs = unixNs
      const epochMs = Number(unixNs) / 1e6
      this.life.askedFromNs = ((this.asked.fromUnixMs ?? -Infinity) - epochMs) * 1e6
      this.life.askedToNs = ((this.asked.toUnixMs ?? Infinity) - epochMs) * 1e6
    }
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

  plainRecords(
    view: DataView,
    start: number,
    end: number,
    fileOffsetOfView: number,
    layout: RecordLayout,
  ): number {
    if (layout.linkType !== LINKTYPE_ETHERNET) return start
    return this.plain.follow(view, start, end, fileOffsetOfView, layout)
  }

  /** The frames that follow are all in `view` and of one interface. */
  enterView(view: DataView, fileOffsetOfView: number, interfaceHandle: number): void {
    this.frameView = view
    this.frameOffset = 0
    this.frameFileOffset = fileOffsetOfView
    this.subInterface = 0
    this.interfaceHandle = interfaceHandle
  }

  quotation(type: number, code: number): SegmentSink {
    this.quotes.about(type, code)
    return this.quotes
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
    if (end - offset < MIN_HEADER_BYTES) {
      this.cutHeaders++
      return
    }
    const ports = view.getInt32(offset)
    const swapped = source > destination || (source === destination && ports >>> 16 > (ports & 0xffff))
    const a = (swapped ? destination : source) | 0
    const b = (swapped ? source : destination) | 0
    const ordered = swapped ? (ports << 16) | (ports >>> 16) : ports
    const meta = this.track | (family === 6 ? L.META_IPV6 : 0)
    const tag = tagOf(a, b, ordered, meta)
    const direction = swapped ? 1 : 0
    this.take(view, tag, a, b, ordered, meta, direction, offset, end, length, hops, identification)
  }

  /**
   * A segment whose key is known: the lower endpoint first, all numbers 32 bits with a sign.
   *
   * @param offset of the TCP header, 16 bytes of which were captured
   */
  take(
    view: DataView,
    tag: number,
    a: number,
    b: number,
    ports: number,
    meta: number,
    direction: number,
    offset: number,
    end: number,
    length: number,
    hops: number,
    identification: number,
  ): void {
    const seq = view.getInt32(offset + 4)
    const flags = view.getUint8(offset + 13)
    const row = rowFor(this, tag, a, b, ports, meta, direction, seq, flags)
    follow(this, row, direction, view, offset, end, length, hops, identification)
  }

  /** Where in the input the byte at `offset` of `view` stands; NaN for bytes put together from fragments. */
  fileOffsetOf(view: DataView, offset: number): number {
    return view === this.frameView ? this.frameFileOffset + offset - this.frameOffset : Number.NaN
  }

  /** A small number for the interface, and the direction or index in its link header, of the current frame. */
  vantage(): number {
    return this.vantages.numberOf(this.input, this.interfaceHandle, this.subInterface)
  }

  /** The same for the frames of a view whose first TCP segment was met, else −1. */
  knownVantage(): number {
    return this.vantages.latest(this.input, this.interfaceHandle, this.subInterface)
  }

  /** The row of a connection that is being followed, or −1. Addresses and ports in the order of the row. */
  liveRow(a: number, b: number, ports: number, isIpv6: boolean): number {
    const meta = this.track | (isIpv6 ? L.META_IPV6 : 0)
    return findLive(this, tagOf(a, b, ports, meta), a, b, ports, meta)
  }

  /** Numbers the stream of a connection that is only spoken of, and follows nothing. */
  numberUnseen(
    a: number,
    b: number,
    ports: number,
    isIpv6: boolean,
    direction: number,
    seq: number,
    flags: number,
  ): void {
    const meta = this.track | (isIpv6 ? L.META_IPV6 : 0)
    const before = this.streams
    const row = rowFor(this, tagOf(a, b, ports, meta), a, b, ports, meta, direction, seq, flags)
    if (this.streams !== before) this.life.numbers.remember(row, false)
    this.rows.remove(row)
  }

  /** The connection is over: its row goes where the others wait to be forgotten. */
  close(row: number): void {
    const to = this.life.queue(row, this.timeNs)
    finishRecord(this, to)
    if (this.keepHeads) this.heads.move(this.rows.indexOf(row), this.rows.indexOf(to))
  }

  /** Gives a row back. Bound, because it is handed on. */
  readonly finishRow = (row: number): void => {
    this.sumUp(row)
    if (this.keepHeads) this.heads.forget(this.rows.indexOf(row))
    this.rows.remove(row)
  }

  private sumUp(row: number): void {
    if (this.isSummed(row)) return
    finishRecord(this, row)
    this.life.sumUp(row, false)
  }

  private isSummed(row: number): boolean {
    return ((this.rows.i32[row + L.U_STATE] as number) & L.STATE_SUMMED) !== 0
  }
}
