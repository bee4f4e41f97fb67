import { connection, pcap } from '../build/index.ts'
import { random } from './mutate.ts'

const FILE_HEADER = 24
const RECORD_HEADER = 16
const ETHERNET_HEADER = 14
const SOURCE_ADDRESS = RECORD_HEADER + ETHERNET_HEADER + 12
const DESTINATION_ADDRESS = SOURCE_ADDRESS + 4
const SOURCE_PORT = RECORD_HEADER + ETHERNET_HEADER + 20
const DESTINATION_PORT = SOURCE_PORT + 2
const ACKNOWLEDGEMENT = SOURCE_PORT + 8
const SEQUENCE = SOURCE_PORT + 4
const START_SECONDS = 1_700_000_000

/**
 * A capture of SYNs from random addresses and ports to one service; each answered with RST,ACK, or none. Patched from
 * two packets of the builder, which would take seconds for so many; checksums are those of the pattern.
 */
export function synFlood(count: number, isRefused: boolean): Uint8Array<ArrayBuffer> {
  const syn = connection({ client: '10.0.0.1:40000', server: '10.0.0.2:80' }).client.syn()
  const pattern = pcap(syn.server.rstAck({ window: 0 }).packets)
  const header = pattern.subarray(0, FILE_HEADER)
  const lengths = new DataView(pattern.buffer, pattern.byteOffset)
  const synEnd = FILE_HEADER + RECORD_HEADER + lengths.getUint32(FILE_HEADER + 8, true)
  const attempt = pattern.subarray(FILE_HEADER, synEnd)
  const refusal = isRefused ? pattern.subarray(synEnd) : new Uint8Array(0)
  const stride = attempt.length + refusal.length
  const flood = new Uint8Array(FILE_HEADER + count * stride)
  const view = new DataView(flood.buffer)
  const { below } = random(1)
  flood.set(header)
  for (let index = 0, at = FILE_HEADER; index < count; index++, at += stride) {
    const address = 0x0b00_0000 + below(1 << 16)
    const port = 1024 + below(64_512)
    const seq = below(0xffff_ffff)
    flood.set(attempt, at)
    setTime(view, at, index)
    view.setUint32(at + SOURCE_ADDRESS, address)
    view.setUint16(at + SOURCE_PORT, port)
    view.setUint32(at + SEQUENCE, seq)
    if (!isRefused) continue
    const reply = at + attempt.length
    flood.set(refusal, reply)
    setTime(view, reply, index)
    view.setUint32(reply + DESTINATION_ADDRESS, address)
    view.setUint16(reply + DESTINATION_PORT, port)
    view.setUint32(reply + ACKNOWLEDGEMENT, seq + 1)
  }
  return flood
}

/** As many connections, each of a client port of its own, that are opened, used and reset; patched as above. */
export function resetFlood(count: number): Uint8Array<ArrayBuffer> {
  const script = connection({ client: '10.0.0.1:40000', server: '10.0.0.2:80' })
    .handshake()
    .client.send('GET / HTTP/1.1\r\n\r\n')
    .server.send(100)
    .client.rstAck()
  const pattern = pcap(script.packets)
  const body = pattern.subarray(FILE_HEADER)
  const starts = recordsOf(body)
  const flood = new Uint8Array(FILE_HEADER + count * body.length)
  const view = new DataView(flood.buffer)
  flood.set(pattern.subarray(0, FILE_HEADER))
  for (let index = 0, at = FILE_HEADER; index < count; index++, at += body.length) {
    flood.set(body, at)
    const address = 0x0b00_0000 + (index >>> 15)
    const port = 1024 + (index & 0x7fff)
    for (const { offset, isOfClient } of starts) {
      const record = at + offset
      setTime(view, record, index)
      view.setUint32(record + (isOfClient ? SOURCE_ADDRESS : DESTINATION_ADDRESS), address)
      view.setUint16(record + (isOfClient ? SOURCE_PORT : DESTINATION_PORT), port)
    }
  }
  return flood
}

function recordsOf(body: Uint8Array): { readonly offset: number; readonly isOfClient: boolean }[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const records: { offset: number; isOfClient: boolean }[] = []
  for (let offset = 0; offset < body.length; offset += RECORD_HEADER + view.getUint32(offset + 8, true))
    records.push({ offset, isOfClient: view.getUint16(offset + DESTINATION_PORT) === 80 })
  return records
}

/** A packet each 50 µs. */
function setTime(view: DataView, at: number, index: number): void {
  view.setUint32(at, START_SECONDS + Math.floor(index / 20_000), true)
  view.setUint32(at + 4, (index % 20_000) * 50, true)
}
