import type { HostIndex } from './host-index.ts'
import type { ResetFacts } from './reset-facts.ts'

/** Ends of connections closer than this belong to one event on the host. */
const INSTANT_NS = 150e6
/** How long after an event a refused or an accepted connection still speaks of it. */
const AFTERMATH_NS = 60e9
/** How far apart two resets of one lost translation may be. */
const STRANGER_NS = 20e9
/** Of a huge burst, looking at more members tells nothing new. */
const MAX_LOOKED_AT = 256
/** Silence shorter than this says nothing. */
const MIN_QUIET_NS = 1e9
/** A scan tries at least this many different ports or hosts. */
export const MIN_SCAN_TARGETS = 12

/** What else happened on the hosts of a reset. */
export interface Neighbours {
  /** Established connections that the same host reset at the same instant, this one included, to whatever peer. */
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

/** A host's resets in order of time, with how many established ones there were up to each. */
interface SenderIndex {
  readonly resets: ResetFacts[]
  readonly established: number[]
}

/** Indexes all resets once; the returned function answers for each of them in time that does not grow with their number. */
export function indexNeighbours(
  hosts: HostIndex,
  resets: readonly ResetFacts[],
  toNs: number,
): (reset: ResetFacts) => Neighbours {
  const bySender = new Map<string, SenderIndex>()
  const byClient = new Map<string, ResetFacts[]>()
  const refused = new Map<string, ResetFacts[]>()
  const scans = new Map<string, { readonly targets: Set<string>; attempts: number }>()
  for (const reset of resets) {
    const sender = reset[reset.sender].address
    const known = bySender.get(sender) ?? { resets: [], established: [] }
    known.resets.push(reset)
    known.established.push((known.established.at(-1) ?? 0) + (reset.established ? 1 : 0))
    bySender.set(sender, known)
    push(byClient, `${reset.client.address} ${reset.client.port}`, reset)
    const endpoint = `${reset.server.address} ${reset.server.port}`
    if (isRefusal(reset)) push(refused, endpoint, reset)
    if (reset.client.dataSegments === 0) {
      const scan = scans.get(reset.client.address) ?? { targets: new Set(), attempts: 0 }
      scan.targets.add(endpoint)
      scan.attempts++
      scans.set(reset.client.address, scan)
    }
  }
  return (reset) => {
    const sender = bySender.get(reset[reset.sender].address) ?? { resets: [], established: [] }
    const from = firstAtOrAfter(sender.resets, reset.timeNs - INSTANT_NS)
    const to = firstAtOrAfter(sender.resets, reset.timeNs + INSTANT_NS)
    const established = (sender.established[to - 1] ?? 0) - (sender.established[from - 1] ?? 0)
    let firstBegan = Infinity
    let lastBegan = -Infinity
    let begun = 0
    for (let index = from; index < to && begun < MAX_LOOKED_AT; index++) {
      const each = sender.resets[index]
      if (each === undefined || !each.established) continue
      begun++
      if (each.firstNs < firstBegan) firstBegan = each.firstNs
      if (each.firstNs > lastBegan) lastBegan = each.firstNs
    }
    const spreadNs = begun === 0 ? 0 : lastBegan - firstBegan
    const paceNs = begun < 2 ? Infinity : spreadNs / (begun - 1)
    const refusals = refused.get(`${reset.server.address} ${reset.server.port}`) ?? []
    const after = refusals[firstAtOrAfter(refusals, reset.timeNs + 1)]
    const scan = scans.get(reset.client.address)
    const hops = hosts.hops(reset.track, reset[reset.sender].address)
    const stranger = strangerOf(reset, byClient)
    const lastOpenedNs =
      hosts.service(reset.server.address, reset.server.port)?.lastEstablishedNs ?? -Infinity
    const isLastBurst = (sender.resets.at(-1)?.timeNs ?? 0) <= reset.timeNs + INSTANT_NS
    const found: { -readonly [K in keyof Neighbours]: Neighbours[K] } = {
      establishedResetsAtOnce: established,
      agesDiffer: spreadNs > INSTANT_NS,
      finsAtOnce: hosts.finsAround(reset[reset.sender].address, reset.timeNs, INSTANT_NS),
      refusedBefore: (refusals[0]?.timeNs ?? Infinity) < reset.timeNs,
      acceptedAfter: lastOpenedNs > reset.timeNs,
      quietAfter:
        isLastBurst &&
        lastOpenedNs <= reset.timeNs &&
        toNs - reset.timeNs > Math.max(MIN_QUIET_NS, 4 * paceNs),
      scanTargets: scan?.targets.size ?? 0,
      attemptsPerTarget: scan === undefined ? 0 : scan.attempts / scan.targets.size,
    }
    if (after !== undefined && after.timeNs - reset.timeNs <= AFTERMATH_NS)
      found.refusedAfter = { input: after.input, frame: after.rsts[0]?.frame ?? 0, ns: after.timeNs }
    if (hops !== undefined) found.hostHops = hops
    if (stranger !== undefined) found.stranger = stranger
    return found
  }
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
  const twins = (byClient.get(`${reset.client.address} ${reset.client.port}`) ?? []).slice(0, MAX_LOOKED_AT)
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

/** Index of the first reset at or after a time, in a list in order of time. */
function firstAtOrAfter(sorted: readonly ResetFacts[], ns: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.timeNs ?? 0) < ns) low = middle + 1
    else high = middle
  }
  return low
}
