import type { Service } from '../tcp/services.ts'
import type { Tracker } from '../tcp/tracker.ts'
import type { AddressBook } from './address-book.ts'
import { ByEndpoint } from './by-endpoint.ts'

/** What the table kept of services and hosts, by address as text. */
export interface HostIndex {
  readonly service: (address: string, port: number) => Service | undefined
  /** How many of a host's ports one track shows. */
  readonly portsOn: (track: number, address: string) => number
  /** TTLs a host's services showed on one track. */
  readonly hops: (
    track: number,
    address: string,
  ) => { readonly low: number; readonly high: number } | undefined
  /** How many connections the host closed by FIN within ±`tolerance` nanoseconds. */
  readonly finsAround: (address: string, ns: number, tolerance: number) => number
  /** Whether any host closed a connection by FIN in that time. */
  readonly isFinWithin: (fromNs: number, toNs: number) => boolean
}

export function indexHosts(tracker: Tracker, addressOf: AddressBook): HostIndex {
  const services = new ByEndpoint<Service>()
  const hosts: Map<string, { low: number; high: number; ports: number }>[] = []
  for (const service of tracker.life.services.all()) {
    const address = addressOf(service.isIpv6, service.address)
    services.set(address, service.port, service)
    for (const [track, { low, high }] of service.hops) {
      const onTrack = (hosts[track] ??= new Map())
      const known = onTrack.get(address)
      if (known === undefined) onTrack.set(address, { low, high, ports: 1 })
      else {
        known.ports++
        known.low = Math.min(known.low, low)
        known.high = Math.max(known.high, high)
      }
    }
  }
  // Most questions need no FINs at all, and there may be very many.
  let fins: FinIndex | undefined
  return {
    service: (address, port) => services.get(address, port),
    portsOn: (track, address) => hosts[track]?.get(address)?.ports ?? 0,
    hops: (track, address) => hosts[track]?.get(address),
    finsAround: (address, ns, tolerance) => {
      fins ??= indexFins(tracker, addressOf)
      const times = fins.byHost.get(address)
      return times === undefined ? 0 : countUpTo(times, ns + tolerance) - countUpTo(times, ns - tolerance)
    },
    isFinWithin: (fromNs, toNs) => {
      fins ??= indexFins(tracker, addressOf)
      return countUpTo(fins.all, toNs) > countUpTo(fins.all, fromNs)
    },
  }
}

/** Times of FINs, in order: of all hosts, and of each. */
interface FinIndex {
  readonly all: readonly number[]
  readonly byHost: ReadonlyMap<string, readonly number[]>
}

function indexFins(tracker: Tracker, addressOf: AddressBook): FinIndex {
  const all: number[] = []
  const byHost = new Map<string, number[]>()
  tracker.life.forEachFin((ns, isIpv6, address) => {
    all.push(ns)
    const host = addressOf(isIpv6, address)
    const times = byHost.get(host)
    if (times === undefined) byHost.set(host, [ns])
    else times.push(ns)
  })
  for (const times of [all, ...byHost.values()]) sortTimes(times)
  return { all, byHost }
}

/** They mostly are in order already: sorting them all again would take longer than everything else here. */
function sortTimes(times: number[]): void {
  for (let index = 1; index < times.length; index++) {
    if ((times[index] ?? 0) >= (times[index - 1] ?? 0)) continue
    times.sort((x, y) => x - y)
    return
  }
}

function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
