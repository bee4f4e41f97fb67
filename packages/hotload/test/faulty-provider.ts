import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import {
  chunk,
  closing,
  endless,
  fetchGood,
  framing,
  FRAMING_HEADERS,
  head,
  requestsOn,
  send,
  without,
  written,
  type Framing,
  type GoodAnswer,
  type SeenRequest,
} from './raw-http.ts'

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
