import { once } from 'node:events'
import { createServer as createHttpServer, request as httpRequest, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'

/** What goes wrong with an answer. A good answer is fetched first where the fault needs one. */
export type Fault =
  /** The connection ends with FIN after so many bytes of the body. `close` is a body that ends with its connection: it looks whole. */
  | { readonly kind: 'truncate'; readonly framing: Framing; readonly afterBytes: number }
  /** The connection is reset after so many bytes of the body. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The process ends in mid-body, and another one listens on the port at once. */
  | { readonly kind: 'restart'; readonly afterBytes: number }
  /** The good answers are those of another listener, from the request on that comes after so many. */
  | { readonly kind: 'change'; readonly afterRequests: number; readonly to: RequestListener }
  /** As a server that does not know Range: 200 with all of it. */
  | { readonly kind: 'ignore-range' }
  /** 206 with another part than was asked for. */
  | { readonly kind: 'wrong-range'; readonly shift: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly retryAfter?: string
      readonly body?: string | Uint8Array
    }
  /** 304 to whatever is asked, without a validator. */
  | { readonly kind: 'not-modified-without-etag' }
  /** One ETag for everything: 304 to who has it, and 200 with it to who has not. */
  | { readonly kind: 'lying-etag'; readonly etag: string }
  | { readonly kind: 'endless-headers' }
  /** `length` announces 10 GB. */
  | { readonly kind: 'endless-body'; readonly framing: Framing }
  /** Takes the request and says nothing. */
  | { readonly kind: 'black-hole' }
  /** One byte of the good answer each time. */
  | { readonly kind: 'slow'; readonly everyMs: number }
  | { readonly kind: 'redirect-loop' }
  | { readonly kind: 'redirect'; readonly to: string }
  /** A good answer that promises keep-alive; then FIN as soon as the connection was idle for so long. */
  | { readonly kind: 'idle-close'; readonly afterMs: number }
  /** Not HTTP. */
  | { readonly kind: 'garbage' }

type Framing = 'length' | 'chunked' | 'close'

interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Number of its connection, from 1 on. */
  readonly connection: number
}

export interface FaultyProvider {
  readonly url: string
  readonly port: number
  readonly requests: readonly SeenRequest[]
  /** Connections accepted ever, and open now. */
  readonly connections: number
  readonly openConnections: number
  /** Connections that the client reset. */
  readonly resets: number
  /** From now on; for so many requests whose path holds `on`, for all where it is absent. */
  inject(fault: Fault | undefined, scope?: { readonly times?: number; readonly on?: string }): void
  close(): Promise<void>
}

