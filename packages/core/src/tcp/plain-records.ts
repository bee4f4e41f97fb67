import type { RecordLayout } from '../read/packet-sink.ts'
import { Ahead, type AheadSlot } from './ahead.ts'
import { takeEvents } from './kernel-events.ts'
import * as K from './kernel-layout.ts'
import { createKernel, type Kernel } from './kernel.ts'
import type { Tracker } from './tracker.ts'

/** Fewer bytes are not worth a kernel, which a small capture then never makes. */
const MIN_BYTES = 32_768
/** Every record may begin a row and close one. With its own header, IP's and what is needed of TCP's it is longer than this. */
const MIN_BYTES_PER_ROW = 24
/** Where runs have fewer records of late, one costs more than it saves, and so many records go by before the next. */
const MIN_RUN = 4
const PAUSE = 64
/** How much of what is known of earlier runs each one replaces. */
const NEWS = 1 / 8

/**
 * Hands the kernel the records that it is made for, and follows by the general rules what it gives back: one for each
 * tracker, or none where the runtime has no WebAssembly.
 */
export class PlainRecords {
  private readonly tracker: Tracker
  private readonly minBytes: number
  private kernel: Kernel | undefined
  private isTried = false
  /** What the window holds, so that what follows a record that is not plain is not copied again. */
  private view: DataView | undefined
  private windowFrom = 0
  private windowTo = 0
  /** Records in a run of late, and records to let go by: half of them are on another interface, or none is plain. */
  private usualRun = PAUSE
  private left = 0
  /** How the latest records were laid out, which the kernel knows, and how those are that another thread prepares. */
  private layout: RecordLayout | undefined
  private layoutAhead: RecordLayout | undefined
  private slot: AheadSlot | undefined
  private preparedFrom = 0

  constructor(tracker: Tracker, minBytes = MIN_BYTES) {
    this.tracker = tracker
    this.minBytes = minBytes
  }

  /** What another thread can be given to prepare the rest of the input, if it can now. */
  ahead(): Ahead | undefined {
    const { kernel, layout } = this
    if (kernel?.job === undefined || layout === undefined) return undefined
    this.layoutAhead = layout
    describeLayout(kernel.control, K.AHEAD_LAYOUT_AT, layout, this.tracker.track)
    kernel.control.setInt32(K.A_INPUT, this.tracker.input, true)
    return new Ahead(kernel.job)
  }

  /** Memory in which another thread may have left heads: see `heads-ahead.ts`. */
  get sharedMemory(): DataView | undefined {
    return this.kernel?.job === undefined ? undefined : this.kernel.control
  }

  /** The next chunk is this slot's, or none of another thread's. */
  enterSlot(slot: AheadSlot | undefined): void {
    this.slot = slot
    this.preparedFrom = slot?.recordsFrom ?? 0
    this.kernel?.control.setInt32(K.C_LISTED_FROM, slot?.listedFrom ?? 0, true)
    this.kernel?.control.setInt32(K.C_LISTED_TO, slot?.listedTo ?? 0, true)
  }

  startInput(): void {
    this.layout = undefined
    this.layoutAhead = undefined
    this.slot = undefined
  }

  /**
   * Takes records from `start` as long as they hold plain TCP segments.
   *
   * @param fileOffsetOfView where the view's first byte stands in the input
   * @returns where the first record begins that it did not take: an unusual one, or one that `end` cuts
   */
  follow(view: DataView, start: number, end: number, fileOffsetOfView: number, layout: RecordLayout): number {
    const kernel = this.kernel ?? this.begin(end - start)
    if (kernel === undefined || this.left-- > 0) return start
    const before = this.tracker.frame
    if (layout !== this.layout) {
      this.layout = layout
      describeLayout(kernel.control, K.OWN_LAYOUT_AT, layout, this.tracker.track)
    }
    const position = this.followRun(kernel, view, start, end, fileOffsetOfView, layout)
    this.usualRun += (this.tracker.frame - before - this.usualRun) * NEWS
    this.left = this.usualRun < MIN_RUN ? PAUSE : 0
    return position
  }

