import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readShipped } from './executable.ts'
import { sendEvidence } from './serve-evidence.ts'
import { refuse } from './serve-refuse.ts'
import { keptIncidents, type KeptIncidents } from './serve-incidents.ts'

export interface ServeServer {
  /** With its token: whoever has it sees the evidence. */
  readonly address: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** 192 bits: not to be guessed. */
const TOKEN_BYTES = 24
const TIMEOUT_MS = 15_000
const RENEW_MS = 2000

const ASSETS: Readonly<Record<string, string>> = {
  'answer-schema.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'worker.js': 'text/javascript; charset=utf-8',
}

/** Beside the page's own policy: no frame of another page, no guess at a type, no word of the address elsewhere. */
const HEADERS = {
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Serves the page and the evidence below `root`, on the loopback address. Rejects when the port is taken. */
export async function startServer(root: string, port: number): Promise<ServeServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const incidents = keptIncidents(root)
  const listeners = new Set<ServerResponse>()
  let hosts: readonly string[] = []

  const server = createServer(
    { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS },
    (request, response) => {
      // What is sent with a request is read to its end: a socket that is closed with data unread sends RST.
      request.resume()
      request.once('end', () => {
        for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
        answer(request, response).catch((error: unknown) => {
          if (response.headersSent) response.destroy()
          else refuse(response, 500, error instanceof Error ? error.message : String(error))
        })
      })
    },
  )

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that was made to point here (DNS rebinding) is not this server's.
    if (!hosts.includes(request.headers.host ?? ''))
      return refuse(response, 421, 'another host was asked for')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'GET only')
    const [path = ''] = (request.url ?? '').split('?')
    const [, given = '', ...rest] = path.split('/')
    if (!isSame(given, token))
      return refuse(response, 403, 'the whole address was wanted, as whyreset serve printed it')
    const [name = ''] = rest
    const type = ASSETS[name]
    if (rest.length === 0) return redirect(response, `/${token}/`)
    if (rest.length === 1 && name === '')
      return sendAsset(request, response, pageHtml(), 'text/html; charset=utf-8')
    if (rest.length === 1 && type !== undefined)
      return sendAsset(request, response, Buffer.from(readShipped(`site/${name}`)), type)
    if (rest.length === 1 && name === 'events') return follow(response)
    if (name === 'evidence') return sendEvidence(root, rest.slice(1), request, response)
    refuse(response, 404, 'there is no such page')
  }

  function follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    listeners.add(response)
    response.once('close', () => listeners.delete(response))
    tell(response, incidents)
  }

  const timer = setInterval(() => {
    if (!incidents.renew(listeners.size > 0)) return
    for (const listener of listeners) tell(listener, incidents)
  }, RENEW_MS)

  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    clearInterval(timer)
    throw error
  }
  // A connection could not be accepted, for want of descriptors say: the others are served all the same.
  server.on('error', () => undefined)
  const bound = server.address()
  const own = typeof bound === 'object' && bound !== null ? bound.port : port
  hosts = [`${HOST}:${own}`, `localhost:${own}`]
  return {
    address: `http://${HOST}:${own}/${token}/`,
    async close() {
      clearInterval(timer)
      incidents.close()
      const closed = once(server, 'close')
      server.close()
      for (const listener of listeners) listener.end()
      server.closeIdleConnections()
      const late = setTimeout(() => {
        server.closeAllConnections()
      }, 1000)
      await closed
      clearTimeout(late)
    },
  }
}

function tell(response: ServerResponse, incidents: KeptIncidents): void {
  response.write(`data: ${JSON.stringify(incidents.list())}\n\n`)
}

/** The time that it takes says nothing of how much was right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(sha256(given), sha256(token))
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/** The same page as the static site's, told that it is served. */
function pageHtml(): Uint8Array {
  const html = readShipped('site/index.html')
  return Buffer.from(html.replace('<title>', '<meta name="whyreset-serve" content="1"><title>'))
}

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  type: string,
): void {
  const tag = `"${sha256(bytes).toString('base64url')}"`
  response.setHeader('etag', tag)
  response.setHeader('cache-control', 'private, no-cache')
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end()
    return
  }
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(308, { location: to }).end()
}
