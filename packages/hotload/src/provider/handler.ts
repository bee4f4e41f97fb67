import { randomInt } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isPackageName, isSha512 } from '../manifest/read-manifest.ts'
import { errorCode } from '../store/durable.ts'
import { sendHead, sendProblem, sendRepresentation } from './answer.ts'
import { clientOffers } from './client-offers.ts'
import { evaluatePreconditions } from './conditional.ts'
import { METRICS_TYPE, writeMetrics } from './metrics.ts'
import { providerMetrics, requestCounts, type MeasuredParts, type RequestCounts } from './provider-metrics.ts'
import { readBody } from './request-body.ts'
import type { SignedOffer, SignedOffers } from './signed-offers.ts'
import { MAX_REPORT_BYTES } from './status-reports.ts'

export interface HandlerLimits {
  /** What stands before its paths, where the framework leaves it in `request.url` (Fastify, Hono): `/hotload`. */
  readonly basePath: string
  /** A long-poll is held at most so long: 60 s where it is absent. */
  readonly maxWaitMs: number
  /** Clients that wait at once; those beyond are answered at once: 10 000 where it is absent. */
  readonly maxWaiting: number
  /** Blobs that are sent at once; those beyond are told to come again: 256 where it is absent. */
  readonly maxDownloads: number
  /** A blob is sent within this, and a second more for each `minBytesPerS`; then the connection is cut: 60 s where it is absent. */
  readonly sendGraceMs: number
  /** Slower clients keep others waiting: 4096 where it is absent. */
  readonly minBytesPerS: number
  /** False where `/metrics` is not for everybody who reaches it. */
  readonly metrics: boolean
}

export interface HandlerParts extends MeasuredParts {
  readonly offers: SignedOffers
}

export interface Handler {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  readonly counts: RequestCounts
  readonly close: () => Promise<void>
}

const MAX_CLIENT_ID_LENGTH = 128
/** Spread, so that those who were refused together do not come together. */
const RETRY_AFTER_S = { min: 1, max: 10 }
const YEAR_S = 31_536_000

