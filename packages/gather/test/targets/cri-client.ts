import { connect, type IncomingHttpHeaders } from 'node:http2'
import { createConnection, type Socket } from 'node:net'

/** Field number → value, of one message (protobuf.dev/programming-guides/encoding). Absent means the default. */
export interface Message {
  readonly [field: number]: Field | readonly Field[]
}
type Field = string | number | Message

/** Calls one method of `runtime.v1.RuntimeService` (cri-api `api.proto`), as a kubelet does; gives the first string of the answer. */
export function callCri(socket: string, method: string, message: Message): Promise<string> {
  const client = connect('http://localhost', { createConnection: () => connectTo(socket) })
  return new Promise<string>((resolve, reject) => {
    client.on('error', reject)
    const stream = client.request({
      ':method': 'POST',
      ':path': `/runtime.v1.RuntimeService/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    let status = ''
    const readStatus = (headers: IncomingHttpHeaders): void => {
      const { 'grpc-status': code, 'grpc-message': says = '' } = headers
      if (typeof code === 'string') status = [code, says].join(' ')
    }
    stream.on('response', readStatus)
    stream.on('trailers', readStatus)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => {
      if (!status.startsWith('0 ')) reject(new Error(`${method}: ${decodeURIComponent(status)}`))
      else resolve(firstString(Buffer.concat(chunks)))
    })
    stream.end(framed(encode(message)))
  }).finally(() => {
    client.destroy()
  })
}

function connectTo(path: string): Socket {
  return createConnection({ path })
}

/** One gRPC message: not compressed, its length, then itself. */
function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}

const FRAME_HEAD_BYTES = 5
const VARINT = 0
const LENGTH_DELIMITED = 2

function encode(message: Message): Buffer {
  const parts = Object.entries(message).flatMap(([number, value]) =>
    [value].flat().map((one) => encodeField(Number(number), one)),
  )
  return Buffer.concat(parts)
}

function encodeField(number: number, value: Field): Buffer {
  if (typeof value === 'number') return Buffer.from([...varint((number << 3) | VARINT), ...varint(value)])
  const body = typeof value === 'string' ? Buffer.from(value) : encode(value)
  return Buffer.concat([
    Buffer.from([...varint((number << 3) | LENGTH_DELIMITED), ...varint(body.length)]),
    body,
  ])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/** Field 1 of an answer that holds one id; `''` for an empty answer. */
function firstString(answer: Buffer): string {
  const body = answer.subarray(FRAME_HEAD_BYTES)
  return body.subarray(2, 2 + (body[1] ?? 0)).toString()
}

/** `map<string, string>` is a row of entries. */
export function mapOf(entries: Readonly<Record<string, string>>): readonly Message[] {
  return Object.entries(entries).map(([key, value]) => ({ 1: key, 2: value }))
}
