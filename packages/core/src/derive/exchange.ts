/** What a person recognises in the first bytes of the latest exchange. */
export interface Exchange {
  readonly protocol: 'http' | 'tls' | 'other'
  readonly method?: string
  readonly target?: string
  readonly host?: string
  /** Of the request, header included where it was captured whole. */
  readonly requestLength?: number
  readonly requestHeadBytes?: number
  readonly requestChunked?: boolean
  readonly status?: number
  readonly responseLength?: number
  readonly responseHeadBytes?: number
  readonly chunked?: boolean
  readonly serverSoftware?: string
  readonly closes?: boolean
  /** After 101, or a 2xx to CONNECT, or as an event stream, no end of the answer is ever due. */
  readonly endless?: boolean
  /** The request's head ends within what was captured. */
  readonly requestHeadComplete?: boolean
  /** TLS: name the client asked for. */
  readonly serverName?: string
  /** TLS: the client's first payload is a handshake; the server's first payload is something else, or the reverse. */
  readonly tlsMismatch?: 'plain-client' | 'plain-server'
  readonly tlsClient?: boolean
  readonly tlsServer?: boolean
}

const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PROPFIND|REPORT) \S/
/** What Go, nginx and Apache answer to plain HTTP on their TLS ports. */
const PLAIN_TO_TLS =
  /HTTP request (?:to an HTTPS server|was sent to HTTPS port)|speaking plain HTTP to an SSL/
const TLS_HANDSHAKE = 0x16
const TLS_ALERT = 0x15
const TLS_FIRST_TYPE = 0x14
const TLS_LAST_TYPE = 0x18
const CLIENT_HELLO = 1
const MAX_TARGET = 200
/** So many bytes of encrypted data are all printable once in a thousand times. */
const PLAIN_BYTES = 8

/**
 * @param heads latest head of client and server, then their very first payloads; empty where unknown
 * @param sawGreeting the first payload of the server is the very first that it sent
 */
export function readExchange(
  client: Uint8Array,
  server: Uint8Array,
  firstClient: Uint8Array,
  firstServer: Uint8Array,
  sawGreeting = false,
): Exchange {
  const tlsClient = isTlsHandshake(firstClient) || isOldHello(firstClient)
  const tlsServer = isTlsHandshake(firstServer) || isTlsAlert(firstServer)
  if (tlsClient || tlsServer) {
    const serverName = tlsClient ? readServerName(firstClient) : undefined
    // A first payload that came out of order, or late in a session, is not of TLS and not plain either.
    const isOther = sawGreeting && isClientHello(firstClient) && isNoTlsRecord(firstServer)
    const plainServer = tlsClient && !tlsServer && (isOther || isPlainText(firstServer))
    const plainClient = tlsServer && !tlsClient && isPlainText(firstClient)
    return {
      protocol: 'tls',
      tlsClient,
      tlsServer,
      ...(serverName === undefined ? {} : { serverName }),
      ...(plainServer ? { tlsMismatch: 'plain-server' as const } : {}),
      ...(plainClient ? { tlsMismatch: 'plain-client' as const } : {}),
    }
  }
  const exchange: Draft = { protocol: 'other' }
  const request = latin1(client)
  const response = latin1(server)
  if (METHODS.test(request)) readRequest(request, exchange)
  if (/^HTTP\/1\.[01] \d{3}/.test(response)) readResponse(response, exchange)
  return exchange
}

type Draft = { -readonly [K in keyof Exchange]: Exchange[K] }

function readRequest(text: string, exchange: Draft): void {
  const [method = '', target = ''] = text.split(/[ \r\n]/, 2)
  const { isWhole, bytes, contentLength, host, transferEncoding } = readHead(text)
  const length = lengthOf(contentLength)
  exchange.protocol = 'http'
  exchange.method = method
  exchange.target = target.slice(0, MAX_TARGET)
  if (host !== undefined) exchange.host = host
  if (length !== undefined) exchange.requestLength = length
  if (isWhole) exchange.requestHeadBytes = bytes
  exchange.requestHeadComplete = isWhole
  exchange.requestChunked = isChunked(transferEncoding)
}

function readResponse(text: string, exchange: Draft): void {
  const head = readHead(text)
  const length = lengthOf(head.contentLength)
  const connection = head.connection?.toLowerCase()
  exchange.protocol = 'http'
  exchange.status = Number(text.slice(9, 12))
  if (length !== undefined) exchange.responseLength = length
  if (head.isWhole) exchange.responseHeadBytes = head.bytes
  if (isChunked(head.transferEncoding)) exchange.chunked = true
  if (head.server !== undefined) exchange.serverSoftware = head.server
  if (connection !== undefined) exchange.closes = connection.includes('close')
  if (isEndless(exchange, head.contentType)) exchange.endless = true
  if (PLAIN_TO_TLS.test(text)) exchange.tlsMismatch = 'plain-client'
}

