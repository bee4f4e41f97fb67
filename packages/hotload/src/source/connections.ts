import type { ConnectionOptions } from 'node:tls'
import type { Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { OrderlySocket } from './orderly-socket.ts'

/** One for a long-poll that waits, one for a download beside it. */
const CONNECTIONS = 2
const CONNECT_MS = 10_000
/** Between two pieces of a body. */
const BODY_IDLE_MS = 30_000
/**
 * Less than the 5 s after which Node's server closes an idle connection, so that ours is the FIN that comes first; where
 * the server says how long it waits, undici stays two seconds below that.
 */
const KEEP_ALIVE_MS = 3000
const MAX_KEEP_ALIVE_MS = 60_000
/** Of an answer's header section, in bytes; more ends the request. */
const MAX_HEADER_BYTES = 16 * 1024
/** What is under way at close() gets this long. */
const CLOSE_MS = 1000
/** Redirects lead to other hosts: so many in the life of a client. */
const MAX_ORIGINS = 16

/** As for `tls.connect`. */
export type TlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'ciphers'
  | 'key'
  | 'minVersion'
  | 'passphrase'
  | 'pfx'
  | 'rejectUnauthorized'
  | 'servername'
>

export interface Connections {
  readonly agent: Agent
  readonly counts: { connections: number; bytes: number; resets: number }
  /** It came from a connection that had served before: the server may have closed it while the request was on its way. */
  isOfReusedSocket(error: unknown): boolean
  /** Aborted when the second is over that close() gives what is under way. */
  readonly late: AbortSignal
  /** Waits a second for what is under way, then closes with FIN. Resolves when all sockets are gone. */
  close(): Promise<void>
}

/** The one pool of a client: nothing else in this package opens a connection. */
export function createConnections(tls: TlsOptions = {}): Connections {
  const counts = { connections: 0, bytes: 0, resets: 0 }
  const closing = new Set<Promise<void>>()
  const reused = new WeakSet<Error>()
  const connect = buildConnector({ ...tls, timeout: CONNECT_MS })
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    maxOrigins: MAX_ORIGINS,
    maxHeaderSize: MAX_HEADER_BYTES,
    bodyTimeout: BODY_IDLE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
    connect(options, callback) {
      connect(options, (error, socket) => {
        if (error !== null) callback(error, null)
        else callback(null, asSocket(new OrderlySocket(socket, tally)))
      })
    },
  })
  const tally = {
    opened: () => counts.connections++,
    received: (bytes: number) => {
      counts.bytes += bytes
    },
    broke: (error: Error, bytesRead: number) => {
      if (bytesRead > 0) reused.add(error)
    },
    reset: () => counts.resets++,
    closing: (gone: Promise<void>) => {
      closing.add(gone)
      void gone.then(() => closing.delete(gone))
    },
  }
  const late = new AbortController()
  let closed: Promise<void> | undefined
  return {
    agent,
    counts,
    late: late.signal,
    isOfReusedSocket: (error) =>
      error instanceof Error && (reused.has(error) || (bytesReadBefore(error) ?? 0) > 0),
    close: () => (closed ??= closeAgent(agent, late, closing)),
  }
}

async function closeAgent(
  agent: Agent,
  late: AbortController,
  closing: ReadonlySet<Promise<void>>,
): Promise<void> {
  const timer = setTimeout(() => late.abort(), CLOSE_MS)
  await agent.close()
  clearTimeout(timer)
  await Promise.all(closing)
}

/** undici's SocketError tells how much had been read when the other side closed. */
function bytesReadBefore(error: Error): number | undefined {
  if (!('socket' in error) || typeof error.socket !== 'object' || error.socket === null) return undefined
  return 'bytesRead' in error.socket && typeof error.socket.bytesRead === 'number'
    ? error.socket.bytesRead
    : undefined
}

function asSocket(stream: OrderlySocket): Socket {
  // undici asks for a net.Socket and uses of it the stream, ref, unref and the counts, which are all there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return stream as unknown as Socket
}
