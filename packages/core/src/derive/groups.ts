import type { ResetFacts, Role } from './reset-facts.ts'
import { other } from './reset-facts.ts'

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
  readonly key: string
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
  const byKey = new Map<string, ResetFacts[]>()
  for (const reset of resets) {
    const key = `${reset.sender} ${reset.client.address} ${reset.server.address} ${reset.server.port}`
    const members = byKey.get(key)
    if (members === undefined) byKey.set(key, [reset])
    else members.push(reset)
  }
  return [...byKey].flatMap(([key, members]) => {
    const [first] = members
    if (first === undefined) return []
    const bursts = buildBursts(members)
    const burstOf = new Map(
      bursts.flatMap((burst) => {
        const sample = thin(burst.resets)
        return burst.resets.map(({ id }) => [id, sample] as const)
      }),
    )
    return [
      {
        key,
        sender: first.sender,
        client: first.client.address,
        server: first.server.address,
        serverPort: first.server.port,
        resets: members,
        bursts,
        sample: thin(members),
        together: (reset) => burstOf.get(reset.id) ?? [],
      },
    ]
  })
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

/** The sender's and the other side's facts, whichever role they have. */
export function sidesOf(reset: ResetFacts): { own: ResetFacts['client']; peer: ResetFacts['client'] } {
  return { own: reset[reset.sender], peer: reset[other(reset.sender)] }
}
