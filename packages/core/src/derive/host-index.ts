import { formatIpv4 } from '../tcp/address-text.ts'
import type { Service } from '../tcp/services.ts'
import type { Tracker } from '../tcp/tracker.ts'

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

export function indexHosts(tracker: Tracker): HostIndex {
  const textOf = (isIpv6: boolean, address: number): string =>
    isIpv6 ? tracker.addresses.text(address) : formatIpv4(address)
  const services = new Map<string, Service>()
  const ports = new Map<string, number>()
  const hops = new Map<string, { low: number; high: number }>()
  for (const service of tracker.life.services.all()) {
    const address = textOf(service.isIpv6, service.address)
    services.set(`${address} ${service.port}`, service)
    for (const [track, seen] of service.hops) {
      const key = `${track} ${address}`
      ports.set(key, (ports.get(key) ?? 0) + 1)
      const known = hops.get(key)
      if (known === undefined) hops.set(key, { ...seen })
      else {
        known.low = Math.min(known.low, seen.low)
        known.high = Math.max(known.high, seen.high)
      }
    }
  }
  const fins = new Map<string, number[]>()
  const allFins: number[] = []
  tracker.life.forEachFin((ns, isIpv6, address) => {
    allFins.push(ns)
    const key = textOf(isIpv6, address)
    const times = fins.get(key)
    if (times === undefined) fins.set(key, [ns])
    else times.push(ns)
  })
  for (const times of [allFins, ...fins.values()]) times.sort((x, y) => x - y)
  return {
    service: (address, port) => services.get(`${address} ${port}`),
    portsOn: (track, address) => ports.get(`${track} ${address}`) ?? 0,
    hops: (track, address) => hops.get(`${track} ${address}`),
    finsAround: (address, ns, tolerance) => {
      const times = fins.get(address) ?? []
      return countUpTo(times, ns + tolerance) - countUpTo(times, ns - tolerance)
    },
    isFinWithin: (fromNs, toNs) => countUpTo(allFins, toNs) > countUpTo(allFins, fromNs),
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
