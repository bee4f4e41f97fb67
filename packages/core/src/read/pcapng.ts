import { problem, type Problem } from '../errors.ts'
import { MAX_PACKET_BYTES, type PacketSink } from './packet-sink.ts'
import { readDescription, TICKS_PER_HIGH_WORD, timeOf, type PcapngInterface } from './pcapng-interface.ts'
import type { RecordDecoder } from './record-feeder.ts'

// draft-ietf-opsawg-pcapng §4: block types.
const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d

/** §3.1: type and total length, and the length again at the end. */
const BLOCK_OVERHEAD_BYTES = 12
const SECTION_HEAD_BYTES = 12
/** Fixed part of the packet blocks, block header included: §4.3, §4.4, appendix A. */
const ENHANCED_DATA_OFFSET = 28
const SIMPLE_DATA_OFFSET = 12
/** Interfaces and options are small; a longer description is damage. */
const MAX_DESCRIPTION_BYTES = 1_048_576
const MAX_INTERFACES = 65_536

/** Whether the bytes begin with a section header block. */
export function looksLikePcapng(head: Uint8Array): boolean {
  if (head.length < SECTION_HEAD_BYTES) return false
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  if (view.getUint32(0) !== SECTION_HEADER) return false
  return view.getUint32(8, true) === BYTE_ORDER_MAGIC || view.getUint32(8, false) === BYTE_ORDER_MAGIC
}

/** Reads a pcapng stream: any number of sections and interfaces, each with its own byte order, clock and link type. */
export class PcapngDecoder implements RecordDecoder {
  needBytes = SECTION_HEAD_BYTES
  skipBytes = 0
  stopped = false
  readonly format = 'pcapng'
  readonly problems: Problem[] = []
  private readonly sink: PacketSink
  private littleEndian = true
  private interfaces: PcapngInterface[] = []
  private lastNs = Number.NaN
  private unknownInterface = 0

  constructor(sink: PacketSink) {
    this.sink = sink
  }

  consume(view: DataView, start: number, end: number, fileOffsetOfView: number): number {
    let position = start
    while (position + SECTION_HEAD_BYTES <= end) {
      const from = position
      position = this.takePlain(view, position, end, fileOffsetOfView)
      if (position > from) continue
      const isSection = view.getUint32(position) === SECTION_HEADER
      if (isSection && !this.readByteOrder(view, position, fileOffsetOfView)) return position
      const type = view.getUint32(position, this.littleEndian)
      const length = view.getUint32(position + 4, this.littleEndian)
      if (length % 4 !== 0 || length < BLOCK_OVERHEAD_BYTES) {
        return this.stop(position, 'pcapng-block-length', length, fileOffsetOfView)
      }
      const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET
      if (!isPacket && type !== INTERFACE_DESCRIPTION) {
        // A section header has no content that matters once the byte order is known; others are passed over.
        if (isSection) this.interfaces = []
        if (length > end - position) {
          this.skipBytes = length - (end - position)
          return end
        }
        position += length
        continue
      }
      const limit = isPacket ? MAX_PACKET_BYTES + MAX_DESCRIPTION_BYTES : MAX_DESCRIPTION_BYTES
      if (length > limit) return this.stop(position, 'pcapng-block-length', length, fileOffsetOfView)
      if (length > end - position) {
        this.needBytes = length
        return position
      }
      if (view.getUint32(position + length - 4, this.littleEndian) !== length) {
        return this.stop(position, 'pcapng-block-trailer', length, fileOffsetOfView)
      }
      if (type === ENHANCED_PACKET) this.readEnhanced(view, position, length, fileOffsetOfView)
      else if (type === INTERFACE_DESCRIPTION) this.readInterface(view, position, length)
      else if (type === SIMPLE_PACKET) this.readSimple(view, position, length, fileOffsetOfView)
      else this.readObsolete(view, position, length, fileOffsetOfView)
      position += length
    }
    this.needBytes = SECTION_HEAD_BYTES
    return position
  }

  private stop(
    position: number,
    code: 'pcapng-block-length' | 'pcapng-block-trailer',
    length: number,
    base: number,
  ): number {
    this.problems.push(problem(code, { length }, { offset: base + position }))
    this.stopped = true
    return position
  }

  private readByteOrder(view: DataView, position: number, base: number): boolean {
    if (view.getUint32(position + 8, true) === BYTE_ORDER_MAGIC) this.littleEndian = true
    else if (view.getUint32(position + 8, false) === BYTE_ORDER_MAGIC) this.littleEndian = false
    else {
      const found = view.getUint32(position + 8)
      this.problems.push(
        problem('pcapng-byte-order', { found: `0x${found.toString(16)}` }, { offset: base + position + 8 }),
      )
      this.stopped = true
      return false
    }
    return true
  }