  private followRun(
    kernel: Kernel,
    view: DataView,
    start: number,
    end: number,
    fileOffsetOfView: number,
    layout: RecordLayout,
  ): number {
    this.tracker.enterView(view, fileOffsetOfView, layout.interfaceHandle)
    this.describe(kernel)
    let position = start
    if (this.findPrepared(kernel.control, view, start, layout)) {
      position = this.run(kernel, view, start, fileOffsetOfView)
      this.preparedFrom = kernel.control.getInt32(K.C_RECORDS_FROM, true)
      if (position === end || kernel.control.getInt32(K.C_STATUS, true) === K.STATUS_UNUSUAL) return position
      kernel.control.setInt32(K.C_PREPARED_AHEAD, 0, true)
    }
    for (;;) {
      if (view !== this.view || position < this.windowFrom || position >= this.windowTo)
        this.fill(kernel, view, position, end)
      position = this.run(kernel, view, position, fileOffsetOfView)
      if (kernel.control.getInt32(K.C_STATUS, true) === K.STATUS_UNUSUAL) return position
      // What the window cuts is read from a window of its own; what that cuts too is for the general reader to judge.
      if (this.windowTo === end || this.windowFrom === position) return position
      this.view = undefined
    }
  }

  /** Whether another thread prepared the records that begin at `start`: then the next run takes those. */
  private findPrepared(control: DataView, view: DataView, start: number, layout: RecordLayout): boolean {
    const { slot } = this
    if (slot === undefined || layout !== this.layoutAhead) return false
    if (view.buffer !== slot.bytes.buffer || view.byteOffset !== slot.bytes.byteOffset) return false
    const at = view.byteOffset + start + layout.headerBytes + K.TCP_OFFSET
    let from = this.preparedFrom
    while (from < slot.recordsTo && control.getInt32(from + K.R_AT, true) < at) from += K.RECORD_BYTES
    if (from === slot.recordsTo || control.getInt32(from + K.R_AT, true) !== at) return false
    control.setInt32(K.C_RECORDS_FROM, from, true)
    control.setInt32(K.C_RECORDS_TO, slot.recordsTo, true)
    control.setInt32(K.C_LOOKED_UP_TO, from, true)
    control.setInt32(K.C_PREPARED_AHEAD, 1, true)
    this.view = undefined
    this.windowFrom = K.WINDOW_AT - view.byteOffset
    this.windowTo = view.byteLength
    return true
  }

  /**
   * A part of the kernel's memory for the next chunk, which then need not be copied. It is gone as soon as the memory
   * grows, so that the rows that a chunk can bring have their memory first.
   */
  room(): Uint8Array | undefined {
    const { kernel } = this
    if (kernel === undefined) return undefined
    this.tracker.rows.reserve((K.WINDOW_BYTES - K.COPY_BYTES) / MIN_BYTES_PER_ROW)
    return kernel.window.subarray(K.COPY_BYTES)
  }

  private begin(bytes: number): Kernel | undefined {
    if (this.isTried || bytes < this.minBytes) return undefined
    this.isTried = true
    this.kernel = createKernel(this.tracker.isPreparedAhead)
    if (this.kernel === undefined) return undefined
    this.tracker.rows.moveTo(this.kernel)
    this.tracker.life.moveTo(this.kernel)
    this.tracker.resets.moveTo(this.kernel)
    return this.kernel
  }

  private fill(kernel: Kernel, view: DataView, from: number, end: number): void {
    this.view = view
    if (view.buffer === kernel.window.buffer) {
      // Read into the room: the window is where the view already lies.
      this.windowFrom = K.WINDOW_AT - view.byteOffset
      this.windowTo = end
      return
    }
    const length = Math.min(end - from, K.COPY_BYTES)
    kernel.window.set(new Uint8Array(view.buffer, view.byteOffset + from, length))
    this.windowFrom = from
    this.windowTo = from + length
  }

