import { isServiceName, servicePort } from './service-ports.ts'

/** One end of a TCP connection. */
export interface Endpoint {
  /** Canonical text: dotted IPv4, RFC 5952 IPv6. IPv4-mapped IPv6 is written as IPv4. `*` where a table says any. */
  readonly address: string
  /** Absent where a table prints `*`. */
  readonly port?: number
}

/** What no address or host name exceeds (RFC 1035 §2.3.4), brackets and `%interface` included. */
const MAX_ENDPOINT_LENGTH = 300
const MAX_PORT = 65_535

/**
 * The canonical text of a printed address: `[::FFFF:10.0.0.1]%eth0` → `10.0.0.1`. `*` stays `*`.
 * Undefined for anything else, host names included.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > MAX_ENDPOINT_LENGTH) return undefined
  const bare = text.replace(/^\[([^\]]*)\]/, '$1').replace(/%.*$/s, '')
  if (bare === '*') return '*'
  const v4 = parseIpv4(bare)
  if (v4 !== undefined) return v4.join('.')
  const groups = parseIpv6(bare)
  return groups === undefined ? undefined : formatIpv6(groups)
}

/** Splits at the last colon, as ss, netstat on Linux and Windows, and the kernel's `%pISpc` print: `[::1]:80`, `*:*`, `:::22`. */
export function parseEndpoint(text: string): Endpoint | undefined {
  return split(text, text.lastIndexOf(':'))
}

/** Splits at the last dot, as netstat on macOS and the BSDs prints: `10.0.0.1.8080`, `fe80::1%lo0.53`, `*.*`. */
export function parseDottedEndpoint(text: string): Endpoint | undefined {
  return split(text, text.lastIndexOf('.'))
}

/** Text of an address in network byte order, 4 or 16 bytes. */
export function formatAddress(bytes: ArrayLike<number>): string {
  if (bytes.length === 4) return Array.from(bytes).join('.')
  return formatIpv6(Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)))
}

/** `0.0.0.0`, `::`, `*`: no particular address. */
export function isAnyAddress(address: string): boolean {
  return address === '*' || address === '0.0.0.0' || address === '::'
}

/** The endpoint without a port that only says "any": 0 is no port (RFC 6335 §6). */
export function endpoint(address: string, port: number | undefined): Endpoint {
  return port === undefined || port === 0 ? { address } : { address, port }
}

function split(text: string, at: number): Endpoint | undefined {
  if (at < 1 || text.length > MAX_ENDPOINT_LENGTH) return undefined
  const host = text.slice(0, at)
  const address = parseAddress(host) ?? (isHostName(host) ? host : undefined)
  if (address === undefined) return undefined
  const printed = text.slice(at + 1)
  if (printed === '*') return { address }
  if (!/^\d{1,5}$/.test(printed)) {
    return isServiceName(printed) ? endpoint(address, servicePort(printed)) : undefined
  }
  const port = Number(printed)
  return port > MAX_PORT ? undefined : endpoint(address, port)
}

/** A name needs a letter: `1.2.3` and `300.1.1.1` are damaged addresses, not names. */
function isHostName(text: string): boolean {
  return /^(?=.*[a-z])[\w.-]+(?:%[\w.-]+)?$/i.test(text)
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? octets : undefined
}

/** The eight groups, or undefined. Accepts `::` and a dotted tail (RFC 4291 §2.2). */
function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

function parseGroups(text: string, dottedTailAllowed: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const v4 = dottedTailAllowed && i === parts.length - 1 ? parseIpv4(part) : undefined
    if (v4 !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = v4
      groups.push((a << 8) | b, (c << 8) | d)
    } else if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return undefined
    }
  }
  return groups
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(groups: readonly number[]): string {
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
    if (end > i) i = end
  }
  const text = groups.map((group) => group.toString(16))
  if (start < 0) return text.join(':')
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`
}
