/** `Europe/Berlin`, as PHP and PostgreSQL print it (IANA time zone database: areas of its files). */
export const ZONE_NAME =
  '(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z][A-Za-z_/-]{1,40}'

const HOUR_MS = 3_600_000
/** Names that runtimes know and do not list, since they list an older name of the same zone. */
const RENAMED = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Argentina/Catamarca',
  'America/Argentina/Cordoba',
  'America/Argentina/Jujuy',
  'America/Argentina/Mendoza',
  'America/Atikokan',
  'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
]

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** Of the last stamp: stamps of a log follow each other, and zones change on the hour. */
  hour?: number
  minutes?: number
}

/** Kept since each takes as long to make as a hundred lines to read; there are no more than names. */
const zones = new Map<string, Zone | undefined>()
let names: ReadonlySet<string> | undefined

/** Minutes east of UTC at a local time (as if it were UTC) in the named zone; undefined where nobody knows the zone. */
export function minutesEastIn(name: string, localMs: number): number | undefined {
  // Asked of a list: to refuse a name takes the runtime as long as to know one, and hostile input has millions.
  names ??= new Set([...Intl.supportedValuesOf('timeZone'), ...RENAMED])
  if (!names.has(name)) return undefined
  if (!zones.has(name)) zones.set(name, createZone(name))
  const zone = zones.get(name)
  if (zone === undefined) return undefined
  const hour = Math.floor(localMs / HOUR_MS)
  if (zone.hour === hour) return zone.minutes
  // The offset is asked for by UTC: the first answer leads to the second, which is right but in the hour of a change.
  const near = offsetAt(zone.format, localMs)
  zone.hour = hour
  zone.minutes = offsetAt(zone.format, localMs - near * 60_000)
  return zone.minutes
}

function createZone(timeZone: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    return { format }
  } catch {
    // RangeError: no such zone. The stamp then bears none.
    return undefined
  }
}

function offsetAt(format: Intl.DateTimeFormat, unixMs: number): number {
  const found: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of format.formatToParts(unixMs)) found[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found
  const wholeMinutes = Math.floor(unixMs / 60_000)
  return Date.UTC(year, month - 1, day, hour, minute) / 60_000 - wholeMinutes
}
