/**
 * A time as a log prints it. Readers never guess a zone: `derive/clock.ts` alone turns these into UTC.
 *
 * - `wall`: `localMs` is the printed date and time read as if it were UTC, in milliseconds since 1970 with
 *   fractions. `zoneMinutes` is the printed offset east of UTC (`Z` is 0), absent when none was printed. `missing`
 *   says what the stamp lacks: `year` (RFC 3164: the year of `localMs` is then 1970) or `date` (`localMs` counts
 *   from midnight).
 * - `uptime`: seconds since the process started.
 * - `trace`: seconds of the kernel's trace clock.
 */
export type LogTime =
  | {
      readonly clock: 'wall'
      readonly localMs: number
      readonly zoneMinutes?: number
      readonly missing?: 'year' | 'date'
    }
  | { readonly clock: 'uptime'; readonly seconds: number }
  | { readonly clock: 'trace'; readonly seconds: number }
