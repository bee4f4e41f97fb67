import type { LogTime } from './log-time.ts'
import { type DateParts, FRACTION, HALF, MONTH, readMonth, wallTime, ZONE } from './log-time-parts.ts'

/** One way to print a time. `pattern` is sticky: it is tried where a token begins. */
export interface TimeFormat {
  readonly pattern: RegExp
  /** Undefined when the shape fits and the numbers do not. */
  readonly read: (m: RegExpExecArray) => LogTime | undefined
}

const CLOCK = `(\\d{1,2}):(\\d{2})(?::(\\d{2})${FRACTION})?${HALF}${ZONE}`
const FULL_CLOCK = `(\\d{1,2}):(\\d{2}):(\\d{2})${FRACTION}${HALF}${ZONE}`
const sticky = (source: string): RegExp => new RegExp(source, 'y')

/** Formats that begin with a digit, the most frequent first. A longer shape stands before its own prefix. */
export const DIGIT_FORMATS: readonly TimeFormat[] = [
  {
    // ISO 8601 and what resembles it: Logback, Python, Go (2026/11/22), nginx errors, PostgreSQL.
    pattern: sticky(`(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:[Tt_:-]| {1,2}|, )${CLOCK}`),
    read: (m) => clock(m, 5, { year: m[1], month: m[3], day: m[4] }),
  },
  {
    // ISO 8601 basic: 20261122T145515.123Z, 20261122 14:55:15.
    pattern: sticky(`(\\d{4})(\\d{2})(\\d{2})[T -](\\d{2}):?(\\d{2}):?(\\d{2})${FRACTION}()${ZONE}(?!\\d)`),
    read: (m) => clock(m, 4, { year: m[1], month: m[2], day: m[3] }),
  },
  {
    // Access logs 22/Nov/2026:14:55:15 +0000, HAProxy, Tomcat 22-Nov-2026 14:55:15.123, redis 22 Nov 2026 14:55:15.
    pattern: sticky(`(\\d{1,2})[-/ ]${MONTH}[-/ ](\\d{4})(?:[T: ]|, )${FULL_CLOCK}`),
    read: (m) => clock(m, 4, { year: m[3], month: readMonth(m[2] ?? '') ?? 0, day: m[1] }),
  },
  {
    // 22.11.2026 14:55:15: wherever points separate, the day is first.
    pattern: sticky(`(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4}),? {1,2}${CLOCK}`),
    read: (m) => clock(m, 4, { year: m[3], month: m[2], day: m[1] }),
  },
  {
    // 11/22/2026 2:55:15 PM or 22/11/2026 14:55:15 (also with dashes).
    pattern: sticky(`(\\d{1,2})([/-])(\\d{1,2})\\2(\\d{4}),? {1,2}${CLOCK}`),
    read: (m) => clock(m, 5, slashDate(m[1] ?? '', m[3] ?? '', m[4] ?? '', m[9])),
  },
  {
    // 2026年11月22日 下午2:55:15, and the same in Japanese and Korean.
    pattern: sticky(
      `(\\d{4}) ?[年년] ?(\\d{1,2}) ?[月월] ?(\\d{1,2}) ?[日일] ?(上午|下午|午前|午後|오전|오후)? ?(\\d{1,2})[:时時시] ?(\\d{2})[:分분] ?(\\d{2})[秒초]?`,
    ),
    read: (m) =>
      wallTime(
        { year: m[1], month: m[2], day: m[3] },
        { hour: m[5], minute: m[6], second: m[7], half: half(m[4]) },
      ),
  },
  {
    // MySQL before 5.7: 261122 14:55:15.
    pattern: sticky(`(\\d{2})(\\d{2})(\\d{2}) {1,2}(\\d{1,2}):(\\d{2}):(\\d{2})(?![\\d:])`),
    read: (m) => clock(m, 4, { year: `20${m[1]}`, month: m[2], day: m[3] }),
  },
]

