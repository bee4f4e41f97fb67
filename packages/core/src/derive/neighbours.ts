import { Attempts, type Tried } from './attempts.ts'
import { ByEndpoint, pushTo } from './by-endpoint.ts'
import { closedAtOnce, type ClosedAtOnce } from './closed-at-once.ts'
import type { HostIndex } from './host-index.ts'
import { isAnswerToSyn } from './form.ts'
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

/** What else happened on the hosts of a reset. Each is looked up when it is asked for. */
export interface Neighbours {
  /** Established connections that the same host reset at the same instant, this one included, to whatever peer. */
  readonly establishedResetsAtOnce: number
  /** Ages of those connections differ: they were not opened together. */
  readonly agesDiffer: boolean
  /** Connections that the same host closed by FIN at the same instant. */
  readonly finsAtOnce: number
  /** Connections of the service that the sender had closed by FIN, and then reset, together with this one. */
  readonly closedAtOnce: ClosedAtOnce
  /** After it, a connection to the sender's service port was refused. */
  readonly refusedAfter: { readonly input: number; readonly frame: number; readonly ns: number } | undefined
  /** The first refusal of all, where it came after the sender's FIN. */
  readonly refusedSinceFin: Neighbours['refusedAfter']
  /** Before it, one was. */
  readonly refusedBefore: boolean
  /** About then, connections of the service that were in use were reset in the server's name without an end of its own. */
  readonly cutInUse: boolean
  /** Connections of the reset's service between the same hosts that were opened afterwards and not refused. */
  readonly acceptedAfter: boolean
  /** The capture went on for a while in which the host neither reset nor opened another connection to the service. */
  readonly quietAfter: boolean
  /** Different endpoints that the client tried before any data, in this capture. */
  readonly scanTargets: number
  /** How many attempts it made per endpoint that reset it, on average. */
  readonly attemptsPerTarget: number
  /** How many of them reset it; a filter leaves the others without an answer. */
  readonly targetsHeard: number
  /** How many of these, and which part, it tried again a second or more later. */
  readonly returnedTo: { readonly targets: number; readonly share: number }
  /** TTLs that the sender's host showed on its other connections at this vantage. */
  readonly hostHops: { readonly low: number; readonly high: number } | undefined
  /** The same ports between one of the hosts and a third one, whose segments were answered by a reset. */
  readonly stranger: { readonly address: string; readonly input: number; readonly frame: number } | undefined
}

/** A host's resets in order of time, with how many established ones there were up to each. */
interface SenderIndex {
  readonly resets: ResetFacts[]
  readonly established: number[]
}

interface Index {
  readonly hosts: HostIndex
  readonly toNs: number
  readonly bySender: Map<string, SenderIndex>
  readonly byClient: ByEndpoint<ResetFacts[]>
  readonly refused: ByEndpoint<ResetFacts[]>
  readonly cut: ByEndpoint<ResetFacts[]>
  /** By the sender's address and the service's port. */
  readonly closed: ByEndpoint<ResetFacts[]>
  readonly attempts: Attempts
}

/** Indexes all resets once; the returned function answers for each of them in time that does not grow with their number. */
export function indexNeighbours(
  hosts: HostIndex,
  resets: readonly ResetFacts[],
  toNs: number,
): (reset: ResetFacts) => Neighbours {
  const index: Index = {
    hosts,
    toNs,
    bySender: new Map(),
    byClient: new ByEndpoint(),
    refused: new ByEndpoint(),
    cut: new ByEndpoint(),
    closed: new ByEndpoint(),
    attempts: new Attempts(),
  }
  for (const reset of resets) add(index, reset)
  return (reset) => new NeighboursOf(index, reset)
}