/** A listener that answers well, behind a server that does not. It is plain TCP, so that every byte can be wrong. */
export async function startFaultyProvider(good: RequestListener): Promise<FaultyProvider> {
  let answering = good
  const inner = createHttpServer((request, response) => answering(request, response))
  inner.listen(0, '127.0.0.1')
  await once(inner, 'listening')
  const innerPort = portOf(inner)

  const requests: SeenRequest[] = []
  const sockets = new Set<Socket>()
  const ended = new AbortController()
  let connections = 0
  let resets = 0
  let fault: Fault | undefined
  let times = Number.POSITIVE_INFINITY
  let on = ''
  let matched = 0

  let server = createServer(accept)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)

  function accept(socket: Socket): void {
    const connection = ++connections
    sockets.add(socket)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resets++
    })
    socket.on('close', () => sockets.delete(socket))
    void serve(socket, connection).catch(() => socket.destroy())
  }

  async function serve(socket: Socket, connection: number): Promise<void> {
    for await (const request of requestsOn(socket)) {
      const seen = { ...request, connection }
      requests.push(seen)
      const applies = fault !== undefined && seen.path.includes(on) && matched < times
      if (applies) matched++
      await answer(socket, seen, applies ? fault : undefined)
    }
    socket.end()
  }

  async function answer(socket: Socket, seen: SeenRequest, wrong: Fault | undefined): Promise<void> {
    switch (wrong?.kind) {
      case undefined:
        return send(socket, await fetched(seen))
      case 'truncate': {
        const { status, headers, body } = await fetched(seen)
        const part = body.subarray(0, wrong.afterBytes)
        socket.write(
          head(status, { ...without(headers, FRAMING_HEADERS), ...framing(wrong.framing, body.length) }),
        )
        socket.end(wrong.framing === 'chunked' ? chunk(part) : part)
        return
      }
      case 'reset':
      case 'restart': {
        const { status, headers, body } = await fetched(seen)
        socket.write(head(status, headers))
        await written(socket, body.subarray(0, wrong.afterBytes))
        if (wrong.kind === 'restart') return restart()
        // libuv before 1.51 tells a reset that comes with the last bytes as an end.
        await later(20, ended.signal)
        socket.resetAndDestroy()
        return
      }
      case 'change':
        if (matched > wrong.afterRequests) answering = wrong.to
        return send(socket, await fetched(seen))
      case 'ignore-range':
        return send(socket, await fetched({ ...seen, headers: without(seen.headers, ['range', 'if-range']) }))
      case 'wrong-range': {
        const found = await fetched(seen)
        const moved = (found.headers['content-range'] ?? '').replaceAll(
          /\d+(?=[-/])/g,
          (first) => `${Number(first) + wrong.shift}`,
        )
        return send(socket, { ...found, headers: { ...found.headers, 'content-range': moved } })
      }
      case 'status': {
        const body = Buffer.from(wrong.body ?? '')
        const headers = {
          'content-length': `${body.length}`,
          ...(wrong.retryAfter !== undefined && { 'retry-after': wrong.retryAfter }),
        }
        return send(socket, { status: wrong.status, headers, body })
      }
      case 'not-modified-without-etag':
        return send(socket, { status: 304, headers: {}, body: Buffer.alloc(0) })
      case 'lying-etag': {
        if (seen.headers['if-none-match'] === wrong.etag)
          return send(socket, { status: 304, headers: { etag: wrong.etag }, body: Buffer.alloc(0) })
        const found = await fetched({ ...seen, headers: without(seen.headers, ['if-none-match']) })
        return send(socket, { ...found, headers: { ...found.headers, etag: wrong.etag } })
      }
      case 'endless-headers':
        socket.write('HTTP/1.1 200 OK\r\n')
        return endless(socket, Buffer.from(`x-more: ${'y'.repeat(1000)}\r\n`))
      case 'endless-body': {
        socket.write(head(200, framing(wrong.framing, 10_000_000_000)))
        const bytes = Buffer.alloc(65_536, 'x')
        return endless(socket, wrong.framing === 'chunked' ? chunk(bytes) : bytes)
      }
      case 'black-hole':
        await closing(socket)
        return
      case 'slow': {
        const { status, headers, body } = await fetched(seen)
        for (const byte of Buffer.concat([Buffer.from(head(status, headers)), body])) {
          await later(wrong.everyMs, ended.signal)
          if (socket.destroyed || ended.signal.aborted) return
          socket.write(Buffer.of(byte))
        }
        return
      }
      case 'redirect-loop':
      case 'redirect': {
        const location =
          wrong.kind === 'redirect' ? wrong.to : `${seen.path.split('?')[0]}?${requests.length}`
        const body = Buffer.from('moved')
        return send(socket, { status: 302, headers: { location, 'content-length': '5' }, body })
      }
      case 'idle-close': {
        const found = await fetched(seen)
        await send(socket, { ...found, headers: { ...found.headers, 'keep-alive': 'timeout=60' } })
        await later(wrong.afterMs, ended.signal)
        socket.end()
        return
      }
      case 'garbage':
        socket.end('\u0000\u0001 220 mail.example.net ESMTP\r\n\r\n')
        return
      default:
        throw new Error(`no such fault: ${JSON.stringify(wrong satisfies never)}`)
    }
  }

  function fetched(seen: SeenRequest): Promise<GoodAnswer> {
    return fetchGood(innerPort, seen)
  }

  async function restart(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
    server = createServer(accept)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
    get openConnections() {
      return sockets.size
    },
    get resets() {
      return resets
    },
    inject(next, scope = {}) {
      fault = next
      times = scope.times ?? Number.POSITIVE_INFINITY
      on = scope.on ?? ''
      matched = 0
    },
    async close() {
      ended.abort()
      const closed = [once(server, 'close'), once(inner, 'close')]
      server.close()
      inner.close()
      for (const socket of sockets) socket.destroy()
      inner.closeAllConnections()
      await Promise.all(closed)
    },
  }
}

interface GoodAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const FRAMING_HEADERS = ['content-length', 'transfer-encoding', 'connection', 'keep-alive']

/** Heads with their bodies; a body is read and dropped. Ends when the client does. */
async function* requestsOn(socket: Socket): AsyncGenerator<Omit<SeenRequest, 'connection'>> {
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

function fetchGood(port: number, { method, path, headers }: SeenRequest): Promise<GoodAnswer> {
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

async function send(socket: Socket, { status, headers, body }: GoodAnswer): Promise<void> {
  await written(socket, Buffer.concat([Buffer.from(head(status, headers)), body]))
}

function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} X\r\ndate: ${new Date().toUTCString()}\r\n${lines.join('')}\r\n`
}

function framing(kind: Framing, length: number): Readonly<Record<string, string>> {
  if (kind === 'length') return { 'content-length': `${length}` }
  return kind === 'chunked' ? { 'transfer-encoding': 'chunked' } : { connection: 'close' }
}

function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

function without(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** In the hands of the kernel, or the connection is gone. */
async function written(socket: Socket, bytes: Uint8Array): Promise<void> {
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

async function endless(socket: Socket, bytes: Uint8Array): Promise<void> {
  while (!socket.destroyed && socket.writable) await written(socket, bytes)
}

async function closing(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close')
}

function later(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

function portOf(server: { address(): unknown }): number {
  const address = server.address()
  if (typeof address === 'object' && address !== null && 'port' in address) return Number(address.port)
  throw new Error('not listening')
}
