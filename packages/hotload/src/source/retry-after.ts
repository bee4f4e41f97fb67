/** A provider that asks for more is asked again after this: it could be mad, or its clock. */
const MAX_RETRY_AFTER_MS = 3_600_000

/** Milliseconds, from a Retry-After header: seconds, or a date, taken against the answer's own Date (RFC 9110 §10.2.3). */
export function retryAfterMs(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : undefined
  const ms = seconds === undefined ? Date.parse(value) - dateMs(date) : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}

function dateMs(date: string | undefined): number {
  const ms = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(ms) ? Date.now() : ms
}
