import type { Churn } from './churn.ts'
import { DurationHistogram } from './duration-histogram.ts'

/** What the connections to one server address and port did, whether or not any was reset. */
export interface Service {
  readonly isIpv6: boolean
  readonly address: number
  readonly port: number
  connections: number
  /** Of these, the ones that lived in the time that was asked about. */
  asked: number
  graceful: number
  /** Connections of which the begin was seen: first spoken to in TLS, or answered although they were not. */
  tls: number
  plain: number
  /** Silences of more than half a second after which the other side still answered, in milliseconds. */
  readonly survivedSilences: DurationHistogram
  /** How long a connection had been idle when the server closed it with FIN, in milliseconds. */
  readonly idleBeforeServerFin: DurationHistogram
  /** Absent while no connection was established: a port scan touches as many services as there are ports. */
  churn: Churn | undefined
  /** Address of the one host whose attempts to connect all failed here; `SEVERAL` where more than one tried. */
  seeker: number | undefined
  /** Begin of the latest connection whose handshake completed. */
  lastEstablishedNs: number
  /** TTL of what the server sent, lowest and highest, by track. */
  readonly hops: Map<number, { low: number; high: number }>
}

export const SEVERAL = -1

/** A port scan names services without end; beyond this many no new one is kept. */
const MAX_SERVICES = 65_536
/** Places for services that were touched a short while ago. */
const RECENT = 1024

/** Service statistics by server endpoint. */
export class Services {
  private readonly services = new Map<number, Service>()
  /** By a hash of the endpoint: most connections are to a few services, and a look into the map takes longer. */
  private readonly recent: (Service | undefined)[] = Array.from({ length: RECENT })

  all(): Iterable<Service> {
    return this.services.values()
  }

  touch(isIpv6: boolean, address: number, port: number): Service | undefined {
    const place = (Math.imul(address ^ Math.imul(port, 0x85ebca6b), 0x9e3779b1) >>> 16) & (RECENT - 1)
    const recent = this.recent[place]
    if (
      recent !== undefined &&
      recent.port === port &&
      recent.address === address &&
      recent.isIpv6 === isIpv6
    )
      return recent
    const service = this.findOrAdd(isIpv6, address, port)
    this.recent[place] = service
    return service
  }

  private findOrAdd(isIpv6: boolean, address: number, port: number): Service | undefined {
    const key = keyOf(isIpv6, address, port)
    let service = this.services.get(key)
    if (service === undefined) {
      if (this.services.size >= MAX_SERVICES) return undefined
      service = {
        connections: 0,
        asked: 0,
        graceful: 0,
        tls: 0,
        plain: 0,
        survivedSilences: new DurationHistogram(),
        idleBeforeServerFin: new DurationHistogram(),
        isIpv6,
        address,
        port,
        churn: undefined,
        seeker: undefined,
        lastEstablishedNs: Number.NEGATIVE_INFINITY,
        hops: new Map(),
      }
      this.services.set(key, service)
    }
    return service
  }
}

/** Widens the range of TTLs that the service showed on a track. */
export function noteHops(service: Service, track: number, low: number, high: number): void {
  const hops = service.hops.get(track)
  if (hops === undefined) service.hops.set(track, { low, high })
  else {
    if (low < hops.low) hops.low = low
    if (high > hops.high) hops.high = high
  }
}

/** Exact below 2^53: family bit, 32 bits of address, 16 of port. */
function keyOf(isIpv6: boolean, address: number, port: number): number {
  return (isIpv6 ? 2 ** 48 : 0) + address * 65_536 + port
}
