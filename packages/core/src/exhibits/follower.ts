import { createAddressBook, type AddressBook } from '../derive/address-book.ts'
import { FragmentBuffer } from '../read/fragments.ts'
import { decodeFrame, isKnownLinkType } from '../read/link.ts'
import type { SegmentSink } from '../read/network.ts'
import type { CaptureInterface, PacketSink } from '../read/packet-sink.ts'
import type { Ipv6Addresses } from '../tcp/addresses.ts'
import { ACK, SYN } from '../tcp/flags.ts'
import { highHash, Identities, lowHash } from '../tcp/identities.ts'
import { META_IPV6 } from '../tcp/row.ts'
import type { Asked } from './asked.ts'
import { createFollowed, type Followed } from './followed.ts'
import type { Arrival } from './arrival.ts'
import { noteSegment } from './note-segment.ts'
import { SegmentLog, type LogRoom } from './segment-log.ts'

/** Through the window field, as the table of connections and tshark want it. */
const MIN_HEADER_BYTES = 16
/** The smallest hash of a tuple that is in no sample. */
export const ALL_HASHES = 2 ** 32

/** Whom to follow. */
export interface Choice {
  /** Tuples with a hash below are followed, whoever they are; `ALL_HASHES` follows all. */
  readonly sampleBelow: number
  /** Room for the segments of a connection between these ends; absent where none are kept, `false` if it is not followed. */
  readonly roomFor: (a: number, b: number, ports: number, isIpv6: boolean) => LogRoom | undefined | false
  /** How many are followed at most: what is wanted, and a sample of about as many as there is room for. */
  readonly most: number
  readonly mayBeWanted: (hash: number) => boolean
  /** Followed whatever its hash is; absent where nobody was asked for. */
  readonly isAsked?: Asked | undefined
  /** Room for the segments of a connection that nothing else is known of; absent where none are kept. */
  readonly otherRoom?: (hash: number, isAsked: boolean) => LogRoom | undefined
  /** Whether a proof cites the frame, or an incident names it. */
  readonly isCited: (input: number, frame: number) => boolean
}

/** Follows chosen connections segment by segment: a second pass beside the table of connections, which follows all. */
export class Follower implements PacketSink, SegmentSink, Arrival {
  readonly fragments = new FragmentBuffer()
  private readonly connections: Followed[] = []
  subInterface = 0
  isPartial = false
  frame = 0
  ns = 0
  input = 0
  track = 0
  vantage = 0
  direction: 0 | 1 = 0
  identification = 0
  private streams = 0
  private interfaceHandle = 0
  private mostFrames = Infinity
  private interfaces: { readonly linkType: number; readonly isKnown: boolean }[] = []
  /** By ends and track: 1 + place of the latest connection. */
  private readonly known = new Identities()
  private readonly quotes = new Quotes(this)
  private readonly choice: Choice
  private readonly addresses: Ipv6Addresses
  private readonly addressOf: AddressBook
  readonly sinceEpoch: (unixNs: bigint) => number

  constructor(choice: Choice, addresses: Ipv6Addresses, sinceEpoch: (unixNs: bigint) => number) {
    this.choice = choice
    this.addresses = addresses
    this.addressOf = createAddressBook({ addresses })
    this.sinceEpoch = sinceEpoch
  }

  /** The connections of the sample, and those that were reset. */
  get followed(): Followed[] {
    return this.connections.filter(
      (each) =>
        each.hash < this.choice.sampleBelow || each.rsts.length > 0 || this.choice.isAsked?.(each) === true,
    )
  }

  get isCited(): boolean {
    return this.choice.isCited(this.input, this.frame)
  }

  /** @param frames how many of the input's frames are looked at: it may have grown since it was read */
  startInput(input: number, track: number, frames = Infinity): void {
    this.mostFrames = frames
    this.input = input
    this.track = track
    this.frame = 0
    this.streams = 0
    this.interfaces = []
  }

  addInterface({ linkType }: CaptureInterface): number {
    this.interfaces.push({ linkType, isKnown: isKnownLinkType(linkType) })
    return this.interfaces.length - 1
  }

  packet(
    view: DataView,
    offset: number,
    capturedLength: number,
    originalLength: number,
    timeNs: number,
    interfaceHandle: number,
  ): void {
    if (this.frame >= this.mostFrames) return
    this.frame++
    if (!Number.isNaN(timeNs)) this.ns = Math.round(timeNs)
    this.subInterface = 0
    this.interfaceHandle = interfaceHandle
    const from = this.interfaces[interfaceHandle]
    if (from?.isKnown === true) decodeFrame(view, offset, capturedLength, originalLength, from.linkType, this)
  }

  quotation(): SegmentSink {
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
    _hops: number,
    identification: number,
  ): void {
    if (end - offset < MIN_HEADER_BYTES) return
    const ports = view.getInt32(offset)
    const isSwapped = source > destination || (source === destination && ports >>> 16 > (ports & 0xffff))
    const a = (isSwapped ? destination : source) | 0
    const b = (isSwapped ? source : destination) | 0
    const ordered = isSwapped ? (ports << 16) | (ports >>> 16) : ports
    const hash = tupleHash(a, b, ordered, family === 6)
    if (
      hash >= this.choice.sampleBelow &&
      !this.choice.mayBeWanted(hash) &&
      !this.isAsked(a, b, ordered, family === 6)
    )
      return
    this.direction = isSwapped ? 1 : 0
    this.identification = identification
    // Exact below 2^53: 16 bits of interface above 27 of sub-interface.
    this.vantage = this.interfaceHandle * 0x800_0000 + this.subInterface
    const seq = view.getInt32(offset + 4)
    const connection = this.connectionOf(a, b, ordered, family === 6, hash, seq, view.getUint8(offset + 13))
    if (connection === undefined) return
    if (connection.firstFrame === 0) {
      connection.firstFrame = this.frame
      connection.firstNs = this.ns
      connection.lastNs = this.ns
    }
    noteSegment(connection, view, offset, end, length, this)
  }

