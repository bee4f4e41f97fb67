import { ByEndpoint } from './by-endpoint.ts'
import type { ResetFacts, Role } from './reset-facts.ts'

/** Resets of one side closer than this belong to one burst: resets in a burst are not independent of each other. */
const BURST_GAP_NS = 100e6

/** Facts about a group are taken from so many members: causes stay fast however many resets there are. */
const MAX_SAMPLE = 256

export interface Burst {
  readonly fromNs: number
  readonly toNs: number
  readonly resets: readonly ResetFacts[]
}

/** One side's resets between the same hosts and service port. */
export interface ResetGroup {
  readonly sender: Role
  readonly client: string
  readonly server: string
  readonly serverPort: number
  /** In order of time. */
  readonly resets: readonly ResetFacts[]
  readonly bursts: readonly Burst[]
  /** At most `MAX_SAMPLE` of them, evenly taken: what is regular in all is regular in these. */
  readonly sample: readonly ResetFacts[]
  /** Members of the burst that the reset belongs to, at most `MAX_SAMPLE`. */
  readonly together: (reset: ResetFacts) => readonly ResetFacts[]
}

/** The only place where groups are built. Resets come in order of time, and so do the groups' first resets. */
export function buildGroups(resets: readonly ResetFacts[]): ResetGroup[] {
  const known: Record<Role, ByEndpoint<Map<string, ResetFacts[]>>> = {
    client: new ByEndpoint(),
    server: new ByEndpoint(),
  }
  const all: ResetFacts[][] = []
  for (const reset of resets) {
    const { client, server } = reset
    const services = known[reset.sender]
    let clients = services.get(server.address, server.port)
    if (clients === undefined) {
      clients = new Map()
      services.set(server.address, server.port, clients)
    }
    const members = clients.get(client.address)
    if (members !== undefined) members.push(reset)
    else {
      const begun = [reset]
      clients.set(client.address, begun)
      all.push(begun)
    }
  }
  return all.flatMap(toGroup)
}

function toGroup(members: readonly ResetFacts[]): ResetGroup[] {
  const [first] = members
  if (first === undefined) return []
  const bursts = once(() => buildBursts(members))
  const samples = once(() => bursts().map((burst) => thin(burst.resets)))
  const sample = once(() => thin(members))
  return [
    {
      sender: first.sender,
      client: first.client.address,
      server: first.server.address,
      serverPort: first.server.port,
      resets: members,
      // Looked for when a cause asks: most rule a reset out by itself.
      get bursts() {
        return bursts()
      },
      get sample() {
        return sample()
      },
      together: ({ timeNs }) => samples()[burstAt(bursts(), timeNs)] ?? [],
    },
  ]
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** Index of the burst that a time lies in; they are in order and do not overlap. */
function burstAt(bursts: readonly Burst[], ns: number): number {
  let low = 0
  let high = bursts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bursts[middle]?.toNs ?? 0) < ns) low = middle + 1
    else high = middle
  }
  return low
}

export function buildBursts(resets: readonly ResetFacts[]): Burst[] {
  const bursts: { fromNs: number; toNs: number; resets: ResetFacts[] }[] = []
  for (const reset of resets) {
    const last = bursts.at(-1)
    if (last !== undefined && reset.timeNs - last.toNs <= BURST_GAP_NS) {
      last.toNs = reset.timeNs
      last.resets.push(reset)
    } else bursts.push({ fromNs: reset.timeNs, toNs: reset.timeNs, resets: [reset] })
  }
  return bursts
}

function thin(resets: readonly ResetFacts[]): readonly ResetFacts[] {
  if (resets.length <= MAX_SAMPLE) return resets
  return Array.from(
    { length: MAX_SAMPLE },
    (_, index) => resets[Math.floor((index * resets.length) / MAX_SAMPLE)],
  ).filter((reset) => reset !== undefined)
}
