import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer, type ServerOptions as TlsServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { errorCode } from '../store/durable.ts'
import type { Provider } from './provider.ts'

/**
 * Longer than clients keep an idle connection (60 s at most), so that theirs is the FIN that comes first: no request
 * meets a connection that is being closed.
 */
const KEEP_ALIVE_MS = 75_000
/** Who sends its header more slowly is ended. */
const HEADERS_MS = 15_000
const REQUEST_MS = 30_000
const CHECK_MS = 5_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_HEADERS = 100
/** A client that was told what is wrong with its request gets this long to read it. */
const LINGER_MS = 1_000
/** Between two looks for idle connections while the server closes. */
const IDLE_CHECK_MS = 50

export interface ServeOptions {
  /** Any free one where it is absent. */
  readonly port?: number
  /** 127.0.0.1 where it is absent. */
  readonly host?: string
  /** Key and certificate, as for `https.createServer`. */
  readonly tls?: Pick<
    TlsServerOptions,
    'ca' | 'cert' | 'ciphers' | 'key' | 'minVersion' | 'passphrase' | 'pfx'
  >
}

export interface ProviderServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly server: Server
  /** Orderly: who waits is answered, what is being sent is sent to its end, then every connection gets its FIN. */
  close(): Promise<void>
}

/** A server for a provider alone, set so that slow and huge requests cost it little and clients close first. */
export async function serveProvider(provider: Provider, options: ServeOptions = {}): Promise<ProviderServer> {
  const { port = 0, host = '127.0.0.1', tls } = options
  const settings: ServerOptions = {
    keepAlive: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  }
  const server =
    tls === undefined
      ? createServer(settings, provider.handler)
      : createTlsServer({ ...settings, ...tls }, provider.handler)
  server.maxHeadersCount = MAX_HEADERS
  server.on('clientError', answerBadRequest)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // Somebody could not be accepted, for want of descriptors say: those who are connected are served all the same.
  server.on('error', () => undefined)
  const bound = portOf(server.address())
  const name = host.includes(':') ? `[${host}]` : host
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await provider.close()
    // A connection whose answer was just finished is idle a moment later: clients would keep it for a minute.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    server.closeIdleConnections()
    await closed
    clearInterval(idle)
  }
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${bound}`,
    port: bound,
    server,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** As Node would, and then FIN instead of a reset where the client still sends. */
function answerBadRequest(error: Error, socket: Socket): void {
  const code = errorCode(error)
  const isGone = code === 'ECONNRESET' || code === 'EPIPE'
  // What follows a head that was refused is refused again: the answer is on its way, and must not be cut.
  if (!isGone && answered.has(socket)) return
  if (isGone || !socket.writable) {
    socket.destroy()
    return
  }
  answered.add(socket)
  const status = STATUS[code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  // Bytes that nobody reads would make the kernel answer our FIN's peer with a reset.
  socket.removeAllListeners('data')
  socket.resume()
}

const answered = new WeakSet<Socket>()

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}
