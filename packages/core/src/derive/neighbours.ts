import type { HostIndex } from './host-index.ts'
import type { ResetFacts } from './reset-facts.ts'

/** Ends of connections closer than this belong to one event on the host. */
const INSTANT_NS = 150e6
/** How long after an event a refused or an accepted connection still speaks of it. */
const AFTERMATH_NS = 60e9
/** How far apart two resets of one lost translation may be. */
const STRANGER_NS = 20e9
/** Silence shorter than this says nothing. */
const MIN_QUIET_NS = 1e9
/** A scan tries at least this many different ports or hosts. */
export const MIN_SCAN_TARGETS = 12

/** What else happened on the hosts of a reset. */
export interface Neighbours {
  /** Resets by the same host at the same instant, this one included, to whatever peer. */
  readonly resetsAtOnce: number
  /** How many of them ended a connection that had carried data or was established. */
  readonly establishedResetsAtOnce: number
  /** Ages of those connections differ: they were not opened together. */
  readonly agesDiffer: boolean
  /** Connections that the same host closed by FIN at the same instant. */
  readonly finsAtOnce: number
  /** After it, a connection to the sender's service port was refused. */
  readonly refusedAfter?: { readonly input: number; readonly frame: number; readonly ns: number }
  /** Before it, one was. */
  readonly refusedBefore: boolean
  /** Connections of the reset's service between the same hosts that were opened afterwards and not refused. */
  readonly acceptedAfter: boolean
  /** The capture went on for a while in which the host neither reset nor opened another connection to the service. */
  readonly quietAfter: boolean
  /** Different endpoints that the client tried and that reset it before any data, in this capture. */
  readonly scanTargets: number
  /** How many attempts it made per endpoint, on average. */
  readonly attemptsPerTarget: number
  /** TTLs that the sender's host showed on its other connections at this vantage. */
  readonly hostHops?: { readonly low: number; readonly high: number }
  /** The same ports between one of the hosts and a third one, whose segments were answered by a reset. */
  readonly stranger?: { readonly address: string; readonly input: number; readonly frame: number }
}

/** Indexes all resets once; the returned function answers for each of them. */
export function indexNeighbours(
  hosts: HostIndex,
  resets: readonly ResetFacts[],
  toNs: number,
): (reset: ResetFacts) => Neighbours {
  const bySender = new Map<string, ResetFacts[]>()
  const byClient = new Map<string, ResetFacts[]>()
  const refused = new Map<string, ResetFacts[]>()
  const targets = new Map<string, Map<string, number>>()
  for (const reset of resets) {
    push(bySender, reset[reset.sender].address, reset)
    const endpoint = `${reset.server.address} ${reset.server.port}`
    push(byClient, `${reset.client.address} ${reset.client.port}`, reset)
    if (isRefusal(reset)) push(refused, endpoint, reset)
    if (reset.client.dataSegments + reset.server.dataSegments === 0) {
      const tried = targets.get(reset.client.address) ?? new Map<string, number>()
      tried.set(endpoint, (tried.get(endpoint) ?? 0) + 1)
      targets.set(reset.client.address, tried)
    }
  }
  return (reset) => {
    const endpoint = `${reset.server.address} ${reset.server.port}`
    const atOnce = within(bySender.get(reset[reset.sender].address) ?? [], reset.timeNs, INSTANT_NS)
    const established = atOnce.filter((each) => each.established)
    const ages = established.map((each) => each.firstNs)
    const refusals = refused.get(endpoint) ?? []
    const after = refusals.find(({ timeNs }) => timeNs > reset.timeNs && timeNs - reset.timeNs < AFTERMATH_NS)
    const tried = targets.get(reset.client.address) ?? new Map<string, number>()
    const attempts = [...tried.values()].reduce((sum, count) => sum + count, 0)
    const hops = hosts.hops(reset.track, reset[reset.sender].address)
    const stranger = strangerOf(reset, byClient)
    const service = hosts.service(reset.server.address, reset.server.port)
    return {
      resetsAtOnce: atOnce.length,
      establishedResetsAtOnce: established.length,
      agesDiffer: Math.max(...ages) - Math.min(...ages) > INSTANT_NS,
      finsAtOnce: hosts.finsAround(reset[reset.sender].address, reset.timeNs, INSTANT_NS),
      ...(after === undefined
        ? {}
        : { refusedAfter: { input: after.input, frame: after.rsts[0]?.frame ?? 0, ns: after.timeNs } }),
      refusedBefore: refusals.some(({ timeNs }) => timeNs < reset.timeNs),
      acceptedAfter: (service?.lastEstablishedNs ?? -Infinity) > reset.timeNs,
      quietAfter:
        !(bySender.get(reset[reset.sender].address) ?? []).some(
          ({ timeNs }) => timeNs > reset.timeNs + INSTANT_NS,
        ) &&
        (service?.lastEstablishedNs ?? -Infinity) <= reset.timeNs &&
        toNs - reset.timeNs > Math.max(MIN_QUIET_NS, 4 * paceOf(ages)),
      scanTargets: tried.size,
      attemptsPerTarget: tried.size === 0 ? 0 : attempts / tried.size,
      ...(hops === undefined ? {} : { hostHops: hops }),
      ...(stranger === undefined ? {} : { stranger }),
    }
  }
}

/** How often the host opened connections, on average. */
function paceOf(beganNs: readonly number[]): number {
  return beganNs.length < 2 ? Infinity : (Math.max(...beganNs) - Math.min(...beganNs)) / (beganNs.length - 1)
}

/** A SYN that was answered by a reset (RFC 9293 §3.10.7.1). */
export function isRefusal(reset: ResetFacts): boolean {
  return !reset.established && reset.sender === 'server' && reset.client.syn && !reset.server.synAck
}

/** A second connection of the same client port to another address, of which one was never opened: a translated segment went astray. */
function strangerOf(
  reset: ResetFacts,
  byClient: ReadonlyMap<string, readonly ResetFacts[]>,
): Neighbours['stranger'] {
  const [translated] = reset.translated
  if (translated !== undefined && !(translated.opened && reset.client.syn))
    return { address: translated.address, input: translated.input, frame: translated.frame }
  const twins = byClient.get(`${reset.client.address} ${reset.client.port}`) ?? []
  const twin = twins.find(
    (each) =>
      each.id !== reset.id &&
      each.server.address !== reset.server.address &&
      Math.abs(each.timeNs - reset.timeNs) < STRANGER_NS &&
      (each.client.syn !== reset.client.syn || each.translated.some(({ opened }) => !opened)),
  )
  if (twin === undefined) return undefined
  return { address: twin.server.address, input: twin.input, frame: twin.rsts[0]?.frame ?? 1 }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

function within(sorted: readonly ResetFacts[], ns: number, tolerance: number): readonly ResetFacts[] {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.timeNs ?? 0) < ns - tolerance) low = middle + 1
    else high = middle
  }
  let end = low
  while (end < sorted.length && (sorted[end]?.timeNs ?? 0) <= ns + tolerance) end++
  return sorted.slice(low, end)
}
