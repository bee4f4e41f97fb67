import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'

export interface Peer {
  readonly host: string
  readonly port?: number
}

const WANTED = 'An address was wanted: 10.91.1.2, 10.91.1.2:8080, 2001:db8::2 or [2001:db8::2]:8080.'

/** What was typed after `--peer`. Names are not looked up: that would ask the network. */
export function parsePeer(typed: string): Peer {
  const [, bracketed, other, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(typed) ?? []
  const host = bracketed ?? other ?? typed
  const isBracketed = bracketed !== undefined
  if (isIP(host) === 0 || (isBracketed && isIP(host) !== 6)) {
    const isName =
      isIP(host) === 0 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/i.test(host) && !/^[\d.]+$/.test(host)
    throw new InvalidArgumentError(isName ? `Names are not looked up. ${WANTED}` : WANTED)
  }
  if (digits === undefined) return { host: canonical(host) }
  const port = Number(digits)
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('A port from 1 to 65535 was wanted.')
  return { host: canonical(host), port }
}

/** As answers print addresses: IPv6 as in RFC 5952, without a zone; IPv4 that was mapped into it as IPv4. */
function canonical(host: string): string {
  if (isIP(host) === 4) return host
  const [address = ''] = host.split('%')
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}
