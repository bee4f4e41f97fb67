import { InvalidArgumentError } from 'commander'

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const MAX_DURATION_MS = 14 * 86_400_000
const UNITS_BYTES: Readonly<Record<string, number>> = { M: 1e6, MB: 1e6, G: 1e9, GB: 1e9 }

/** Milliseconds, from what was typed after `--duration`: `30s`, `5m`, `2h`, `1d`; a bare number is seconds. */
export function parseDuration(typed: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s?([a-z]*)$/i.exec(typed.trim()) ?? []
  const ms = Number(number) * (UNITS_MS[unit.toLowerCase() || 's'] ?? Number.NaN)
  if (!(ms > 0 && ms <= MAX_DURATION_MS))
    throw new InvalidArgumentError('A time was wanted: 30s, 5m, 2h, at most 14d.')
  return ms
}

/** Bytes, from what was typed after `--max-size`: `500MB`, `2GB`. */
export function parseSize(typed: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s?([a-z]+)$/i.exec(typed.trim()) ?? []
  const bytes = Number(number) * (UNITS_BYTES[unit.toUpperCase()] ?? Number.NaN)
  if (!(bytes >= 2e6)) throw new InvalidArgumentError('A size was wanted: 500MB, 2GB, at least 2MB.')
  return bytes
}

export function parsePort(typed: string): number {
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('A port from 1 to 65535 was wanted.')
  return port
}

/** For options that may be given several times. */
export function addTo<T>(parse: (typed: string) => T): (typed: string, before?: readonly T[]) => T[] {
  return (typed, before = []) => [...before, parse(typed)]
}
