import type { Narrowing } from '../narrowing.ts'
import type { Question } from './protocol.ts'

/** What core is asked, or the field that says nothing that it could be asked. */
export type Asking =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly field: keyof Narrowing }

/** Reads the fields of a page or its address, as the command line reads `--peer`, `--from` and `--to`. */
export function readQuestion({ peer, from, to }: Narrowing): Asking {
  const asked = peer === undefined ? undefined : readPeer(peer)
  const fromUnixMs = from === undefined ? undefined : readTime(from)
  const toUnixMs = to === undefined ? undefined : readTime(to)
  if (peer !== undefined && asked === undefined) return { ok: false, field: 'peer' }
  if (from !== undefined && fromUnixMs === undefined) return { ok: false, field: 'from' }
  if (to !== undefined && toUnixMs === undefined) return { ok: false, field: 'to' }
  return {
    ok: true,
    question: {
      ...(asked === undefined ? {} : { peer: asked }),
      ...(fromUnixMs === undefined ? {} : { fromUnixMs }),
      ...(toUnixMs === undefined ? {} : { toUnixMs }),
    },
  }
}

/** `10.0.0.1`, `10.0.0.1:8080`, `2001:db8::1`, `[2001:db8::1]:8080`. */
export function readPeer(typed: string): { readonly host: string; readonly port?: number } | undefined {
  const [, bracketed, other, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(typed.trim()) ?? []
  const text = bracketed ?? other ?? typed.trim()
  const host = bracketed === undefined ? (readIpv4(text) ?? readIpv6(text)) : readIpv6(text)
  if (host === undefined) return undefined
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  return { host, ...(port === undefined ? {} : { port }) }
}

function readIpv4(text: string): string | undefined {
  const isOne = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text)
  return isOne ? text : undefined
}

/** As answers print it: RFC 5952, without a zone; IPv4 that was mapped into it as IPv4. */
function readIpv6(text: string): string | undefined {
  const [address = ''] = text.split('%')
  if (!/^[\da-f:.]*:[\da-f:.]*$/i.test(address)) return undefined
  let short: string
  try {
    short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  } catch {
    return undefined
  }
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  return [high, low]
    .map((part) => Number.parseInt(part, 16))
    .flatMap((part) => [part >> 8, part & 0xff])
    .join('.')
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?(?:Z|([+-])(\d\d):?(\d\d))?$/i

/** Milliseconds since 1970 of an ISO 8601 time; without a zone it is UTC. */
export function readTime(typed: string): number | undefined {
  const [
    whole,
    year,
    month,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    digits = '0',
    sign,
    zoneHour,
    zoneMinute,
  ] = ISO.exec(typed.trim()) ?? []
  if (whole === undefined) return undefined
  const date = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const local = Date.parse(`${date}Z`)
  // A 30th of February would be carried over into March.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== date) return undefined
  const offset = sign === undefined ? 0 : Number(zoneHour) * 60 + Number(zoneMinute)
  if (Number(zoneMinute ?? 0) > 59 || offset > 14 * 60) return undefined
  return local + Number(`0.${digits}`) * 1000 - (sign === '-' ? -offset : offset) * 60_000
}
