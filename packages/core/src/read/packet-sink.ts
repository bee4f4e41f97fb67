/** One interface of a capture file: pcap has one, pcapng any number. */
export interface CaptureInterface {
  /** LINKTYPE_ number (tcpdump.org/linktypes.html). */
  readonly linkType: number
  readonly name?: string
}

/** How the records of a pcap file, or the packet blocks of a pcapng interface, are laid out, and how their times count. */
export interface RecordLayout {
  readonly linkType: number
  readonly interfaceHandle: number
  readonly littleEndian: boolean
  readonly headerBytes: number
  /**
   * The first record's seconds and fraction, its time since the epoch in nanoseconds, nanoseconds per second and per
   * unit of the fraction. Of blocks: the words of the time, and of how many ticks each is one. In an array of doubles,
   * because V8 otherwise bets on small integers and loses.
   */
  readonly times: Float64Array
  /** Of pcapng alone: the interface's number in its section. */
  readonly blocks?: { readonly interface: number; readonly nsPerTick: number }
}

/** Nanoseconds since the epoch of a record with this time stamp. */
export function recordNs({ times }: RecordLayout, seconds: number, fraction: number): number {
  const [baseSeconds = 0, baseFraction = 0, baseNs = 0, nsPerSecond = 0, nsPerFraction = 0] = times
  return baseNs + (seconds - baseSeconds) * nsPerSecond + (fraction - baseFraction) * nsPerFraction
}

/** What a container reader (pcap, pcapng) hands its packets to. */
export interface PacketSink {
  /** Registers an interface and returns the handle to pass with its packets. */
  addInterface(info: CaptureInterface): number
  /**
   * Nanoseconds from the analysis' epoch (the first packet of the first capture) to `unixNs`. Exact for 104 days.
   * Asked once per interface; packets then carry plain numbers.
   */
  sinceEpoch(unixNs: bigint): number
  /**
   * One packet. `view` covers the reader's current buffer and is valid during the call only.
   *
   * @param offset of the link-layer header in `view`
   * @param capturedLength bytes present in `view` from `offset`
   * @param originalLength bytes on the wire
   * @param timeNs nanoseconds since the epoch; NaN when the record has none
   * @param fileOffset of the link-layer header in the decompressed input
   */
  packet(
    view: DataView,
    offset: number,
    capturedLength: number,
    originalLength: number,
    timeNs: number,
    interfaceHandle: number,
    fileOffset: number,
  ): void
  /**
   * A short way for the common case: takes whole records from `start` as long as they hold nothing unusual, and
   * returns where the first one begins that it did not take. Each goes to `packet` otherwise.
   */
  plainRecords?(
    view: DataView,
    start: number,
    end: number,
    fileOffsetOfView: number,
    layout: RecordLayout,
  ): number
}

/** Longest packet that tcpdump and Wireshark write (MAXIMUM_SNAPLEN, WTAP_MAX_PACKET_SIZE_STANDARD). */
export const MAX_PACKET_BYTES = 262_144
