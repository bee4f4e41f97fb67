import { readExchange } from '../derive/exchange.ts'
import { TLS_ALERT, TLS_HANDSHAKE, TLS_MAJOR_VERSION } from '../tcp/segment-limits.ts'

export interface HeadLine {
  readonly protocol: 'http' | 'tls'
  readonly text: string
}

/** As much of a line as a picture has room for. */
const MAX_LINE = 200
/** Enough for a ClientHello up to the server's name. */
const MAX_LOOKED_AT = 600
const REQUEST = /^[A-Z]{3,16} [!-~\u0080-\u00ff]+ HTTP\/[\d.]{1,3}/
/** A request whose line the snap length or the segment cut. */
const CUT_REQUEST = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PRI) \S/
const STATUS = /^HTTP\/1\.[01] \d{3}/
/** RFC 8446 §5.1, §4, RFC 5246 §7.4. */
const TLS_APPLICATION_DATA = 0x17
const TLS_CHANGE_CIPHER_SPEC = 0x14
const HANDSHAKES: Readonly<Record<number, string>> = {
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  14: 'ServerHelloDone',
  16: 'ClientKeyExchange',
}
const EMPTY = new Uint8Array(0)
const UPPER_A = 0x41
const UPPER_Z = 0x5a

/** The HTTP/1 or TLS line that begins a payload, where there is one. */
export function readHeadLine(
  view: DataView,
  offset: number,
  end: number,
  isTurn: boolean,
): HeadLine | undefined {
  if (end - offset < 3) return undefined
  const first = view.getUint8(offset)
  if (first >= UPPER_A && first <= UPPER_Z) return readHttp(view, offset, end)
  const isRecord = first >= TLS_CHANGE_CIPHER_SPEC && first <= TLS_APPLICATION_DATA
  if (!isRecord || view.getUint8(offset + 1) !== TLS_MAJOR_VERSION || view.getUint8(offset + 2) > 4)
    return undefined
  return readTls(view, offset, end, first, isTurn)
}

function readHttp(view: DataView, offset: number, end: number): HeadLine | undefined {
  const text = latin1(view, offset, Math.min(end, offset + MAX_LINE))
  if (!STATUS.test(text) && !REQUEST.test(text) && !CUT_REQUEST.test(text)) return undefined
  const lineEnd = text.search(/[\r\n]/)
  return { protocol: 'http', text: lineEnd < 0 ? text : text.slice(0, lineEnd) }
}

function readTls(
  view: DataView,
  offset: number,
  end: number,
  type: number,
  isTurn: boolean,
): HeadLine | undefined {
  if (type === TLS_ALERT) {
    const isClear = end - offset >= 7 && view.getUint16(offset + 3) === 2
    const level = isClear && view.getUint8(offset + 5) === 2 ? 'fatal ' : ''
    return {
      protocol: 'tls',
      text: isClear ? `Alert ${level}${view.getUint8(offset + 6)}` : 'Alert (encrypted)',
    }
  }
  if (type === TLS_HANDSHAKE && end - offset >= 6) {
    const name = HANDSHAKES[view.getUint8(offset + 5)]
    if (name === undefined) return { protocol: 'tls', text: 'Handshake (encrypted)' }
    const head = new Uint8Array(view.buffer, view.byteOffset + offset, Math.min(end - offset, MAX_LOOKED_AT))
    const server = name === 'ClientHello' ? readExchange(head, EMPTY, head, EMPTY).serverName : undefined
    return { protocol: 'tls', text: server === undefined ? name : `${name} ${server.slice(0, MAX_LINE)}` }
  }
  return type === TLS_APPLICATION_DATA && isTurn ? { protocol: 'tls', text: 'Application Data' } : undefined
}

function latin1(view: DataView, offset: number, end: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, end - offset)
  return Reflect.apply(String.fromCharCode, undefined, bytes)
}