  /** A segment that was not sent here numbers streams, as tshark does. */
  quoted(a: number, b: number, ports: number, isIpv6: boolean, seq: number, flags: number): void {
    if (this.choice.sampleBelow < ALL_HASHES) return
    const at = this.placeOf(a, b, ports, isIpv6)
    const found = this.connections[(this.known.values[at] ?? 0) - 1]
    if (found === undefined) {
      this.begin(a, b, ports, isIpv6, tupleHash(a, b, ports, isIpv6), this.streams++)
      return
    }
    if (found.input !== this.input) this.enterInput(found)
    const sender = found.senders[this.direction]
    if ((flags & SYN) === 0 || !sender.hasBase || sender.base === seq) return
    if ((flags & ACK) !== 0) {
      sender.base = seq
      return
    }
    found.stream = this.streams++
    for (const each of found.senders) each.hasBase = false
  }

  private connectionOf(
    a: number,
    b: number,
    ports: number,
    isIpv6: boolean,
    hash: number,
    seq: number,
    flags: number,
  ): Followed | undefined {
    const at = this.placeOf(a, b, ports, isIpv6)
    if (at < 0) return undefined
    const found = this.connections[(this.known.values[at] ?? 0) - 1]
    if (found !== undefined) {
      if (found.input !== this.input) this.enterInput(found)
      const sender = found.senders[this.direction]
      const isNew =
        (flags & (SYN | ACK)) === SYN &&
        (sender.hasBase ? sender.base !== seq : sender.isSent && sender.isn !== seq)
      if (!isNew) return found
      // Another connection to us; to tshark, which has no base to compare the SYN with, still the same stream.
      return this.begin(a, b, ports, isIpv6, hash, sender.hasBase ? this.streams++ : found.stream)
    }
    return this.begin(a, b, ports, isIpv6, hash, this.streams++)
  }

  private isAsked(a: number, b: number, ports: number, isIpv6: boolean): boolean {
    return this.choice.isAsked?.({ a, b, ports, isIpv6, addressOf: this.addressOf }) === true
  }

  private placeOf(a: number, b: number, ports: number, isIpv6: boolean): number {
    const meta = isIpv6 ? META_IPV6 : 0
    return this.known.findOrAdd(highHash(a, b, ports, meta, 0), lowHash(a, b, ports, meta, this.track))
  }

  private begin(
    a: number,
    b: number,
    ports: number,
    isIpv6: boolean,
    hash: number,
    stream: number,
  ): Followed | undefined {
    const room = this.choice.roomFor(a, b, ports, isIpv6)
    const isAsked = this.isAsked(a, b, ports, isIpv6)
    if (room === false && hash >= this.choice.sampleBelow && !isAsked) return undefined
    if (this.connections.length >= this.choice.most) return undefined
    const { input, track, ns, addressOf } = this
    const connection = createFollowed(
      { a, b, ports, isIpv6, addressOf, track, hash },
      { input, stream, counted: this.counted(stream), ns },
    )
    this.known.values[this.placeOf(a, b, ports, isIpv6)] = this.connections.push(connection)
    const log = room === false ? this.choice.otherRoom?.(hash, isAsked) : room
    if (log !== undefined) {
      connection.log = new SegmentLog(log)
      connection.log.enter(input, this.counted(connection.stream))
    }
    return connection
  }

  /** A connection goes on in the next file of its track: tshark numbers each file afresh. */
  private enterInput(connection: Followed): void {
    connection.input = this.input
    connection.stream = this.streams++
    for (const sender of connection.senders) sender.hasBase = false
    connection.log?.enter(this.input, this.counted(connection.stream))
  }

  /** Only who follows all connections can count them. */
  private counted(stream: number): number | undefined {
    return this.choice.sampleBelow < ALL_HASHES ? undefined : stream
  }
}

/** The same for both directions of a connection, and for every vantage. */
export function tupleHash(a: number, b: number, ports: number, isIpv6: boolean): number {
  return highHash(a, b, ports, isIpv6 ? META_IPV6 : 0, 0) >>> 0
}

/** What ICMP errors quote (tcp/quotes.ts): they number streams and are no segments of the connection. */
class Quotes implements SegmentSink {
  subInterface = 0
  isPartial = false
  readonly fragments = new FragmentBuffer()
  private readonly follower: Follower

  constructor(follower: Follower) {
    this.follower = follower
  }

  quotation(): SegmentSink {
    return this
  }

  internIpv6(view: DataView, offset: number): number {
    return this.follower.internIpv6(view, offset)
  }

  segment(
    view: DataView,
    family: number,
    source: number,
    destination: number,
    offset: number,
    end: number,
  ): void {
    if (end - offset < MIN_HEADER_BYTES) return
    const ports = view.getInt32(offset)
    const isSwapped = source > destination || (source === destination && ports >>> 16 > (ports & 0xffff))
    const a = (isSwapped ? destination : source) | 0
    const b = (isSwapped ? source : destination) | 0
    const ordered = isSwapped ? (ports << 16) | (ports >>> 16) : ports
    this.follower.direction = isSwapped ? 1 : 0
    this.follower.quoted(a, b, ordered, family === 6, view.getInt32(offset + 4), view.getUint8(offset + 13))
  }
}
