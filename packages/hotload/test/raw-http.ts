import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'

/** How the end of a body is told. */
export type Framing = 'length' | 'chunked' | 'close'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Number of its connection, from 1 on. */
  readonly connection: number
}

/** An answer as its parts, to be written well or not. */
export interface GoodAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const FRAMING_HEADERS = ['content-length', 'transfer-encoding', 'connection', 'keep-alive']

/** Heads with their bodies; a body is read and dropped. Ends when the client does. */
export async function* requestsOn(socket: Socket): AsyncGenerator<Omit<SeenRequest, 'connection'>> {
  let pending = ''
  const chunks: AsyncIterable<Buffer> = socket
  try {
    for await (const bytes of chunks) {
      pending += bytes.toString('latin1')
      for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
        const [first = '', ...lines] = pending.slice(0, end).split('\r\n')
        const [method = '', path = ''] = first.split(' ')
        const headers = Object.fromEntries(lines.map(headerOf))
        const bodyLength = Number(headers['content-length'] ?? 0)
        if (pending.length < end + 4 + bodyLength) break
        pending = pending.slice(end + 4 + bodyLength)
        yield { method, path, headers }
      }
    }
  } catch {
    // The client is gone; how it went is counted by the listener for errors.
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

export function fetchGood(port: number, { method, path, headers }: SeenRequest): Promise<GoodAnswer> {
  return new Promise((resolve, reject) => {
    const forwarded = without(headers, ['content-length', 'prefer', ...FRAMING_HEADERS])
    const options = { host: '127.0.0.1', port, method, path, headers: { ...forwarded, connection: 'close' } }
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (bytes: Buffer) => chunks.push(bytes))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        const kept = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
        const status = response.statusCode ?? 500
        const answer = without(Object.fromEntries(kept), FRAMING_HEADERS)
        const length = status === 304 || status === 204 ? {} : { 'content-length': `${body.length}` }
        resolve({ status, headers: { ...answer, ...length }, body })
      })
    })
    request.on('error', reject)
    request.end()
  })
}

export async function send(socket: Socket, { status, headers, body }: GoodAnswer): Promise<void> {
  await written(socket, Buffer.concat([Buffer.from(head(status, headers)), body]))
}

export function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} X\r\ndate: ${new Date().toUTCString()}\r\n${lines.join('')}\r\n`
}

export function framing(kind: Framing, length: number): Readonly<Record<string, string>> {
  if (kind === 'length') return { 'content-length': `${length}` }
  return kind === 'chunked' ? { 'transfer-encoding': 'chunked' } : { connection: 'close' }
}

export function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

export function without(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** In the hands of the kernel, or the connection is gone. */
export async function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('close', done)
      resolve()
    }
    socket.on('close', done)
    socket.write(bytes, done)
  })
}

export async function endless(socket: Socket, bytes: Uint8Array): Promise<void> {
  while (!socket.destroyed && socket.writable) await written(socket, bytes)
}

export async function closing(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close')
}