/** The routes of docs/wire.md. */
export function createHandler(parts: HandlerParts, limits: Partial<HandlerLimits>): Handler {
  const { basePath = '', maxWaitMs = 60_000, maxDownloads = 256, metrics = true } = limits
  const patience = { graceMs: limits.sendGraceMs ?? 60_000, minBytesPerS: limits.minBytesPerS ?? 4096 }
  const { folder, offers, room, connections, reports, now } = parts
  const prefix = basePath.replace(/\/+$/, '')
  const counts = requestCounts()
  const underWay = new Set<Promise<void>>()
  const clients = clientOffers(folder, offers, room, now)
  let downloads = 0
  let isClosed = false

  function handle(request: IncomingMessage, response: ServerResponse): void {
    connections.watch(request, response)
    const done = route(request, response)
      .catch((error: unknown) => fail(request, response, error))
      // A rejection that nobody handles would end the process of whoever embeds this.
      .catch(() => void response.destroy())
      // Nothing is left unread, or the next request on the connection would be waited for in vain.
      .then(() => void request.resume())
    underWay.add(done)
    void done.finally(() => underWay.delete(done))
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url, prefix)
    const kind = kindOf(path, metrics)
    response.once('finish', () => counts.add(kind, response.statusCode))
    if (isClosed) return refuse(request, response, 'the provider is shutting down', { connection: 'close' })
    const allowed = kind === 'status' ? ['POST'] : ['GET', 'HEAD']
    if (kind === 'other') return sendProblem(request, response, 404, 'no such path: see docs/wire.md')
    if (!allowed.includes(request.method ?? ''))
      return sendProblem(request, response, 405, `${allowed.join(' or ')} was wanted`, {
        allow: allowed.join(', '),
      })
    if (kind === 'manifest') return sendManifest(request, response, path.slice(1, -'/manifest'.length))
    if (kind === 'blob') return sendBlob(request, response, path.slice('/blobs/sha512/'.length))
    return kind === 'metrics' ? sendMetrics(request, response) : takeReport(request, response)
  }

  async function sendManifest(
    request: IncomingMessage,
    response: ServerResponse,
    rawName: string,
  ): Promise<void> {
    const name = decoded(rawName)
    if (!isPackageName(name)) return sendProblem(request, response, 404, 'this is not the name of a package')
    const waitMs = Math.min(waitWanted(request), maxWaitMs)
    if (waitMs > 0) response.setHeader('preference-applied', `wait=${Math.round(waitMs / 1000)}`)
    const gone = new AbortController()
    const leave = (): void => gone.abort()
    response.once('close', leave)
    const offer = await clients.find(name, clientIdOf(request), {
      ms: waitMs,
      signal: gone.signal,
      isNews: (found) => isNews(request, found),
    })
    response.off('close', leave)
    if (response.destroyed) return
    if (offer === undefined)
      return sendProblem(request, response, 404, 'nothing is published under this name for this client')
    const { document, etag, lastModified } = offer
    await sendRepresentation(
      request,
      response,
      {
        etag,
        lastModified,
        size: document.byteLength,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', vary: 'Hotload-Client' },
        read: (first, last) => document.subarray(first, last + 1),
      },
      now(),
      patience,
    )
  }

  async function sendBlob(request: IncomingMessage, response: ServerResponse, sha512: string): Promise<void> {
    if (!isSha512(sha512)) return sendProblem(request, response, 404, 'this is not a SHA-512 in hexadecimal')
    if (downloads >= maxDownloads) {
      counts.overloads++
      return refuse(request, response, `${maxDownloads} downloads are under way`)
    }
    downloads++
    try {
      await sendFile(request, response, sha512)
    } finally {
      downloads--
    }
  }

  async function sendFile(request: IncomingMessage, response: ServerResponse, sha512: string): Promise<void> {
    const path = (await folder).blobPath(sha512)
    const file = await open(path, 'r').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) return sendProblem(request, response, 404, 'there is no such blob')
    try {
      const { size, mtime } = await file.stat()
      const blob = {
        etag: `"${sha512}"`,
        lastModified: mtime,
        size,
        headers: {
          'content-type': 'application/octet-stream',
          'cache-control': `public, max-age=${YEAR_S}, immutable`,
        },
        read: (start: number, end: number) => file.createReadStream({ start, end, autoClose: false }),
      }
      await sendRepresentation(request, response, blob, now(), patience)
    } finally {
      await file.close()
    }
  }

  async function takeReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_REPORT_BYTES)
    if (response.destroyed) return
    if (body === undefined)
      return sendProblem(request, response, 413, `at most ${MAX_REPORT_BYTES} bytes are taken`, {
        connection: 'close',
      })
    const client = clientIdOf(request) ?? request.socket.remoteAddress ?? 'unknown'
    if (!reports.add(client, body)) return sendProblem(request, response, 400, 'a JSON object was wanted')
    return sendHead(response, 204, {})
  }

  async function sendMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.from(writeMetrics(await providerMetrics(parts, counts, downloads)))
    response.writeHead(200, {
      'content-type': METRICS_TYPE,
      'cache-control': 'no-store',
      'content-length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  /** What went wrong here is for the operator, not for who asks. */
  async function fail(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    counts.failures++
    counts.lastFailure = error instanceof Error ? error.message : 'not an Error'
    if (response.headersSent) response.destroy()
    else await sendProblem(request, response, 500, 'the provider could not read what it serves')
  }

  return {
    handle,
    counts,
    async close() {
      isClosed = true
      clients.close()
      await Promise.allSettled(underWay)
    },
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const seconds = randomInt(RETRY_AFTER_S.min, RETRY_AFTER_S.max + 1)
  return sendProblem(request, response, 503, sentence, { 'retry-after': String(seconds), ...headers })
}

function pathOf(url: string | undefined, prefix: string): string {
  const path = (url ?? '/').split('?', 1)[0] ?? '/'
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}

function kindOf(path: string, metrics: boolean): 'manifest' | 'blob' | 'metrics' | 'status' | 'other' {
  if (path.startsWith('/blobs/sha512/')) return 'blob'
  if (path === '/status') return 'status'
  if (path === '/metrics') return metrics ? 'metrics' : 'other'
  return path.endsWith('/manifest') ? 'manifest' : 'other'
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function clientIdOf(request: IncomingMessage): string | undefined {
  const id = request.headers['hotload-client']
  return typeof id === 'string' && id !== '' && id.length <= MAX_CLIENT_ID_LENGTH ? id : undefined
}

/** RFC 7240 §4.3, and only for who says what it has: there would be nothing to wait for. */
function waitWanted(request: IncomingMessage): number {
  if (request.headers['if-none-match'] === undefined) return 0
  const prefer = String(request.headers['prefer'] ?? '')
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer) ?? []
  return Number(seconds ?? 0) * 1000
}

function isNews(request: IncomingMessage, offer: SignedOffer | undefined): boolean {
  return offer !== undefined && evaluatePreconditions(request.headers, offer) !== 'not-modified'
}
