/** How moments are written: on the wall clock in UTC, or since the zero of the exhibits. */
export interface Clock {
  /** Nanoseconds since 1970 at the exhibits' zero. */
  readonly epochNs: bigint
  readonly mode: 'utc' | 'relative'
  /** What relative times count from, where that is not the exhibits' zero. */
  readonly zeroNs?: number
}

/** Apart, because both fit a number and nanoseconds since 1970 do not. */
export interface Instant {
  readonly days: number
  /** Of the day. */
  readonly ns: number
}

export const SECOND = 1e9
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Groups the digits of a fraction; narrow, and does not break. */
const THIN = '\u202f'

const UNITS: readonly (readonly [number, string])[] = [
  [SECOND, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]

/** A moment, to the nanosecond unless fewer digits are asked for: `14:55:16.004 200 113`, `+3.004 200 113 s`. */
export function momentOf(ns: number, clock: Clock, digits = 9): string {
  if (clock.mode === 'relative') return relative(ns - (clock.zeroNs ?? 0), digits)
  const instant = instantOf(clock, ns)
  return `${clockTime(instant)}${fraction(instant.ns, digits)}`
}

/** How long, with three digits at most: `14.1 ms`, `1.2 s`, `3:05`, `2:14:05`. */
export function lengthOf(ns: number): string {
  const abs = Math.abs(ns)
  if (abs >= MINUTE) return relative(ns, 0).replace(/^\+/u, '')
  const [unit, name] = UNITS.find(([size]) => abs >= size) ?? [1, 'ns']
  const value = abs / unit
  const digits = unit === 1 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  const number = value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/u, '$1')
    .replace(/\.$/u, '')
  return `${ns < 0 ? '−' : ''}${number}${THIN}${name}`
}

/** `+16.004 2 s`, `+1:02.004 2`, `+1:00:02`. */
export function relative(ns: number, digits: number): string {
  const sign = ns < 0 ? '−' : '+'
  const abs = Math.abs(Math.round(ns))
  const seconds = Math.floor(abs / SECOND)
  const rest = fraction(abs, digits)
  if (seconds < 60) return `${sign}${seconds}${rest}${THIN}s`
  const tail = `${pad(seconds % 60)}${rest}`
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)}:${tail}`
  return `${sign}${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${tail}`
}

/** Nanoseconds since 1970 of an ISO 8601 time in UTC with up to nine digits of a second. */
export function epochOf(iso: string): bigint {
  const [, whole = '', digits = ''] = /^(.*?)(?:\.(\d{1,9}))?Z$/u.exec(iso) ?? []
  const ms = Date.parse(`${whole}Z`)
  return Number.isNaN(ms) ? 0n : BigInt(ms) * 1_000_000n + BigInt(digits.padEnd(9, '0') || '0')
}

export function instantOf(clock: Clock, ns: number): Instant {
  const dayNs = BigInt(DAY)
  const sum = Number(clock.epochNs % dayNs) + Math.round(ns)
  const over = Math.floor(sum / DAY)
  return { days: Number(clock.epochNs / dayNs) + over, ns: sum - over * DAY }
}

export function isoDate(instant: Instant): string {
  return new Date(instant.days * 86_400_000).toISOString().slice(0, 10)
}

/** `14:55:16` */
export function clockTime(instant: Instant): string {
  const seconds = Math.floor(instant.ns / SECOND)
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(':')
}

/** `.004 2`: so many digits of what is beyond the second, cut, not rounded. */
export function fraction(ns: number, digits: number): string {
  if (digits === 0) return ''
  const all = String(Math.floor(ns % SECOND))
    .padStart(9, '0')
    .slice(0, digits)
  return `.${all.replace(/(\d{3})(?=\d)/gu, `$1${THIN}`)}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
