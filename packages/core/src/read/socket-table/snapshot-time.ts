import type { LogTime } from '../log-time.ts'

/**
 * The time in a line that says nothing else: `date` in any of its forms and languages, ISO 8601, seconds since 1970,
 * the head line of `watch`. A comment (`# cli (2026-11-22T15:21:44Z; …)`) may say more around an ISO time.
 */
export function readTimeLine(text: string): LogTime | undefined {
  if (text.length > MAX_TIME_LINE) return undefined
  const comment = text.startsWith('#')
  const watched = /^Every [\d.,]+s: .*?\s(\S+: .*)$/.exec(text)?.[1]?.replace(/^\S+: /, '')
  const bare = (watched ?? text).replace(/^[\s#=*>[-]+/, '').replace(/[\s#=*\]-]+$/, '')
  const unlabelled = bare.replace(LABEL, '')
  return readEpoch(unlabelled) ?? readIso(unlabelled, !comment) ?? readDate(unlabelled)
}

const MAX_TIME_LINE = 300
const LABEL = /^(?:date|time|timestamp|snapshot|sample|taken|at)\s*[:=]?\s+/i

/** What a file name such as `ss-cli-20261122T145521.190Z.txt` says; a path or a stamp without `WHO` is fine. */
export function readFileName(fileName: string): { who?: string; at?: LogTime } {
  const base = fileName.slice(-MAX_TIME_LINE).replace(/^.*[/\\]/s, '')
  const match =
    /^[a-z][a-z0-9_]*(?:-(.{1,100}?))??-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{1,9})?(Z|[+-]\d{4})?(?:\.[a-z]\w*)*$/i.exec(
      base,
    )
  if (match === null) return {}
  const [, who, year, month, day, hour, minute, second, fraction, zone] = match
  const at = wallTime([year, month, day, hour, minute, second], fraction, readZone(zone))
  return { ...(who !== undefined && { who }), ...(at !== undefined && { at }) }
}

/** `date +%s`, with fractions or in milliseconds: the years 2001 to 2286. */
function readEpoch(text: string): LogTime | undefined {
  const match = /^([1-9]\d{9})(?:[.,]?(\d{3}|\d{6}|\d{9}))?$/.exec(text)
  if (match === null) return undefined
  return { clock: 'wall', localMs: Number(match[1]) * 1000 + fractionMs(match[2]), zoneMinutes: 0 }
}

function readIso(text: string, whole: boolean): LogTime | undefined {
  const match =
    /(?<![\d-])(\d{4})[-/](\d\d)[-/](\d\d)[T ]{1,2}(\d\d):(\d\d):(\d\d)([.,]\d{1,9})? ?(Z|UTC|GMT|[A-Z]{3,4}|[+-]\d\d:?\d\d|[+-]\d\d)?(?![\w:])/.exec(
      text,
    )
  if (match === null || (whole && match[0].length !== text.length)) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  return wallTime([year, month, day, hour, minute, second], fraction, readZone(zone))
}

/** `date` as locales print it: the parts in any order, a weekday and at most one other word among them. */
function readDate(text: string): LogTime | undefined {
  const cjk = text.replace(/(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日/, '$1 month$2 $3 ')
  const clock = /(?<![\d:])(\d{1,2})[:时](\d\d)[:分](\d\d)秒?([.,]\d{1,9})?(?![\d:])/.exec(cjk)
  if (clock === null) return undefined
  const found: { year?: string; month?: number; day?: string; zone?: number; half?: string } = {}
  let others = 0
  for (const word of cjk.replace(clock[0], ' ').split(/[\s,\u202f]+/)) {
    if (word === '') continue
    const month = found.month === undefined ? readMonth(word) : undefined
    const zone = readZone(word)
    if (/^\d{4}$/.test(word) && found.year === undefined) found.year = word
    else if (/^\d{1,2}(?:\.|st|nd|rd|th)?$/.test(word) && found.day === undefined)
      found.day = word.replace(/\D+/, '')
    else if (month !== undefined) found.month = month
    else if (/^(?:[ap]\.?m\.?|上午|下午|午前|午後|오전|오후)$/i.test(word)) found.half = word
    else if (zone !== undefined) found.zone = zone
    else if (/\d/.test(word) || ++others > 2) return undefined
  }
  if (found.year === undefined || found.month === undefined || found.day === undefined) return undefined
  const hour = twelveHours(Number(clock[1]), found.half)
  return wallTime([found.year, found.month, found.day, hour, clock[2], clock[3]], clock[4], found.zone)
}

/** The first letters of the months in the languages whose `date` writes them with letters. */
const MONTHS: readonly RegExp[] = [
  /^(?:jan|ene|gen|янв|sty)/,
  /^(?:feb|fév|fev|фев|lut)/,
  /^(?:mar|mär|mrz|мар|mrt)/,
  /^(?:apr|avr|abr|апр|kwi)/,
  /^(?:may|mai|mag|mei|май|мая|maj)/,
  /^(?:jun|juin|giu|июн|cze)/,
  /^(?:jul|juil|lug|июл|lip)/,
  /^(?:aug|aoû|aou|ago|авг|sie)/,
  /^(?:sep|set|сен|wrz)/,
  /^(?:oct|okt|out|ott|окт|paź)/,
  /^(?:nov|ноя|lis)/,
  /^(?:dec|dez|dic|déc|дек|gru)/,
]

function readMonth(word: string): number | undefined {
  const numbered = /^month(\d{1,2})$/.exec(word)?.[1] ?? /^(\d{1,2})(?:월|月)$/.exec(word)?.[1]
  if (numbered !== undefined) return Number(numbered)
  // `Mar` is also Tuesday in French, Spanish and Italian: those write weekdays first, with a dot or in lower case.
  if (/^mar\.?$/.test(word)) return undefined
  const at = MONTHS.findIndex((month) => month.test(word.toLowerCase()))
  return at < 0 ? undefined : at + 1
}

function twelveHours(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  const afternoon = /^p|下午|午後|오후/i.test(half)
  return (hour % 12) + (afternoon ? 12 : 0)
}

/** Only abbreviations that mean one offset: CST, IST, BST and PST are each used by several countries. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['Z', 0],
  ['UTC', 0],
  ['GMT', 0],
  ['WET', 0],
  ['WEST', 60],
  ['CET', 60],
  ['CEST', 120],
  ['EET', 120],
  ['EEST', 180],
  ['MSK', 180],
  ['HKT', 480],
  ['JST', 540],
  ['KST', 540],
  ['AEST', 600],
  ['AEDT', 660],
  ['EST', -300],
  ['EDT', -240],
  ['MDT', -360],
  ['PDT', -420],
])

function readZone(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(text)
  if (offset === null) return ZONES.get(text)
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
  return offset[1] === '-' ? -minutes : minutes
}

function wallTime(
  parts: readonly (string | number | undefined)[],
  fraction: string | undefined,
  zoneMinutes: number | undefined,
): LogTime | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const ok = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60
  if (!ok || year < 1970 || year > 9999) return undefined
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second) + fractionMs(fraction)
  return { clock: 'wall', localMs, ...(zoneMinutes !== undefined && { zoneMinutes }) }
}

function fractionMs(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(`0.${fraction.replace(/^\D/, '')}`) * 1000
}
