import { problem, type Problem } from '../errors.ts'
import { MAX_PACKET_BYTES, recordNs, type PacketSink, type RecordLayout } from './packet-sink.ts'
import type { RecordDecoder } from './record-feeder.ts'

/** draft-ietf-opsawg-pcap §4: the file header is 24 bytes. */
const FILE_HEADER_BYTES = 24
const LINK_TYPE_OFFSET = 20
/** The upper bits of the link-type field hold the FCS length. */
const LINK_TYPE_MASK = 0xffff
const RECORD_HEADER_BYTES = 16
/** Alexey Kuznetzov's patched tcpdump adds interface index, protocol and packet type to each record. */
const MODIFIED_RECORD_HEADER_BYTES = 24

const MAGIC_MICROSECONDS = 0xa1b2c3d4
const MAGIC_NANOSECONDS = 0xa1b23c4d
const MAGIC_MODIFIED = 0xa1b2cd34
const MAGICS = [MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, MAGIC_MODIFIED]

/** Whether the bytes begin with a pcap magic number, in either byte order. */
export function looksLikePcap(head: Uint8Array): boolean {
  return byteOrder(head) !== undefined
}

function byteOrder(head: Uint8Array): { littleEndian: boolean; magic: number } | undefined {
  if (head.length < 4) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian)
    if (MAGICS.includes(magic)) return { littleEndian, magic }
  }
  return undefined
}

/** Reads a pcap stream: microseconds, nanoseconds, Kuznetzov-modified, both byte orders. */
export class PcapDecoder implements RecordDecoder {
  needBytes = FILE_HEADER_BYTES
  skipBytes = 0
  stopped = false
  readonly format = 'pcap'
  readonly problems: Problem[] = []
  private readonly sink: PacketSink
  private littleEndian = true
  private recordHeaderBytes = RECORD_HEADER_BYTES
  private nsPerFraction = 1000
  private linkType = 0
  /** −1 until the file header was read. */
  private interfaceHandle = -1
  /** Known from the first record on. */
  private layout: RecordLayout | undefined

  constructor(sink: PacketSink) {
    this.sink = sink
  }

  consume(view: DataView, start: number, end: number, fileOffsetOfView: number): number {
    let position = start
    if (this.interfaceHandle < 0) {
      if (end - start < FILE_HEADER_BYTES) {
        this.needBytes = FILE_HEADER_BYTES
        return start
      }
      this.readFileHeader(view, start)
      position += FILE_HEADER_BYTES
    }
    const { littleEndian, recordHeaderBytes, sink } = this
    while (position + recordHeaderBytes <= end) {
      if (this.layout !== undefined && sink.plainRecords !== undefined) {
        position = sink.plainRecords(view, position, end, fileOffsetOfView, this.layout)
        if (position + recordHeaderBytes > end) break
      }
      const capturedLength = view.getUint32(position + 8, littleEndian)
      if (capturedLength > MAX_PACKET_BYTES) {
        const offset = fileOffsetOfView + position
        this.problems.push(
          problem('pcap-record-length', { length: capturedLength, limit: MAX_PACKET_BYTES }, { offset }),
        )
        this.stopped = true
        return position
      }
      const data = position + recordHeaderBytes
      const next = data + capturedLength
      if (next > end) {
        this.needBytes = next - position
        return position
      }
      const seconds = view.getUint32(position, littleEndian)
      const fraction = view.getUint32(position + 4, littleEndian)
      const layout = (this.layout ??= this.layoutFrom(seconds, fraction))
      sink.packet(
        view,
        data,
        capturedLength,
        view.getUint32(position + 12, littleEndian),
        recordNs(layout, seconds, fraction),
        layout.interfaceHandle,
        fileOffsetOfView + data,
      )
      position = next
    }
    this.needBytes = recordHeaderBytes
    return position
  }

  private readFileHeader(view: DataView, start: number): void {
    const head = new Uint8Array(view.buffer, view.byteOffset + start, FILE_HEADER_BYTES)
    const order = byteOrder(head)
    this.littleEndian = order?.littleEndian ?? true
    if (order?.magic === MAGIC_NANOSECONDS) this.nsPerFraction = 1
    if (order?.magic === MAGIC_MODIFIED) this.recordHeaderBytes = MODIFIED_RECORD_HEADER_BYTES
    this.linkType = view.getUint32(start + LINK_TYPE_OFFSET, this.littleEndian) & LINK_TYPE_MASK
    this.interfaceHandle = this.sink.addInterface({ linkType: this.linkType })
  }

  private layoutFrom(seconds: number, fraction: number): RecordLayout {
    const { linkType, interfaceHandle, littleEndian, nsPerFraction } = this
    const unixNs = BigInt(seconds) * 1_000_000_000n + BigInt(fraction * nsPerFraction)
    const times = Float64Array.of(seconds, fraction, this.sink.sinceEpoch(unixNs), 1e9, nsPerFraction)
    return { linkType, interfaceHandle, littleEndian, headerBytes: this.recordHeaderBytes, times }
  }
}