/** Formats that begin with a letter. */
export const LETTER_FORMATS: readonly TimeFormat[] = [
  {
    // asctime, Apache errors, dmesg -T, busybox: [Sun Nov 22 14:55:15.123 2026], Sun Nov 22 14:55:15 UTC 2026.
    pattern: sticky(
      `(?:[A-Z][a-z]{2} )?${MONTH} {1,2}(\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2})${FRACTION}()${ZONE} (\\d{4})(?![\\d:])`,
    ),
    read: (m) => clock(m, 3, { year: m[10], month: readMonth(m[1] ?? '') ?? 0, day: m[2] }),
  },
  {
    // java.util.logging: Nov 22, 2026 2:55:15 PM; Cisco: Nov 22 2026 14:55:15.
    pattern: sticky(`${MONTH} {1,2}(\\d{1,2}),? (\\d{4}),? (?:at )?${FULL_CLOCK}`),
    read: (m) => clock(m, 4, { year: m[3], month: readMonth(m[1] ?? '') ?? 0, day: m[2] }),
  },
  {
    // RFC 3164, journald: no year.
    pattern: sticky(`${MONTH} {1,2}(\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2})${FRACTION}(?![\\d:])`),
    read: (m) => clock(m, 3, { month: readMonth(m[1] ?? '') ?? 0, day: m[2] }),
  },
  {
    // klog and glog: E1122 14:55:15.123456 (no year); newer glog prints one.
    pattern: sticky('[IWEFDCT](\\d{4})?(\\d{2})(\\d{2}) (\\d{2}):(\\d{2}):(\\d{2})\\.(\\d{1,9})'),
    read: (m) => clock(m, 4, { year: m[1], month: m[2], day: m[3] }),
  },
]

/** java.util.logging in Chinese and Japanese: 十一月 22, 2026 2:55:15 下午; 11月 22, 2026 2:55:15 午後. */
export const CJK_MONTH_FORMAT: TimeFormat = {
  pattern: sticky(
    '([一二三四五六七八九十]{1,2}|\\d{1,2})月 {1,2}(\\d{1,2}), (\\d{4}) (\\d{1,2}):(\\d{2}):(\\d{2}) ?(上午|下午|午前|午後)?',
  ),
  read: (m) => {
    const name = m[1] ?? ''
    const month = /\d/.test(name) ? Number(name) : HAN_NUMBERS.indexOf(name)
    return wallTime(
      { year: m[3], month, day: m[2] },
      { hour: m[4], minute: m[5], second: m[6], half: half(m[7]) },
    )
  },
}
const HAN_NUMBERS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二']

/** A time of day alone; only trusted at the very start of a line, for anywhere else it is a duration. */
export const TIME_ONLY: TimeFormat = {
  pattern: sticky(`${FULL_CLOCK}(?![\\d:/])`),
  read: (m) => clock(m, 1, {}),
}

/** Hour, minute, second, fraction, half and the two spellings of a zone stand in consecutive groups. */
function clock(m: RegExpExecArray, at: number, date: DateParts): LogTime | undefined {
  const ampm = m[at + 4]
  return wallTime(date, {
    hour: m[at],
    minute: m[at + 1],
    second: m[at + 2],
    fraction: m[at + 3],
    half: ampm === '' ? undefined : ampm,
    zone: m[at + 5] ?? m[at + 6],
  })
}

/**
 * Month first or day first: decided by a number over 12, else by a printed AM or PM in capitals (US). What is
 * left is ambiguous, and then the date counts as missing rather than wrong.
 */
function slashDate(first: string, second: string, year: string, ampm: string | undefined): DateParts {
  if (Number(first) > 12) return { year, month: second, day: first }
  if (Number(second) > 12 || ampm === 'AM' || ampm === 'PM') return { year, month: first, day: second }
  return {}
}

function half(word: string | undefined): string | undefined {
  if (word === undefined) return undefined
  return word === '下午' || word === '午後' || word === '오후' ? 'pm' : 'am'
}
