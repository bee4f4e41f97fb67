import type { LogTime } from './log-time.ts'

/**
 * Zone names that mean one offset wherever they are printed. Others are left out on purpose: CST is China and
 * Chicago, IST India, Israel and Ireland, BST Britain and Bangladesh, PST America and Manila, EST America and,
 * in old logs, Sydney. Their stamps count as bearing no zone.
 */
const NAMED_ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  HKT: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  EDT: -240,
  CDT: -300,
  MDT: -360,
  MST: -420,
  PDT: -420,
}

/** Sources of regular expressions, shared by the formats. */
export const ZONE = `(?: ?(Z|UTC|GMT|[+-]\\d{2}:?\\d{2}(?![\\d:])|${Object.keys(NAMED_ZONES)
  .filter((name) => name.length > 1)
  .join('|')})(?![A-Za-z])|([+-]\\d{2})(?![\\d:]))?`
export const FRACTION = '(?:[.,](\\d{1,9})\\d{0,9})?'
/** Java 20 and later separate AM and PM by U+202F (Unicode CLDR 42). */
export const HALF = '(?:[ \\u00a0\\u202f]?([AaPp]\\.?[Mm]\\.?)(?![A-Za-z]))?'
/** A month's name or abbreviation in the languages of MONTHS. */
export const MONTH = '([A-Za-z\\u00c0-\\u017f\\u0400-\\u04ff]{3,10})\\.?'

/** First letters of a month's name, English and the locales that java.util.logging and others print by. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'jän', 'янв'],
  ['feb', 'fév', 'fev', 'фев'],
  ['mar', 'mär', 'mrz', 'mrt', 'maa', 'мар'],
  ['apr', 'avr', 'abr', 'апр'],
  ['may', 'mai', 'mei', 'mag', 'май', 'мая'],
  ['jun', 'juin', 'giu', 'июн'],
  ['jul', 'juil', 'lug', 'июл'],
  ['aug', 'aoû', 'ago', 'авг'],
  ['sep', 'set', 'сен'],
  ['oct', 'okt', 'out', 'ott', 'окт'],
  ['nov', 'ноя'],
  ['dec', 'déc', 'dez', 'dic', 'дек'],
]
const MONTH_NUMBERS: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((names, index) => names.map((name) => [name, index + 1] as const)),
)

/** 1 to 12, or undefined for a word that is no month. */
export function readMonth(word: string): number | undefined {
  const name = word.toLowerCase()
  return MONTH_NUMBERS.get(name.slice(0, 4)) ?? MONTH_NUMBERS.get(name.slice(0, 3))
}

/** Minutes east of UTC; undefined for none, and for a number that no zone on Earth has. */
export function readZone(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const named = NAMED_ZONES[text]
  if (named !== undefined) return named
  const hours = Number(text.slice(1, 3))
  const minutes = text.length > 3 ? Number(text.slice(-2)) : 0
  // UTC-12 to UTC+14, in quarters of an hour.
  if (!(hours * 60 + minutes <= 14 * 60) || minutes % 15 !== 0) return undefined
  const east = hours * 60 + minutes
  return text.startsWith('-') && east !== 0 ? -east : east
}

/** The printed pieces of a stamp; digits as text. What is absent was not printed. */
export interface StampParts {
  readonly year?: string | undefined
  readonly month?: string | number | undefined
  readonly day?: string | undefined
  readonly hour: string | undefined
  readonly minute: string | undefined
  readonly second?: string | undefined
  readonly fraction?: string | undefined
  /** AM or PM, in any spelling that begins with a or p. */
  readonly half?: string | undefined
  readonly zone?: string | undefined
}

/** A wall-clock time, or undefined when the numbers make no date or no time of day. */
export function wallTime(parts: StampParts): LogTime | undefined {
  const half = parts.half?.[0]?.toLowerCase()
  let hour = Number(parts.hour)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half === 'p' ? 12 : 0)
  }
  const minute = Number(parts.minute)
  const second = Number(parts.second ?? 0)
  // 60 is a leap second.
  if (!(hour < 24 && minute < 60 && second <= 60)) return undefined
  const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + Number(`0.${parts.fraction ?? 0}`) * 1000
  const zoneMinutes = readZone(parts.zone)
  const zone = zoneMinutes === undefined ? {} : { zoneMinutes }
  if (parts.month === undefined) return { clock: 'wall', localMs: ofDay, ...zone, missing: 'date' }
  const month = Number(parts.month)
  const day = Number(parts.day)
  // A leap year tells whether the day exists in any year.
  const year = parts.year === undefined ? 1972 : Number(parts.year)
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970) return undefined
  if (parts.year !== undefined) return { clock: 'wall', localMs: date.getTime() + ofDay, ...zone }
  return { clock: 'wall', localMs: Date.UTC(1970, month - 1, day) + ofDay, ...zone, missing: 'year' }
}

/** 2001 to 2065 in seconds: ten digits, and few ids are in it. */
const EPOCH_FROM = 1e9
const EPOCH_TO = 3e9

/** Seconds, milli-, micro- or nanoseconds since 1970 UTC, told apart by their size. */
export function epochTime(value: number): LogTime | undefined {
  for (const unit of [1e3, 1, 1e-3, 1e-6]) {
    const localMs = value * unit
    if (localMs >= EPOCH_FROM * 1e3 && localMs < EPOCH_TO * 1e3)
      return { clock: 'wall', localMs, zoneMinutes: 0 }
  }
  return undefined
}
