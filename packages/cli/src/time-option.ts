import { InvalidArgumentError } from 'commander'

/** ISO 8601 date with an optional time and zone; a space may stand for the T, as in logs. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d))?$/i

const WANTED =
  'An ISO 8601 time was wanted: 2026-11-22T14:55:21Z, 2026-11-22T22:55:21+08:00; without a zone it is UTC.'

/** Milliseconds since 1970 UTC, from what was typed after `--from`, `--to` or `--gc-start`. */
export function parseTime(typed: string): number {
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    zoneHour,
    zoneMinute,
  ] = ISO.exec(typed.trim()) ?? []
  if (year === undefined) throw new InvalidArgumentError(WANTED)
  const fields = [year, Number(month) - 1, day, hour, minute, second].map(Number)
  const local = Date.UTC(...toTuple(fields))
  const kept = new Date(local)
  // Date.UTC carries a 30th of February over into March.
  const found = [
    kept.getUTCFullYear(),
    kept.getUTCMonth(),
    kept.getUTCDate(),
    kept.getUTCHours(),
    kept.getUTCMinutes(),
    kept.getUTCSeconds(),
  ]
  if (found.some((field, index) => field !== fields[index]))
    throw new InvalidArgumentError(`There is no such time. ${WANTED}`)
  const offsetMinutes =
    sign === undefined ? 0 : parseOffset(`${sign}${zoneHour ?? ''}:${zoneMinute ?? ''}`, WANTED)
  return local + Number(`0.${fraction}0`) * 1000 - offsetMinutes * 60_000
}

/** Minutes east of UTC, from `+08:00`, `-0330` or `+8`. */
export function parseOffset(typed: string, wanted: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(typed) ?? []
  const total = Number(hours) * 60 + Number(minutes)
  if (sign === undefined || Number(minutes) > 59 || total > 14 * 60) throw new InvalidArgumentError(wanted)
  return sign === '-' ? -total : total
}

function toTuple(fields: readonly number[]): [number, number, number, number, number, number] {
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = fields
  return [year, month, day, hour, minute, second]
}
