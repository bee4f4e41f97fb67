import { isRefusal } from '../derive/neighbours.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import type { CauseId } from '../diagnosis.ts'
import { frameKey } from './choose.ts'
import type { Outcome } from './lanes-exhibit.ts'
import type { Followed } from './followed.ts'

/** A followed connection with its role and its incident: each connection once, whatever saw it. */
export interface Seen {
  readonly followed: Followed
  /** Which direction the client sends. */
  readonly client: 0 | 1
  readonly incident: number | undefined
  readonly outcome: Outcome
  readonly endNs: number | undefined
}

export interface SeenContext {
  /** Of the listed incidents, with their causes. */
  readonly resets: readonly ResetFacts[]
  readonly causes: readonly CauseId[]
  readonly isListening: (address: string, port: number) => boolean
}

/** In order of time. Further vantages of a connection, and its sights behind a translation, are left out. */
export function seeConnections(connections: readonly Followed[], context: SeenContext): Seen[] {
  const own = new Map<number, number>()
  const elsewhere = new Set<number>()
  for (const [place, reset] of context.resets.entries()) {
    for (const { input, frame } of reset.rsts) own.set(frameKey(input, frame), place)
    for (const other of reset.others)
      for (const { input, frame } of other.rsts) elsewhere.add(frameKey(input, frame))
  }
  const kept = new Map<string, Seen>()
  for (const followed of connections) {
    // Only spoken of, by an ICMP error.
    if (followed.firstFrame === 0) continue
    const frames = followed.rsts.map(({ input, frame }) => frameKey(input, frame))
    const incident = frames.map((frame) => own.get(frame)).find((place) => place !== undefined)
    if (incident === undefined && frames.some((frame) => elsewhere.has(frame))) continue
    const seen = see(followed, incident, context)
    const key = identityOf(seen)
    const known = kept.get(key)
    if (known === undefined || (known.incident === undefined && incident !== undefined)) kept.set(key, seen)
    else if (incident !== undefined && known.incident !== incident) kept.set(`${key} ${incident}`, seen)
  }
  return [...kept.values()].toSorted(
    (x, y) =>
      x.followed.firstNs - y.followed.firstNs ||
      x.followed.firstInput - y.followed.firstInput ||
      x.followed.firstFrame - y.followed.firstFrame,
  )
}

/** As the table of connections joins vantages: by the ends and the client's initial sequence number. */
function identityOf({ followed, client }: Seen): string {
  const sender = followed.senders[client]
  const isn = followed.synFrom === client ? sender.isn : 0
  const [a, b] = [followed.a, followed.b].map((each) => followed.addressOf(followed.isIpv6, each >>> 0))
  return `${a} ${b} ${followed.ports} ${isn}`
}

function see(followed: Followed, incident: number | undefined, context: SeenContext): Seen {
  const reset = incident === undefined ? undefined : context.resets[incident]
  const client = clientOf(followed, reset, context)
  const survived = incident !== undefined && context.causes[incident] === 'ignored-reset'
  const outcome = outcomeOf(followed, client, survived ? undefined : reset, survived)
  return { followed, client, incident, outcome, endNs: endOf(followed, outcome) }
}

function clientOf(
  { a, b, ports, isIpv6, addressOf, synFrom, synAckFrom }: Followed,
  reset: ResetFacts | undefined,
  { isListening }: SeenContext,
): 0 | 1 {
  const address = [addressOf(isIpv6, a >>> 0), addressOf(isIpv6, b >>> 0)] as const
  const port = [ports >>> 16, ports & 0xffff] as const
  if (reset !== undefined) return reset.client.port === port[0] && reset.client.address === address[0] ? 0 : 1
  if (synFrom !== undefined) return synFrom
  if (synAckFrom !== undefined) return synAckFrom === 0 ? 1 : 0
  const aListens = isListening(address[0], port[0])
  if (aListens !== isListening(address[1], port[1])) return aListens ? 1 : 0
  return port[0] <= port[1] ? 1 : 0
}

function outcomeOf(
  { senders, rsts, synNs, synAckNs }: Followed,
  client: 0 | 1,
  reset: ResetFacts | undefined,
  survived: boolean,
): Outcome {
  if (reset !== undefined) return isRefusal(reset) ? 'refused' : 'reset'
  const server = senders[client === 0 ? 1 : 0]
  if (rsts.length > 0 && !survived) {
    const isAttempt = synNs !== undefined && synAckNs === undefined && server.bytes === 0
    return isAttempt && rsts[0]?.direction !== client ? 'refused' : 'reset'
  }
  const fins = senders.filter(({ finNs }) => finNs !== undefined).length
  if (fins > 0) return fins === 2 ? 'closed' : 'half-closed'
  return synNs !== undefined && !server.isSent ? 'unanswered' : 'open'
}

function endOf({ rsts, senders, lastNs }: Followed, outcome: Outcome): number | undefined {
  switch (outcome) {
    case 'reset':
    case 'refused':
      return rsts[0]?.ns
    case 'closed':
      return Math.max(senders[0].finNs ?? 0, senders[1].finNs ?? 0)
    case 'unanswered':
      return lastNs
    case 'half-closed':
    case 'open':
      return undefined
  }
}
