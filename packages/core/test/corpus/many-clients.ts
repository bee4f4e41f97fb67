const FILE_HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16
/** In a record of Ethernet and IPv4. */
const SOURCE_OFFSET = RECORD_HEADER_BYTES + 26
const DESTINATION_OFFSET = RECORD_HEADER_BYTES + 30
const CLIENTS_PER_SECOND = 1000

/**
 * What the client 10.0.0.1 does in a capture, done by so many clients, a thousand in each second; and then the last
 * segment of each once more.
 */
export function manyClients(capture: Uint8Array, clients: number): Uint8Array {
  const whole = capture.subarray(FILE_HEADER_BYTES)
  const last = whole.subarray(lastRecordOf(whole))
  const all = new Uint8Array(FILE_HEADER_BYTES + (whole.length + last.length) * clients)
  all.set(capture.subarray(0, FILE_HEADER_BYTES))
  let at = FILE_HEADER_BYTES
  for (const records of [whole, last])
    for (let client = 0; client < clients; client++) {
      all.set(records, at)
      const second = Math.floor((records === whole ? client : clients) / CLIENTS_PER_SECOND)
      become(client, second, new DataView(all.buffer, at, records.length))
      at += records.length
    }
  return all
}

function become(client: number, second: number, records: DataView): void {
  for (let at = 0; at < records.byteLength; at = nextRecord(records, at)) {
    records.setUint32(at, records.getUint32(at, true) + second, true)
    const isFromClient = records.getUint8(at + SOURCE_OFFSET + 3) === 1
    records.setUint16(at + (isFromClient ? SOURCE_OFFSET : DESTINATION_OFFSET) + 1, client & 0xffff)
    records.setUint8(at + (isFromClient ? SOURCE_OFFSET : DESTINATION_OFFSET) + 3, 1 + (client >> 16))
  }
}

function lastRecordOf(records: Uint8Array): number {
  const view = new DataView(records.buffer, records.byteOffset, records.length)
  let at = 0
  while (nextRecord(view, at) < view.byteLength) at = nextRecord(view, at)
  return at
}

function nextRecord(records: DataView, at: number): number {
  return at + RECORD_HEADER_BYTES + records.getUint32(at + 8, true)
}
