import { DurationHistogram } from './duration-histogram.ts'

/** What the connections to one server address and port did, whether or not any was reset. */
export interface Service {
  connections: number
  graceful: number
  /** Silences of more than half a second after which the other side still answered, in milliseconds. */
  readonly survivedSilences: DurationHistogram
  /** How long a connection had been idle when the server closed it with FIN, in milliseconds. */
  readonly idleBeforeServerFin: DurationHistogram
  firstNs: number
  lastNs: number
}

/** A port scan names services without end; beyond this many no new one is kept. */
const MAX_SERVICES = 65_536

/** Service statistics by server endpoint. */
export class Services {
  private readonly services = new Map<number, Service>()

  get(isIpv6: boolean, address: number, port: number): Service | undefined {
    return this.services.get(keyOf(isIpv6, address, port))
  }

  touch(isIpv6: boolean, address: number, port: number, timeNs: number): Service | undefined {
    const key = keyOf(isIpv6, address, port)
    let service = this.services.get(key)
    if (service === undefined) {
      if (this.services.size >= MAX_SERVICES) return undefined
      service = {
        connections: 0,
        graceful: 0,
        survivedSilences: new DurationHistogram(),
        idleBeforeServerFin: new DurationHistogram(),
        firstNs: timeNs,
        lastNs: timeNs,
      }
      this.services.set(key, service)
    }
    if (timeNs > service.lastNs) service.lastNs = timeNs
    return service
  }
}

/** Exact below 2^53: family bit, 32 bits of address, 16 of port. */
function keyOf(isIpv6: boolean, address: number, port: number): number {
  return (isIpv6 ? 2 ** 48 : 0) + address * 65_536 + port
}
