/** An address in network byte order: 4 or 16 bytes. */
export type AddressBytes = readonly number[]

/** Reads dotted IPv4 and IPv6 (RFC 4291 §2.2, dotted tail included); undefined for anything else. */
export function readAddress(text: string): AddressBytes | undefined {
  return readIpv4(text) ?? readIpv6(text)
}

/** Dotted IPv4, or IPv6 as RFC 5952 §4 writes it. */
export function writeAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0))
  const text = groups.map((group) => group.toString(16))
  const { start, length } = longestZeros(groups)
  if (length < 2) return text.join(':')
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`
}

function readIpv4(text: string): AddressBytes | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function readIpv6(text: string): AddressBytes | undefined {
  if (text.length > MAX_IPV6_LENGTH || !text.includes(':')) return undefined
  const [head, tail, ...rest] = text.split('::')
  if (head === undefined || rest.length > 0) return undefined
  const before = readGroups(head, tail === undefined)
  const after = tail === undefined ? [] : readGroups(tail, true)
  if (before === undefined || after === undefined) return undefined
  const missing = 16 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...before, ...Array<number>(missing).fill(0), ...after]
}

function readGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const dotted = mayEndDotted && index === groups.length - 1 ? readIpv4(group) : undefined
    if (dotted !== undefined) bytes.push(...dotted)
    else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    } else return undefined
  }
  return bytes
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let start = 0
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start }
  })
  return longest
}

const MAX_IPV6_LENGTH = 45
