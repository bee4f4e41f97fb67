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
  const fins = indexFins(tracker, addressOf)
  return {
    service: (address, port) => services.get(address, port),
    portsOn: (track, address) => hosts[track]?.get(address)?.ports ?? 0,
    hops: (track, address) => hosts[track]?.get(address),
    finsAround: (address, ns, tolerance) => {
      const times = fins.of(address)
      return countUpTo(times, ns + tolerance) - countUpTo(times, ns - tolerance)
    },
    isFinWithin: (fromNs, toNs) => countUpTo(fins.all(), toNs) > countUpTo(fins.all(), fromNs),
  }
}

/** Times of FINs, in order. Most questions need none of them, and there may be very many. */
interface FinIndex {
  readonly of: (host: string) => readonly number[]
  readonly all: () => readonly number[]
}

const NONE: readonly number[] = []

function indexFins(tracker: Tracker, addressOf: AddressBook): FinIndex {
  let byHost: Map<string, number[]> | undefined
  let all: number[] | undefined
  return {
    of: (host) => {
      byHost ??= finsByHost(tracker, addressOf)
      return byHost.get(host) ?? NONE
    },
    all: () => {
      all ??= allFins(tracker)
      return all
    },
  }
}

function finsByHost(tracker: Tracker, addressOf: AddressBook): Map<string, number[]> {
  const byNumber: Record<'ipv4' | 'ipv6', Map<number, number[]>> = { ipv4: new Map(), ipv6: new Map() }
  tracker.life.forEachFin((ns, isIpv6, address) => {
    const hosts = isIpv6 ? byNumber.ipv6 : byNumber.ipv4
    const times = hosts.get(address)
    if (times === undefined) hosts.set(address, [ns])
    else times.push(ns)
  })
  const byHost = new Map<string, number[]>()
  // An IPv4 host may also have been seen as an IPv4-mapped address.
  for (const [family, hosts] of Object.entries(byNumber)) {
    for (const [address, times] of hosts) {
      const host = addressOf(family === 'ipv6', address)
      const known = byHost.get(host)
      byHost.set(host, known === undefined ? times : [...known, ...times])
    }
  }
  for (const times of byHost.values()) sortTimes(times)
  return byHost
}

function allFins(tracker: Tracker): number[] {
  const all: number[] = []
  tracker.life.forEachFin((ns) => all.push(ns))
  sortTimes(all)
  return all
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