function add({ bySender, byClient, refused, cut, closed, attempts }: Index, reset: ResetFacts): void {
  const { client, server, own } = reset
  const sender = reset[reset.sender].address
  let known = bySender.get(sender)
  if (known === undefined) {
    known = { resets: [], established: [] }
    bySender.set(sender, known)
  }
  known.resets.push(reset)
  known.established.push((known.established.at(-1) ?? 0) + (reset.established ? 1 : 0))
  pushTo(byClient, client.address, client.port, reset)
  if (isRefusal(reset)) pushTo(refused, server.address, server.port, reset)
  if (isCutInUse(reset)) pushTo(cut, server.address, server.port, reset)
  if (own.fin !== undefined) pushTo(closed, own.address, server.port, reset)
  if (client.dataSegments === 0) attempts.note(reset)
}

function placeOf(refusal: ResetFacts): { input: number; frame: number; ns: number } {
  return { input: refusal.input, frame: refusal.rsts[0]?.frame ?? 0, ns: refusal.timeNs }
}

/** Looked up when a cause asks: most causes rule a reset out by itself. */
class NeighboursOf implements Neighbours {
  private readonly index: Index
  private readonly reset: ResetFacts
  private around: AtOnce | undefined
  private closed: ClosedAtOnce | undefined

  constructor(index: Index, reset: ResetFacts) {
    this.index = index
    this.reset = reset
  }

  get establishedResetsAtOnce(): number {
    return this.atOnce.established
  }

  get agesDiffer(): boolean {
    return this.atOnce.spreadNs > INSTANT_NS
  }

  get finsAtOnce(): number {
    const { timeNs } = this.reset
    return this.index.hosts.finsAround(this.senderAddress, timeNs, INSTANT_NS)
  }

  get closedAtOnce(): ClosedAtOnce {
    const { reset, index } = this
    return (this.closed ??= closedAtOnce(
      index.closed.get(reset.own.address, reset.server.port) ?? NONE,
      reset,
    ))
  }

  get refusedAfter(): Neighbours['refusedAfter'] {
    const { timeNs } = this.reset
    const { refusals } = this
    const after = refusals[firstAtOrAfter(refusals, timeNs + 1)]
    return after === undefined || after.timeNs - timeNs > AFTERMATH_NS ? undefined : placeOf(after)
  }

  get refusedSinceFin(): Neighbours['refusedAfter'] {
    const [first] = this.refusals
    const { fin } = this.reset.own
    return first === undefined || fin === undefined || first.timeNs < fin.ns ? undefined : placeOf(first)
  }

  get refusedBefore(): boolean {
    return (this.refusals[0]?.timeNs ?? Infinity) < this.reset.timeNs
  }

  get cutInUse(): boolean {
    const { server, timeNs } = this.reset
    return (this.index.cut.get(server.address, server.port) ?? NONE)
      .slice(0, MAX_LOOKED_AT)
      .some((each) => Math.abs(each.timeNs - timeNs) < AFTERMATH_NS)
  }

  get acceptedAfter(): boolean {
    return this.lastOpenedNs > this.reset.timeNs
  }

  get quietAfter(): boolean {
    const { timeNs } = this.reset
    const { begun, spreadNs } = this.atOnce
    const paceNs = begun < 2 ? Infinity : spreadNs / (begun - 1)
    const lastNs = this.index.bySender.get(this.senderAddress)?.resets.at(-1)?.timeNs ?? 0
    return (
      lastNs <= timeNs + INSTANT_NS &&
      this.lastOpenedNs <= timeNs &&
      this.index.toNs - timeNs > Math.max(MIN_QUIET_NS, 4 * paceNs)
    )
  }

  get scanTargets(): number {
    return Math.max(this.tried.targets, this.silentPorts)
  }

  get attemptsPerTarget(): number {
    const { targets, attempts } = this.tried
    return targets === 0 ? 0 : attempts / targets
  }

  get targetsHeard(): number {
    return this.tried.targets
  }

  get returnedTo(): Neighbours['returnedTo'] {
    const { targets, returnedTo } = this.tried
    return { targets: returnedTo, share: targets === 0 ? 0 : returnedTo / targets }
  }

