import { DurationHistogram } from './duration-histogram.ts'

/** What the connections to one server address and port did, whether or not any was reset. */
export interface Service {
  readonly isIpv6: boolean
  readonly address: number
  readonly port: number
  connections: number
  graceful: number
  /** Silences of more than half a second after which the other side still answered, in milliseconds. */
  readonly survivedSilences: DurationHistogram
  /** How long a connection had been idle when the server closed it with FIN, in milliseconds. */
  readonly idleBeforeServerFin: DurationHistogram
  /** Begin of the latest connection whose handshake completed. */
  lastEstablishedNs: number
  /** TTL of what the server sent, lowest and highest, by track. */
  readonly hops: Map<number, { low: number; high: number }>
}

/** A port scan names services without end; beyond this many no new one is kept. */
const MAX_SERVICES = 65_536

/** A service as it is sent from one thread to another. */
export interface ServiceSums extends Omit<Service, 'survivedSilences' | 'idleBeforeServerFin'> {
  readonly survivedSilences: Pick<DurationHistogram, 'counts' | 'count' | 'maxMs'>
  readonly idleBeforeServerFin: Pick<DurationHistogram, 'counts' | 'count' | 'maxMs'>
}

/** Service statistics by server endpoint. */
export class Services {
  /** A service was not kept because there were too many. */
  isFull = false
  private readonly services = new Map<number, Service>()

  all(): Iterable<Service> {
    return this.services.values()
  }

  touch(isIpv6: boolean, address: number, port: number): Service | undefined {
    const key = keyOf(isIpv6, address, port)
    let service = this.services.get(key)
    if (service === undefined) {
      if (this.services.size >= MAX_SERVICES) {
        this.isFull = true
        return undefined
      }
      service = {
        connections: 0,
        graceful: 0,
        survivedSilences: new DurationHistogram(),
        idleBeforeServerFin: new DurationHistogram(),
        isIpv6,
        address,
        port,
        lastEstablishedNs: Number.NEGATIVE_INFINITY,
        hops: new Map(),
      }
      this.services.set(key, service)
    }
    return service
  }

  /** Adds what was counted of the same services elsewhere; false when there are too many. */
  join(others: readonly ServiceSums[]): boolean {
    for (const other of others) {
      const service = this.touch(other.isIpv6, other.address, other.port)
      if (service === undefined) return false
      service.connections += other.connections
      service.graceful += other.graceful
      service.survivedSilences.join(other.survivedSilences)
      service.idleBeforeServerFin.join(other.idleBeforeServerFin)
      service.lastEstablishedNs = Math.max(service.lastEstablishedNs, other.lastEstablishedNs)
      for (const [track, { low, high }] of other.hops) noteHops(service, track, low, high)
    }
    return true
  }
}

/** Copies without methods. */
export function toServiceSums(service: Service): ServiceSums {
  return {
    ...service,
    survivedSilences: plain(service.survivedSilences),
    idleBeforeServerFin: plain(service.idleBeforeServerFin),
  }
}

function plain({ counts, count, maxMs }: DurationHistogram): ServiceSums['survivedSilences'] {
  return { counts, count, maxMs }
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