  /** What holds for the whole call. */
  private describe({ control }: Kernel): void {
    const { tracker } = this
    control.setInt32(K.C_TRACK, tracker.track, true)
    control.setInt32(K.C_INPUT, tracker.input, true)
    control.setInt32(K.C_KEEP_HEADS, tracker.keepHeads ? 1 : 0, true)
    control.setFloat64(K.C_FIRST_NS, tracker.firstNs, true)
    control.setFloat64(K.C_LAST_NS, tracker.lastNs, true)
    control.setInt32(K.C_RECORDS_FROM, 0, true)
    control.setInt32(K.C_RECORDS_TO, 0, true)
    control.setInt32(K.C_LOOKED_UP_TO, 0, true)
    control.setInt32(K.C_PREPARED_AHEAD, 0, true)
  }

  /** Takes what the window holds from `position`; returns where in the view it stopped. */
  private run(kernel: Kernel, view: DataView, position: number, fileOffsetOfView: number): number {
    const { tracker, windowFrom } = this
    const { rows, life, resets } = tracker
    const shift = K.WINDOW_AT - windowFrom
    const end = this.windowTo + shift
    let at = position + shift
    for (;;) {
      // Following a segment may have grown the memory, which replaces the views.
      const { control } = kernel
      control.setFloat64(K.C_FILE_OFFSET, fileOffsetOfView + windowFrom, true)
      control.setInt32(K.C_VANTAGE, tracker.knownVantage(), true)
      control.setInt32(K.C_FRAME, tracker.frame, true)
      control.setFloat64(K.C_TIME_NS, tracker.timeNs, true)
      control.setInt32(K.C_STREAMS, tracker.streams, true)
      control.setInt32(K.C_RST_SEGMENTS, tracker.rstSegments, true)
      rows.lendTo(kernel)
      life.lendTo(kernel)
      resets.lendTo(kernel)
      at = kernel.run(at, end)
      rows.takeBackFrom(kernel)
      life.takeBackFrom(kernel)
      resets.takeBackFrom(kernel)
      tracker.rstSegments = control.getInt32(K.C_RST_SEGMENTS, true)
      tracker.streams = control.getInt32(K.C_STREAMS, true)
      const status = control.getInt32(K.C_STATUS, true)
      tracker.frame = control.getInt32(K.C_FRAME, true)
      tracker.timeNs = control.getFloat64(K.C_TIME_NS, true)
      tracker.firstNs = control.getFloat64(K.C_FIRST_NS, true)
      tracker.lastNs = control.getFloat64(K.C_LAST_NS, true)
      takeEvents(kernel, tracker, view, shift)
      if (status === K.STATUS_SEGMENT) this.takeSegment(control, view, shift)
      else return at - shift
    }
  }

  private takeSegment(control: DataView, view: DataView, shift: number): void {
    const record = control.getInt32(K.C_RECORD, true)
    const shape = control.getInt32(record + K.R_SHAPE, true)
    const ip = control.getInt32(record + K.R_IP, true)
    this.tracker.take(
      view,
      control.getInt32(record + K.R_TAG, true),
      control.getInt32(record + K.R_A, true),
      control.getInt32(record + K.R_B, true),
      control.getInt32(record + K.R_PORTS, true),
      this.tracker.track,
      (ip >>> 8) & 1,
      control.getInt32(record + K.R_AT, true) - shift,
      control.getInt32(record + K.R_SEGMENT_END, true) - shift,
      (shape & 0xffff) + ((shape >>> 14) & 0x3c),
      ip & 0xff,
      ip >>> 16,
    )
  }
}

/** How records are to be prepared, at `at` in the kernel's memory. */
function describeLayout(control: DataView, at: number, layout: RecordLayout, track: number): void {
  control.setInt32(at + K.P_TRACK, track, true)
  control.setInt32(at + K.P_HEADER_BYTES, layout.headerBytes, true)
  control.setInt32(at + K.P_LITTLE_ENDIAN, layout.littleEndian ? 1 : 0, true)
  control.setInt32(at + K.P_BLOCK_INTERFACE, layout.blocks?.interface ?? -1, true)
  control.setFloat64(at + K.P_TICK_NS, layout.blocks?.nsPerTick ?? 0, true)
  for (const [index, time] of layout.times.entries())
    control.setFloat64(at + K.P_TIMES + index * 8, time, true)
}
