/** `119,808`: the same in every language and on every machine, so without Intl. */
export function count(n: number): string {
  if (!Number.isSafeInteger(n)) return String(n)
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** At most three significant digits below 100, whole numbers above: `0.2`, `3.33`, `130`. */
export function decimal(n: number): string {
  if (!Number.isFinite(n) || Math.abs(n) >= 100) return count(Math.round(n))
  return String(Number(n.toPrecision(n !== 0 && Math.abs(n) < 0.01 ? 1 : 3)))
}

/** `p = 0.003`, `p < 0.001`. */
export function significance(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toPrecision(1)}`
}

/** 100 % would claim certainty, which no finding has. */
export function percent(share: number): string {
  return `${Math.min(99, Math.max(0, Math.round(share * 100)))} %`
}

/** `14 ms`, `66 s`, `12 min`, `3.4 h`, `2.1 d`. Units are the SI's in every language. */
export function duration(seconds: number): string {
  for (const [size, unit] of DURATIONS) if (seconds >= size * 2) return `${twoDigits(seconds / size)} ${unit}`
  return seconds >= 1 ? `${twoDigits(seconds)} s` : `${decimal(seconds * 1000)} ms`
}

/**
 * `2026-11-22 14:55:16 … 14:56:20 UTC` from two ISO times; one time where both fall into one second. Text that
 * is not an ISO time is given back as it is.
 */
export function timeRange(from: string, to: string): string {
  const a = splitTime(from)
  const b = splitTime(to)
  if (a === undefined || b === undefined) return from === to ? from : `${from} … ${to}`
  if (a.day !== b.day) return `${a.day} ${a.second} … ${b.day} ${b.second} UTC`
  if (a.second !== b.second) return `${a.day} ${a.second} … ${b.second} UTC`
  return `${a.day} ${a.second}${a.fraction.slice(0, 4)} UTC`
}

/** `14:55:16 … 14:56:20`, for places where the day was said already; with days where they differ. */
export function clockRange(from: string, to: string): string {
  const a = splitTime(from)
  const b = splitTime(to)
  if (a === undefined || b === undefined || a.day !== b.day) return timeRange(from, to)
  return a.second === b.second ? a.second : `${a.second} … ${b.second}`
}

const DURATIONS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const

function twoDigits(n: number): string {
  return n >= 10 ? count(Math.round(n)) : String(Number(n.toFixed(1)))
}

function splitTime(iso: string): { day: string; second: string; fraction: string } | undefined {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,9})?Z$/.exec(iso)
  const [, day, second, fraction = ''] = match ?? []
  return day === undefined || second === undefined ? undefined : { day, second, fraction }
}
