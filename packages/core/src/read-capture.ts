import { problem, type Problem } from './errors.ts'
import type { Ahead, AheadSlot } from './tcp/ahead.ts'
import type { Tracker } from './tcp/tracker.ts'
import { PcapDecoder } from './read/pcap.ts'
import type { PacketSink } from './read/packet-sink.ts'
import { PcapngDecoder } from './read/pcapng.ts'
import { RecordFeeder } from './read/record-feeder.ts'

/**
 * Where records are longer on average, most of the time is spent on copying them from the system, which takes longer
 * into memory for two threads: 0.37 s became 0.45 s for a gigabyte of full-size segments, while small ones gain a fifth.
 */
const MAX_BYTES_PREPARED = 400

/** What is known of one capture when it was read. Times are nanoseconds since the analysis' epoch. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng'
  readonly packets: number
  readonly fromNs?: number
  readonly toNs?: number
  /** As tshark counts. */
  readonly streams: number
  readonly rstSegments: number
  readonly problems: readonly Problem[]
}

/** Reads one capture into the tracker, chunk by chunk. `startInput` of the tracker comes first. */
export class CaptureReader {
  private readonly tracker: Tracker
  private readonly decoder: PcapDecoder | PcapngDecoder
  private readonly feeder: RecordFeeder

  constructor(format: 'pcap' | 'pcapng', tracker: Tracker) {
    this.tracker = tracker
    this.decoder = format === 'pcap' ? new PcapDecoder(tracker) : new PcapngDecoder(tracker)
    this.feeder = new RecordFeeder(this.decoder)
  }

  push(chunk: Uint8Array): void {
    this.feeder.push(chunk)
  }

  /** Memory for the next chunk, from which it is read without a copy; undefined until there is some. */
  room(): Uint8Array | undefined {
    return this.tracker.plain.room()
  }

  /** What another thread can be given to prepare what follows, if it can and that is worth it. */
  ahead(): Ahead | undefined {
    return this.isWorthPreparing ? this.tracker.plain.ahead() : undefined
  }

  /** From where in the input the other thread is to go on, from now on; undefined while it cannot. */
  handOver(): number | undefined {
    const { stopped, skipBytes } = this.decoder
    return stopped || skipBytes > 0 || !this.isWorthPreparing ? undefined : this.feeder.giveBack()
  }

  /** A capture begins with handshakes, which are short: asked again when the thread is ready. */
  private get isWorthPreparing(): boolean {
    return this.feeder.received <= this.tracker.frame * MAX_BYTES_PREPARED
  }

  /** A chunk that the other thread prepared. */
  pushSlot(slot: AheadSlot): void {
    this.tracker.plain.enterSlot(slot)
    this.feeder.push(slot.bytes)
    this.tracker.plain.enterSlot(undefined)
  }

  end(): CaptureSummary {
    const { tracker, decoder, feeder } = this
    const problems = [...decoder.problems]
    const { unfinished } = feeder
    if (unfinished !== undefined) {
      const { missing, offset } = unfinished
      problems.push(problem('capture-cut-short', { missing }, { offset }))
    }
    if (tracker.cutHeaders > 0) problems.push(problem('tcp-header-cut', { segments: tracker.cutHeaders }))
    for (const [linkType, packets] of tracker.unknownLinkTypes) {
      problems.push(problem('link-type-unknown', { linkType, packets }))
    }
    return {
      format: decoder.format,
      packets: tracker.frame,
      ...(Number.isNaN(tracker.firstNs) ? {} : { fromNs: tracker.firstNs, toNs: tracker.lastNs }),
      streams: tracker.streams,
      rstSegments: tracker.rstSegments,
      problems,
    }
  }
}

/** The first packet's time, in nanoseconds since 1970, if the head of the input holds one. */
export function firstTime(format: 'pcap' | 'pcapng', head: Uint8Array): bigint | undefined {
  let found: bigint | undefined
  const sink: PacketSink = {
    addInterface: () => 0,
    sinceEpoch: (unixNs) => {
      found ??= unixNs
      return Number(unixNs - found)
    },
    packet: () => {},
  }
  const decoder = format === 'pcap' ? new PcapDecoder(sink) : new PcapngDecoder(sink)
  new RecordFeeder(decoder).push(head)
  return found
}
