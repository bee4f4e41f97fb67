const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
/** setTimeout takes no more. */
const MAX_MS = 2_147_483_647

/** Milliseconds from `'30s'`, `'5m'`, `'2h'`, `'250ms'` or a number of milliseconds. Throws a `TypeError` that says what was found. */
export function durationMs(value: string | number, what: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|m|min|h|d)$/.exec(String(value).trim()) ?? []
  const ms = typeof value === 'number' ? value : Number(digits) * (UNITS_MS[unit] ?? Number.NaN)
  if (ms > 0 && ms <= MAX_MS) return ms
  throw new TypeError(
    `${what} is ${JSON.stringify(value)}: a time was wanted, such as '30s', '5m' or a number of milliseconds, up to 24d`,
  )
}
