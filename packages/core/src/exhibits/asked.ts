import type { Question } from '../derive/facts.ts'
import type { Followed } from './followed.ts'

/** Whether one of a connection's ends was asked for by name. */
export type Asked = (connection: Pick<Followed, 'a' | 'b' | 'ports' | 'isIpv6' | 'addressOf'>) => boolean

/** Undefined where nobody asked for a peer. */
export function askedPeer({ peer }: Pick<Question, 'peer'>): Asked | undefined {
  if (peer === undefined) return undefined
  return ({ a, b, ports, isIpv6, addressOf }) =>
    (hasPort(ports >>> 16) && addressOf(isIpv6, a >>> 0) === peer.host) ||
    (hasPort(ports & 0xffff) && addressOf(isIpv6, b >>> 0) === peer.host)

  function hasPort(port: number): boolean {
    return peer?.port === undefined || peer.port === port
  }
}
