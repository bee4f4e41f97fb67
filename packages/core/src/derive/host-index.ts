import { SEVERAL, type Service } from '../tcp/services.ts'
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
  /** Ports of a server where nothing ever spoke, closed ones and filtered ones, that one client alone tried. */
  readonly silentPorts: (client: string, server: string) => number
  /** How many connections the host closed by FIN within ±`tolerance` nanoseconds. */
  readonly finsAround: (address: string, ns: number, tolerance: number) => number
  /** Whether any host closed a connection by FIN in that time. */
  readonly isFinWithin: (fromNs: number, toNs: number) => boolean
}

export function indexHosts(tracker: Tracker, addressOf: AddressBook): HostIndex {
  const services = new ByEndpoint<Service>()
  const hosts: Map<string, { low: number; high: number; ports: number }>[] = []
  const silent = new Map<string, number>()
  for (const service of tracker.life.services.all()) {
    const address = addressOf(service.isIpv6, service.address)
    services.set(address, service.port, service)
    if (service.hops.size === 0 && service.seeker !== undefined && service.seeker !== SEVERAL) {
      const pair = `${addressOf(service.isIpv6, service.seeker)} ${address}`
      silent.set(pair, (silent.get(pair) ?? 0) + 1)
    }
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
    silentPorts: (client, server) => silent.get(`${client} ${server}`) ?? 0,
    finsAround: (address, ns, tolerance) => {
      const times = fins.of(address)
      return countUpTo(times, ns + tolerance) - countUpTo(times, ns - tolerance)
    },
    isFinWithin: (fromNs, toNs) => countUpTo(fins.all(), toNs) > countUpTo(fins.all(), fromNs),
  }
}

/** Times of FINs, in order. Most questions need none of them, and there may be very many. */
interface FinIndex {
  readonly of: (host: string) => Float64Array
  readonly all: () => Float64Array
}

const NONE = new Float64Array(0)

function indexFins(tracker: Tracker, addressOf: AddressBook): FinIndex {
  let byHost: Map<string, Float64Array> | undefined
  let all: Float64Array | undefined
  return {
    of: (host) => {
      byHost ??= finsByHost(tracker, addressOf)
      return byHost.get(host) ?? NONE
    },
    all: () => {
      all ??= sorted(tracker.life.recentFins().times)
      return all
    },
  }
}

/** Counted first, so that each host's times are a part of one array: lists that grow took five times as long. */
function finsByHost(tracker: Tracker, addressOf: AddressBook): Map<string, Float64Array> {
  const { times, hosts } = tracker.life.recentFins()
  const numbers = [new Map<number, number>(), new Map<number, number>()] as const
  const names = new Map<string, number>()
  const counts: number[] = []
  const hostOf = new Uint32Array(times.length)
  for (let fin = 0; fin < times.length; fin++) {
    const address = hosts[fin * 2] ?? 0
    const isIpv6 = hosts[fin * 2 + 1] !== 0
    const known = isIpv6 ? numbers[1] : numbers[0]
    let host = known.get(address)
    if (host === undefined) {
      // An IPv4 host may also have been seen as an IPv4-mapped address.
      const name = addressOf(isIpv6, address)
      host = names.get(name) ?? counts.push(0) - 1
      names.set(name, host)
      known.set(address, host)
    }
    hostOf[fin] = host
    counts[host] = (counts[host] ?? 0) + 1
  }
  const parts = counts.map((count) => new Float64Array(count))
  const filled = new Uint32Array(counts.length)
  for (let fin = 0; fin < times.length; fin++) {
    const host = hostOf[fin] ?? 0
    const part = parts[host] ?? NONE
    const at = filled[host] ?? 0
    part[at] = times[fin] ?? 0
    filled[host] = at + 1
  }
  return new Map([...names].map(([name, host]) => [name, sorted(parts[host] ?? NONE)]))
}

/** They mostly are in order already: sorting them all again would take longer than everything else here. */
function sorted(times: Float64Array): Float64Array {
  for (let index = 1; index < times.length; index++)
    if ((times[index] ?? 0) < (times[index - 1] ?? 0)) return times.toSorted()
  return times
}

function countUpTo(times: Float64Array, limit: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