  private get tried(): Tried {
    return this.index.attempts.of(this.reset.client.address)
  }

  /** A filter hides most of a scan: of many ports that were tried few answer. */
  private get silentPorts(): number {
    const { client, server } = this.reset
    return this.index.hosts.silentPorts(client.address, server.address)
  }

  get hostHops(): Neighbours['hostHops'] {
    return this.index.hosts.hops(this.reset.track, this.senderAddress)
  }

  get stranger(): Neighbours['stranger'] {
    return strangerOf(this.reset, this.index.byClient)
  }

  private get senderAddress(): string {
    return this.reset[this.reset.sender].address
  }

  private get atOnce(): AtOnce {
    this.around ??= atOnceWith(this.reset, this.index.bySender.get(this.senderAddress))
    return this.around
  }

  private get refusals(): readonly ResetFacts[] {
    const { address, port } = this.reset.server
    return this.index.refused.get(address, port) ?? NONE
  }

  private get lastOpenedNs(): number {
    const { address, port } = this.reset.server
    return this.index.hosts.service(address, port)?.lastEstablishedNs ?? -Infinity
  }
}

const NONE: readonly ResetFacts[] = []

/** The host's resets at the instant of one: how many were established, and when the first of them began. */
interface AtOnce {
  readonly established: number
  /** How many were looked at for the spread of their ages. */
  readonly begun: number
  readonly spreadNs: number
}

function atOnceWith(reset: ResetFacts, sender: SenderIndex | undefined): AtOnce {
  if (sender === undefined) return { established: 0, begun: 0, spreadNs: 0 }
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
  return { established, begun, spreadNs: begun === 0 ? 0 : lastBegan - firstBegan }
}

/** A SYN that was answered by a reset (RFC 9293 §3.10.7.1). */
export function isRefusal({ established, sender, client, server, rsts }: ResetFacts): boolean {
  if (established || sender !== 'server' || server.synAck) return false
  if (client.syn) return true
  // The SYN may be missing, or stand after its answer in the file.
  return client.packets === 0 && server.packets === 0 && rsts[0] !== undefined && isAnswerToSyn(rsts[0])
}

/** No host restarts so fast: a moment ago the server spoke, and now a segment is answered as if there were no connection. */
function isCutInUse({ sender, form, established, server, timeNs, kernelSent }: ResetFacts): boolean {
  if (sender !== 'server' || form !== 'reply' || !established || kernelSent !== undefined) return false
  return server.fin === undefined && server.last !== undefined && timeNs - server.last.ns < MIN_QUIET_NS
}

/** A second connection of the same client port to another address, of which one was never opened: a translated segment went astray. */
function strangerOf(reset: ResetFacts, byClient: ByEndpoint<ResetFacts[]>): Neighbours['stranger'] {
  const [translated] = reset.translated
  if (translated !== undefined && !(translated.opened && reset.client.syn))
    return { address: translated.address, input: translated.input, frame: translated.frame }
  const twins = byClient.get(reset.client.address, reset.client.port) ?? NONE
  const twin = twins
    .slice(0, MAX_LOOKED_AT)
    .find(
      (each) =>
        each.server.address !== reset.server.address &&
        Math.abs(each.timeNs - reset.timeNs) < STRANGER_NS &&
        (isOneSided(each) !== isOneSided(reset) || isUnopened(each) || isUnopened(reset)),
    )
  if (twin === undefined) return undefined
  return { address: twin.server.address, input: twin.input, frame: twin.rsts[0]?.frame ?? 1 }
}

/** Nobody was seen to open it, and one side alone spoke in it: a capture that began late shows both. */
function isOneSided({ client, server }: ResetFacts): boolean {
  return !client.syn && (client.packets === 0 || server.packets === 0)
}

/** Somewhere its segments came to that did not see it open. */
function isUnopened({ astray, translated }: ResetFacts): boolean {
  return astray || translated.some(({ opened }) => !opened)
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
