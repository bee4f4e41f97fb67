import type { ResetFacts, Role } from './reset-facts.ts'
import { other } from './reset-facts.ts'

/** Resets of one side closer than this belong to one burst: resets in a burst are not independent of each other. */
const BURST_GAP_NS = 100e6

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
    return [
      {
        key,
        sender: first.sender,
        client: first.client.address,
        server: first.server.address,
        serverPort: first.server.port,
        resets: members,
        bursts: buildBursts(members),
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

/** The sender's and the other side's facts, whichever role they have. */
export function sidesOf(reset: ResetFacts): { own: ResetFacts['client']; peer: ResetFacts['client'] } {
  return { own: reset[reset.sender], peer: reset[other(reset.sender)] }
}
