import { once } from 'node:events'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { evaluatePreconditions, isRangeCurrent, type Validators } from './conditional.ts'
import { parseRange } from './range.ts'

/** setTimeout takes no more. */
const MAX_TIMER_MS = 2_147_483_647

/** Bytes with a name, that can be sent as a whole or in part. */
export interface Representation extends Validators {
  readonly size: number
  readonly headers: OutgoingHttpHeaders
  /** `first` to `last`, both included. */
  read(first: number, last: number): Readable | Uint8Array
}

/** How slowly a client may take what it asked for, before its connection is cut. */
export interface Patience {
  readonly graceMs: number
  readonly minBytesPerS: number
}

/** GET and HEAD, conditional and partial, as RFC 9110 §13 and §14 have it. Resolves when it was sent, or the client is gone. */
export async function sendRepresentation(
  request: IncomingMessage,
  response: ServerResponse,
  found: Representation,
  now: Date,
  patience: Patience,
): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    ...found.headers,
    etag: found.etag,
    'last-modified': found.lastModified.toUTCString(),
  }
  const precondition = evaluatePreconditions(request.headers, found)
  if (precondition === 'not-modified') return sendHead(response, 304, headers)
  if (precondition === 'failed') return sendProblem(request, response, 412, 'the precondition does not hold')
  headers['accept-ranges'] = 'bytes'
  // §14.2: of the methods only GET has ranges.
  const wantsRange = request.method === 'GET' && isRangeCurrent(request.headers, found, now)
  const range = wantsRange ? parseRange(request.headers.range, found.size) : 'whole'
  if (range === 'unsatisfiable')
    return sendProblem(request, response, 416, `no byte of this range is among the ${found.size}`, {
      'content-range': `bytes */${found.size}`,
    })
  if (range === 'whole') {
    headers['content-length'] = found.size
    if (request.method === 'HEAD' || found.size === 0) return sendHead(response, 200, headers)
    response.writeHead(200, headers)
    return sendBody(response, found.read(0, found.size - 1), sendMs(found.size, patience))
  }
  headers['content-range'] = `bytes ${range.first}-${range.last}/${found.size}`
  headers['content-length'] = range.last - range.first + 1
  response.writeHead(206, headers)
  const size = range.last - range.first + 1
  return sendBody(response, found.read(range.first, range.last), sendMs(size, patience))
}

/** RFC 9457 would be more than anybody reads here: one sentence for who stands before it with curl. */
export async function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: OutgoingHttpHeaders = {},
): Promise<void> {
  const body = Buffer.from(`${JSON.stringify({ error: sentence })}\n`)
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': body.length,
    ...headers,
  })
  if (request.method === 'HEAD') response.end()
  else response.end(body)
  await ended(response)
}

export async function sendHead(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  response.writeHead(status, headers)
  response.end()
  await ended(response)
}

function sendMs(bytes: number, { graceMs, minBytesPerS }: Patience): number {
  return Math.min(graceMs + (bytes / minBytesPerS) * 1000, MAX_TIMER_MS)
}

async function sendBody(
  response: ServerResponse,
  body: Readable | Uint8Array,
  withinMs: number,
): Promise<void> {
  if (body instanceof Uint8Array) {
    response.end(body)
    return ended(response)
  }
  const timer = setTimeout(() => response.destroy(), withinMs)
  // A client that leaves, or a disk that fails, ends both streams; the head was sent, so nobody else can be told.
  await pipeline(body, response).catch(() => response.destroy())
  clearTimeout(timer)
}

async function ended(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return
  await Promise.race([once(response, 'finish'), once(response, 'close')]).catch(() => undefined)
}
