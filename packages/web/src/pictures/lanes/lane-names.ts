import type { Lane } from '@whyreset/core'
import { endsOf, hostPort, portsOf } from './order-lanes.ts'

/** How much of an address is left, in characters, from more to less. */
const TAILS = [20, 15, 11, 7, 4]

/** The fullest name that has room: of a long address its end stays, which tells hosts apart, and the ports always. */
export function laneName(lane: Lane, fits: (name: string) => boolean): string {
  const names = [
    endsOf(lane),
    ...TAILS.map(
      (most) =>
        `${shortEnd(lane.client, lane.clientPort, most)} → ${shortEnd(lane.server, lane.serverPort, most)}`,
    ),
  ]
  return names.find(fits) ?? portsOf(lane)
}

function shortEnd(host: string, port: number, most: number): string {
  if (host.length <= most) return hostPort(host, port)
  const tail = `…${tailOf(host, most)}`
  return host.includes(':') ? `[${tail}]:${port}` : `${tail}:${port}`
}

/** From a dot or colon on, where there is one. */
function tailOf(host: string, most: number): string {
  const tail = host.slice(-most)
  const at = tail.search(/[.:]/)
  return at < 0 || at === tail.length - 1 ? tail : tail.slice(at)
}
