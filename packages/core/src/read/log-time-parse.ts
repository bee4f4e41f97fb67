import {
  CJK_MONTH_FORMAT,
  DIGIT_FORMATS,
  LETTER_FORMATS,
  TIME_ONLY,
  type TimeFormat,
} from './log-time-formats.ts'
import { epochTime } from './log-time-parts.ts'
import type { LogTime } from './log-time.ts'

export interface FoundTime {
  readonly time: LogTime
  /** Where in the line the stamp begins and ends, without brackets and keys. */
  readonly start: number
  readonly end: number
}

/** A stamp begins within this many characters of its line. */
const SEARCHED = 200
/** JSON loggers (bunyan, winston) may print the time last. */
const SEARCHED_JSON = 16_384

/**
 * Finds the time that a logger stamped on a line: the first one near its start, or a key such as `"time"` of a JSON line.
 *
 * What can be read two ways is read so: `11/12/2026` is a date only if a number over 12 or a capital AM/PM tells
 * which is the month, else the date is `missing`; so it is for two-digit years (Spark's `26/11/22`). Zone names with two
 * meanings (CST, IST) count as no zone. A number is an epoch only at the start of a line, in brackets there, or after a key
 * such as `ts=`. `[ 1234.567]` is the kernel's uptime. A comma may introduce the fraction. A clock time alone is
 * a stamp only at the start of a line.
 */
export function findLogTime(text: string): FoundTime | undefined {
  const first = text.charCodeAt(0)
  if (first === BRACE) {
    const found = findJsonTime(text)
    if (found !== undefined) return found
  }
  if (first === BRACKET || first === LESS || text.startsWith('kern')) {
    const found = findKernelUptime(text)
    if (found !== undefined) return found
  }
  const end = Math.min(text.length, SEARCHED)
  let previous = 0
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at)
    const found = startsToken(code, previous) ? readAt(text, at, code) : undefined
    if (found !== undefined) return found
    previous = code
  }
  return undefined
}

const BRACE = 0x7b
const BRACKET = 0x5b
const LESS = 0x3c
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isLetter = (code: number): boolean =>
  (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code >= 0xc0

/** Not within a word or a number, an address (`10.1.2.3`, `::1`), a path or a negative number. */
function startsToken(code: number, previous: number): boolean {
  if (isDigit(code))
    return !isDigit(previous) && !isLetter(previous) && !'.:/-_+,'.includes(String.fromCharCode(previous))
  return isLetter(code) && !isLetter(previous) && !isDigit(previous)
}

function readAt(text: string, at: number, code: number): FoundTime | undefined {
  if (!isDigit(code)) {
    if (code >= 0x3000) return tryFormats(CJK_FORMATS, text, at)
    COULD_BE_DATE.lastIndex = at
    return COULD_BE_DATE.test(text) ? tryFormats(LETTER_FORMATS, text, at) : undefined
  }
  return tryFormats(DIGIT_FORMATS, text, at) ?? tryFormats(LAST_FORMATS, text, at) ?? readEpoch(text, at)
}

/** Most words are followed by no number. */
const COULD_BE_DATE = /(?:[A-Z][a-z]{2} )?[^\s\d]{3,11} {1,2}\d|[IWEFDCT]\d{4}/y
const CJK_FORMATS = [CJK_MONTH_FORMAT]
const LAST_FORMATS: readonly TimeFormat[] = [
  CJK_MONTH_FORMAT,
  { pattern: TIME_ONLY.pattern, read: (m) => (opensLine(m.input, m.index) ? TIME_ONLY.read(m) : undefined) },
]

function tryFormats(formats: readonly TimeFormat[], text: string, at: number): FoundTime | undefined {
  for (const { pattern, read } of formats) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) continue
    const time = read(match)
    if (time !== undefined) return { time, start: at, end: at + match[0].length }
  }
  return undefined
}