/** RFC 9110 §15.2.2, §9.3.6; text/event-stream (WHATWG HTML §9.2). */
function isEndless({ method, status = 0 }: Draft, contentType = ''): boolean {
  if (status === 101) return true
  if (method === 'CONNECT' && status >= 200 && status < 300) return true
  return contentType.toLowerCase().startsWith('text/event-stream')
}

function isChunked(transferEncoding = ''): boolean {
  return transferEncoding.toLowerCase().includes('chunked')
}

/** What is told of a message by its head (RFC 9112 §2.1), which may have been cut: its last line may then be cut itself. */
interface Head {
  isWhole: boolean
  /** Up to the body, where it is whole. */
  bytes: number
  host?: string
  server?: string
  connection?: string
  contentType?: string
  contentLength?: string
  transferEncoding?: string
}

/** The fields that are looked at, by the length of their names: each has its own. */
const FIELDS: ReadonlyMap<number, readonly [string, Exclude<keyof Head, 'isWhole' | 'bytes'>]> = new Map(
  (
    [
      ['host', 'host'],
      ['server', 'server'],
      ['connection', 'connection'],
      ['content-type', 'contentType'],
      ['content-length', 'contentLength'],
      ['transfer-encoding', 'transferEncoding'],
    ] as const
  ).map((field) => [field[0].length, field]),
)

/** Of a field that is there twice, the first. Most lines are passed over by where their colon is. */
function readHead(text: string): Head {
  const head: Head = { isWhole: false, bytes: 0 }
  let end = text.indexOf('\r\n')
  while (end >= 0) {
    const start = end + 2
    end = text.indexOf('\r\n', start)
    if (end === start) {
      head.isWhole = true
      head.bytes = end + 2
      break
    }
    const colon = end < 0 ? -1 : text.indexOf(':', start)
    const field = FIELDS.get(colon - start)
    if (field === undefined || colon > end) continue
    const [name, key] = field
    if (text.slice(start, colon).toLowerCase() === name) head[key] ??= text.slice(colon + 1, end).trim()
  }
  return head
}

function lengthOf(contentLength = ''): number | undefined {
  return /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined
}

function isTlsHandshake(head: Uint8Array): boolean {
  return head.length >= 3 && head[0] === TLS_HANDSHAKE && head[1] === 3
}

/** A ClientHello of TLS in the form of SSL 2.0 (RFC 5246 appendix E.2): length, type, then the version 3.x. */
function isOldHello(head: Uint8Array): boolean {
  return head.length >= 5 && ((head[0] ?? 0) & 0x80) !== 0 && head[2] === CLIENT_HELLO && head[3] === 3
}

/** Nothing else begins so: what answers it in another protocol was not asked for that. */
function isClientHello(head: Uint8Array): boolean {
  return head.length >= 6 && isTlsHandshake(head) && head[5] === CLIENT_HELLO
}

/** The greeting of a database, the negotiation of telnet: no record type or version of TLS (RFC 8446 §5.1). */
function isNoTlsRecord(head: Uint8Array): boolean {
  const [type, major] = head
  if (type === undefined || major === undefined) return false
  return type < TLS_FIRST_TYPE || type > TLS_LAST_TYPE || major !== 3
}

/** Its beginning can be read: a banner, a command, a request, an error message. */
function isPlainText(head: Uint8Array): boolean {
  return head.length > 0 && head.subarray(0, PLAIN_BYTES).every(isPrintable)
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a || byte === 0x09
}

function isTlsAlert(head: Uint8Array): boolean {
  return head.length >= 5 && head[0] === TLS_ALERT && head[1] === 3
}

/** RFC 8446 §4.1.2, RFC 6066 §3: the server_name extension of a ClientHello, as far as it was captured. */
function readServerName(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  if (head.length < 44 || head[5] !== CLIENT_HELLO) return undefined
  let at = 43
  const sessionLength = head[at] ?? 0
  at += 1 + sessionLength
  if (at + 2 > head.length) return undefined
  at += 2 + view.getUint16(at)
  if (at + 1 > head.length) return undefined
  at += 1 + (head[at] ?? 0)
  at += 2
  while (at + 4 <= head.length) {
    const type = view.getUint16(at)
    const size = view.getUint16(at + 2)
    if (type === 0 && at + 9 <= head.length) {
      const length = view.getUint16(at + 7)
      if (at + 9 + length > head.length) return undefined
      return latin1(head.subarray(at + 9, at + 9 + length))
    }
    at += 4 + size
  }
  return undefined
}

function latin1(bytes: Uint8Array): string {
  // A list of arguments as it is: a tenth of the time of one character after the other, or of `...`. Heads are short.
  return Reflect.apply(String.fromCharCode, undefined, bytes)
}
