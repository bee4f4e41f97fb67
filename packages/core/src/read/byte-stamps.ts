const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Where a time stamp ends that begins at this byte, if it is one of those that nearly every logger writes: `2026-11-22
 * 14:55:15`, with `/` or `T`, without its fraction and zone. Undefined says nothing: `findLogTime` knows more stamps.
 */
export function isoStampEnd(bytes: Uint8Array, at: number, to: number): number | undefined {
  const separator = bytes[at + 4]
  const middle = bytes[at + 10]
  if (at + 19 > to || (separator !== DASH && separator !== SLASH) || bytes[at + 7] !== separator)
    return undefined
  if ((middle !== SPACE && middle !== LETTER_T) || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON)
    return undefined
  const year = two(bytes, at) * 100 + two(bytes, at + 2)
  const month = two(bytes, at + 5)
  const day = two(bytes, at + 8)
  const isDate = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= (DAYS[month - 1] ?? 0)
  if (!isDate || (month === 2 && day === 29) || !isClock(bytes, at + 11)) return undefined
  return isHalfOfDay(bytes, at + 19) ? undefined : at + 19
}

/** The same for the stamp of access logs: `22/Nov/2026:14:55:15`. */
export function accessStampEnd(bytes: Uint8Array, at: number, to: number): number | undefined {
  if (at + 20 > to || bytes[at + 2] !== SLASH || bytes[at + 6] !== SLASH || bytes[at + 11] !== COLON)
    return undefined
  if (bytes[at + 14] !== COLON || bytes[at + 17] !== COLON) return undefined
  const name = String.fromCharCode(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes[at + 5] ?? 0)
  const month = MONTHS.indexOf(name)
  const day = two(bytes, at)
  const year = two(bytes, at + 7) * 100 + two(bytes, at + 9)
  if (month < 0 || !(day >= 1 && day <= (DAYS[month] ?? 0)) || (month === 1 && day === 29)) return undefined
  return year >= 1970 && isClock(bytes, at + 12) && !isHalfOfDay(bytes, at + 20) ? at + 20 : undefined
}

export const isDigitByte = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39

const SPACE = 0x20
const DASH = 0x2d
const SLASH = 0x2f
const COLON = 0x3a
const LETTER_T = 0x54

/** The number of two digits; NaN for anything else, so that every comparison fails. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]
  const ones = bytes[at + 1]
  return isDigitByte(tens) && isDigitByte(ones) ? ((tens ?? 0) - 0x30) * 10 + (ones ?? 0) - 0x30 : Number.NaN
}

function isClock(bytes: Uint8Array, at: number): boolean {
  return two(bytes, at) < 24 && two(bytes, at + 3) < 60 && two(bytes, at + 6) < 60
}

/** Twelve-hour clocks are left to others, and so is all that resembles them. */
function isHalfOfDay(bytes: Uint8Array, at: number): boolean {
  let next = at
  while (next < at + 12 && (isDigitByte(bytes[next]) || bytes[next] === 0x2e || bytes[next] === 0x2c))
    next += 1
  // A blank before it may be a no-break space, of two or three bytes.
  while (next < at + 16 && (bytes[next] === SPACE || (bytes[next] ?? 0) >= 0x80)) next += 1
  const letter = (bytes[next] ?? 0) | 0x20
  return letter === 0x61 || letter === 0x70
}