/** Nothing but brackets and at most a level or a short date that could not be read stands before. */
function opensLine(text: string, at: number): boolean {
  if (at > 24) return false
  return /^[[(<| ]*(?:(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE|[TDIWEF])[\])|: ]{1,8}|[\d/]{6,10} )?[[(<| ]*$/i.test(
    text.slice(0, at),
  )
}

const EPOCH = /(\d{10}|\d{13}|\d{16}|\d{19})(\.\d{1,9})?(?![\w./-])/y
const EPOCH_KEY = /(?:^|[\s{,("'&[])(?:@?timestamp|time|ts|t|epoch|msec|audit\()["']?[=:]?\s?["']?$/i

function readEpoch(text: string, at: number): FoundTime | undefined {
  const before = text.slice(Math.max(0, at - 16), at)
  const bracketed = at < 40 && (before.endsWith('[') || before.endsWith('('))
  if (at !== 0 && !bracketed && !EPOCH_KEY.test(before)) return undefined
  EPOCH.lastIndex = at
  const match = EPOCH.exec(text)
  const time = match === null ? undefined : epochTime(Number(match[0]))
  return match === null || time === undefined ? undefined : { time, start: at, end: at + match[0].length }
}

const KERNEL_UPTIME = /^(?:<\d{1,3}>|kern {0,3}:[a-z]{1,6} {0,3}: )?\[ {0,9}(\d{1,9}\.\d{3,9})\]/

function findKernelUptime(text: string): FoundTime | undefined {
  const match = KERNEL_UPTIME.exec(text)
  const seconds = match?.[1]
  if (match === null || seconds === undefined) return undefined
  // `[1795359315.123]` is some logger's epoch: no kernel has been up for thirty years.
  if (Number(seconds) >= 1e9) return undefined
  const end = match[0].length - 1
  return { time: { clock: 'uptime', seconds: Number(seconds) }, start: end - seconds.length, end }
}

const JSON_TIME =
  /"(?:@?timestamp|@?time|ts|@?t|_time|dt|date|datetime|asctime|eventTime|log_?time|start_time|time_?millis|time_local|time_iso8601|msec|_(?:_|SOURCE_)REALTIME_TIMESTAMP)"\s{0,4}:\s{0,4}(?:\{\s{0,4}"\$date"\s{0,4}:\s{0,4})?(?:"(?=[^"\\]{8,64}")|(\d{1,19}(?:\.\d{1,19})?(?:e\+?\d{1,2})?)(?=[\s,}]))/gi
/** log4j 2: `"instant":{"epochSecond":1795359315,"nanoOfSecond":123000000}`. */
const LOG4J_INSTANT = /"epochSecond"\s?:\s?(\d{9,11})\s?,\s?"nanoOfSecond"\s?:\s?(\d{1,9})/

function findJsonTime(whole: string): FoundTime | undefined {
  const text = whole.length > SEARCHED_JSON ? whole.slice(0, SEARCHED_JSON) : whole
  JSON_TIME.lastIndex = 0
  for (let match = JSON_TIME.exec(text); match !== null; match = JSON_TIME.exec(text)) {
    const at = match.index + match[0].length
    const number = match[1]
    if (number === undefined) {
      const found = readAt(text, at, text.charCodeAt(at))
      if (found !== undefined) return found
      const epoch = /\d{10,19}(?:\.\d{1,9})?(?=")/y
      epoch.lastIndex = at
      const digits = epoch.exec(text)?.[0]
      const time = digits === undefined ? undefined : epochTime(Number(digits))
      if (digits !== undefined && time !== undefined) return { time, start: at, end: at + digits.length }
      continue
    }
    const time = epochTime(Number(number))
    if (time !== undefined) return { time, start: at - number.length, end: at }
  }
  const instant = LOG4J_INSTANT.exec(text)
  const time = instant === null ? undefined : epochTime(Number(instant[1]) + Number(instant[2]) / 1e9)
  if (instant === null || time === undefined) return undefined
  return { time, start: instant.index, end: instant.index + instant[0].length }
}
