import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** What was typed after `--metrics`: `127.0.0.1:9411`, `[::1]:9411`; without a host only this machine is served. */
export function parseListenAddress(typed: string): ListenAddress {
  const [, bracketed, plain = '127.0.0.1', digits = ''] =
    /^(?:\[([\da-f:.]+)\]|([\d.]+|localhost))?:(\d{1,5})$/i.exec(typed.trim()) ?? []
  const host = bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain)
  const port = digits === '' ? Number.NaN : Number(digits)
  if (!(port <= 65_535) || isIP(host) === 0)
    throw new InvalidArgumentError('An address was wanted: 127.0.0.1:9411, [::1]:9411, 0.0.0.0:9411.')
  return { host, port }
}
