import { accessStampEnd, isDigitByte, isoStampEnd } from './byte-stamps.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const COLON = 0x3a
const BRACKET = 0x5b

/**
 * Where the line itself begins: behind the stamp of `docker logs -t` or CRI (see wrapper-formats.ts), or with its own
 * stamp; undefined when that takes a closer look.
 */
export function wrappedText(bytes: Uint8Array, stampEnd: number, to: number): number | undefined {
  let at = stampEnd
  const hasFraction = bytes[at] === 0x2e || bytes[at] === 0x2c
  if (hasFraction) at += 1
  const digits = at
  if (hasFraction) while (at < to && isDigitByte(bytes[at])) at += 1
  const isNano = bytes[stampEnd] === 0x2e && at - digits === 9
  const zone = bytes[at]
  const isUtc = zone === 0x5a
  if (isUtc) at += 1
  if (bytes[at] === SPACE && bytes[at + 1] === 0x73 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x64) {
    // ` stdout F `, ` stderr F `; pieces are joined elsewhere.
    const isWhole = bytes[at + 8] === 0x46 && bytes[at + 9] === SPACE && bytes[at + 7] === SPACE
    return isUtc && isWhole ? at + 10 : undefined
  }
  if (!isNano) return stampEnd - STAMP_BYTES
  return isUtc && bytes[at] === SPACE ? at + 1 : undefined
}
const STAMP_BYTES = 19

/** `HOST TAG[PID]: ` behind the stamp, or what resembles it: such a line names its program. */
export function isSyslog(bytes: Uint8Array, stampEnd: number, to: number): boolean {
  const end = Math.min(to, stampEnd + 300)
  let blanks = 0
  for (let at = stampEnd; at < end && blanks < 5; at += 1) {
    const byte = bytes[at]
    if (byte === SPACE) blanks += 1
    else if (byte === COLON && bytes[at + 1] === SPACE && blanks > 0) {
      const last = bytes[at - 1]
      // `tag[12]: `, `kernel: `.
      if (last === 0x5d || last === 0x6c) return true
    }
  }
  return false
}

export function isQuoteNext(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < Math.min(to, from + 24); at += 1) if (bytes[at] === QUOTE) return true
  return false
}

/** `10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET /x HTTP/1.1" 200 15 …`, when the status is no failure. */
export function isHealthyAccess(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  const limit = Math.min(to, from + 120)
  while (at < limit && bytes[at] !== BRACKET && bytes[at] !== QUOTE) at += 1
  if (bytes[at] !== BRACKET || bytes[at - 1] !== SPACE || isDigitByte(bytes[at - 2])) return false
  const end = accessStampEnd(bytes, at + 1, to)
  if (end === undefined) return false
  at = end
  while (at < to && at < end + 12 && bytes[at] !== 0x5d) at += 1
  if (bytes[at] !== 0x5d || bytes[at + 1] !== SPACE || bytes[at + 2] !== QUOTE) return false
  at += 3
  const method = at
  while (at < to && (bytes[at] ?? 0) >= 0x41 && (bytes[at] ?? 0) <= 0x5a) at += 1
  if (at - method < 3 || at - method > 16 || bytes[at] !== SPACE) return false
  at += 1
  const target = at
  while (at < to && (bytes[at] ?? 0) > SPACE && (bytes[at] ?? 0) < 0x7f && bytes[at] !== QUOTE) at += 1
  if (at === target) return false
  // ` HTTP/1.1"`
  if (bytes[at] === SPACE) {
    if (!startsWith(bytes, at, to, HTTP) || !isDigitByte(bytes[at + 6])) return false
    if (bytes[at + 7] !== 0x2e || !isDigitByte(bytes[at + 8])) return false
    at += 9
  }
  if (bytes[at] !== QUOTE || bytes[at + 1] !== SPACE || bytes[at + 5] !== SPACE) return false
  const status = [bytes[at + 2], bytes[at + 3], bytes[at + 4]]
  if (!status.every(isDigitByte) || !isDigitByte(bytes[at + 6])) return false
  const code = Number(String.fromCharCode(...status.map((byte) => byte ?? 0)))
  return code !== 499 && (code < 502 || code > 504)
}

const HTTP = ascii(' HTTP/')

/** A JSON line with the time under a usual name; Docker's own JSON is a wrapper. */
export function isStampedJson(bytes: Uint8Array, from: number, to: number): boolean {
  if (startsWith(bytes, from, to, DOCKER)) return false
  for (let at = from + 1; at < to; at += 1) {
    if (bytes[at] !== QUOTE || (bytes[at + 1] !== 0x74 && bytes[at + 1] !== 0x40)) continue
    for (const key of TIME_KEYS) {
      if (!startsWith(bytes, at, to, key)) continue
      let value = at + key.length
      if (bytes[value] === SPACE) value += 1
      if (bytes[value] === QUOTE ? isQuotedStamp(bytes, value + 1, to) : isEpoch(bytes, value, to))
        return true
    }
  }
  return false
}

const DOCKER = ascii('{"log":"')
const TIME_KEYS = ['"time":', '"timestamp":', '"@timestamp":', '"ts":', '"t":'].map(ascii)

function startsWith(bytes: Uint8Array, at: number, to: number, what: Uint8Array): boolean {
  if (at + what.length > to) return false
  for (let i = 0; i < what.length; i += 1) if (bytes[at + i] !== what[i]) return false
  return true
}

function isQuotedStamp(bytes: Uint8Array, at: number, to: number): boolean {
  const end = isoStampEnd(bytes, at, to)
  if (end === undefined) return false
  for (let next = end; next < Math.min(to, at + 60); next += 1) {
    if (bytes[next] === QUOTE) return true
    if (bytes[next] === 0x5c || (bytes[next] ?? 0) >= 0x80) return false
  }
  return false
}

/** Milliseconds since 1970, of 2001 to 2065. */
function isEpoch(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== 0x31 && bytes[from] !== 0x32) return false
  let at = from
  while (at < to && isDigitByte(bytes[at])) at += 1
  return at - from === 13 && (bytes[at] === 0x2c || bytes[at] === 0x7d)
}

/** `\tat com.acme.Client.fetch(Client.java:42)`, `  File "a.py", line 1`, `\t... 12 more`. */
export function isFrame(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && at < from + 16 && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1
  return FRAMES.some((frame) => startsWith(bytes, at, to, frame))
}
const FRAMES = ['at ', 'File "', '... '].map(ascii)

/** `java.io.IOException: …`, `Caused by: …`: letters and points, then a colon; nothing that a shipper puts before a line. */
export function isHeading(bytes: Uint8Array, from: number, to: number): boolean {
  let at = startsWith(bytes, from, to, CAUSED) ? from + CAUSED.length : from
  if ((bytes[at] ?? 0) < 0x41) return false
  while (at < to && (isDigitByte(bytes[at]) || isNamePart(bytes[at] ?? 0))) at += 1
  if (bytes[at] !== COLON || bytes[at + 1] !== SPACE) return false
  for (let next = at; next < Math.min(to, from + 200); next += 1) if (bytes[next] === 0x7c) return false
  return true
}
const CAUSED = ascii('Caused by: ')

const isNamePart = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2e ||
  byte === 0x24 ||
  byte === 0x5f