  private readInterface(view: DataView, position: number, length: number): void {
    if (this.interfaces.length >= MAX_INTERFACES) return
    const { name, ...described } = readDescription(view, position, length, this.littleEndian)
    const { linkType, ticksPerSecond } = described
    this.interfaces.push({
      handle: this.sink.addInterface(name === undefined ? { linkType } : { linkType, name }),
      ...described,
      nsPerTick: 1e9 / Number(ticksPerSecond),
      baseHigh: 0,
      baseLow: 0,
      baseNs: Number.NaN,
      layout: undefined,
    })
  }

  /** Enhanced packet blocks of one interface, as far as the sink takes them at once. */
  private takePlain(view: DataView, position: number, end: number, base: number): number {
    const { littleEndian, sink } = this
    if (sink.plainRecords === undefined || position + ENHANCED_DATA_OFFSET > end) return position
    if (view.getUint32(position, littleEndian) !== ENHANCED_PACKET) return position
    const from = this.interfaces[view.getUint32(position + 8, littleEndian)]
    if (from?.layout === undefined) return position
    const next = sink.plainRecords(view, position, end, base, from.layout)
    if (next === position) return position
    // A block ends with its length: the last one's time is what a simple packet block goes by.
    const last = next - view.getUint32(next - 4, littleEndian)
    this.lastNs = timeOf(
      from,
      view.getUint32(last + 12, littleEndian),
      view.getUint32(last + 16, littleEndian),
    )
    return next
  }

  private readEnhanced(view: DataView, position: number, length: number, base: number): void {
    if (length < ENHANCED_DATA_OFFSET + 4) return
    const id = view.getUint32(position + 8, this.littleEndian)
    this.readTimed(view, position, length, base, id)
  }

  private readObsolete(view: DataView, position: number, length: number, base: number): void {
    if (length < ENHANCED_DATA_OFFSET + 4) return
    const id = view.getUint16(position + 8, this.littleEndian)
    this.readTimed(view, position, length, base, id)
  }

  /** EPB and the obsolete PB differ in the width of the interface number alone. */
  private readTimed(view: DataView, position: number, length: number, base: number, id: number): void {
    const { littleEndian } = this
    const from = this.interfaces[id]
    if (from === undefined) {
      this.missInterface(id, base + position)
      return
    }
    const high = view.getUint32(position + 12, littleEndian)
    const low = view.getUint32(position + 16, littleEndian)
    if (Number.isNaN(from.baseNs)) this.setBase(from, high, low)
    const timeNs = timeOf(from, high, low)
    this.lastNs = timeNs
    const captured = Math.min(view.getUint32(position + 20, littleEndian), length - ENHANCED_DATA_OFFSET - 4)
    const data = position + ENHANCED_DATA_OFFSET
    const original = view.getUint32(position + 24, littleEndian)
    this.sink.packet(view, data, captured, original, timeNs, from.handle, base + data)
  }

  private readSimple(view: DataView, position: number, length: number, base: number): void {
    const from = this.interfaces[0]
    if (from === undefined) {
      this.missInterface(0, base + position)
      return
    }
    const original = view.getUint32(position + 8, this.littleEndian)
    const snapLength = from.snapLength === 0 ? original : from.snapLength
    const captured = Math.min(original, snapLength, length - SIMPLE_DATA_OFFSET - 4)
    const data = position + SIMPLE_DATA_OFFSET
    this.sink.packet(view, data, captured, original, this.lastNs, from.handle, base + data)
  }

  private setBase(from: PcapngInterface, high: number, low: number): void {
    const ticks = (BigInt(high) << 32n) | BigInt(low)
    const unixNs = (ticks * 1_000_000_000n) / from.ticksPerSecond + from.offsetSeconds * 1_000_000_000n
    from.baseHigh = high
    from.baseLow = low
    from.baseNs = this.sink.sinceEpoch(unixNs)
    from.layout = {
      linkType: from.linkType,
      interfaceHandle: from.handle,
      littleEndian: this.littleEndian,
      headerBytes: ENHANCED_DATA_OFFSET,
      times: Float64Array.of(high, low, from.baseNs, TICKS_PER_HIGH_WORD, 1),
      blocks: { interface: this.interfaces.indexOf(from), nsPerTick: from.nsPerTick },
    }
  }

  private missInterface(id: number, offset: number): void {
    this.unknownInterface++
    if (this.unknownInterface > 1) return
    const known = this.interfaces.length
    this.problems.push(problem('pcapng-unknown-interface', { id, known }, { offset }))
  }
}
