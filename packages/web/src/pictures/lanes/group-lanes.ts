import type { Lane } from '@whyreset/core'
import { hostPort } from './order-lanes.ts'

/** Neighbouring lanes between the same ends: what a name beside lanes too low for text can say. */
export interface LaneGroup {
  /** Places in the lanes. */
  readonly first: number
  readonly end: number
  /** `10.0.0.1 → 10.0.0.2:8080`, or only the service, where clients are many. */
  readonly name: string
  readonly resets: number
}

/** Fewer lanes to a group have no room for a name, on the average. */
const MIN_LANES = 6

const NAMES: readonly ((lane: Lane) => string)[] = [
  (lane) => `${lane.client} → ${hostPort(lane.server, lane.serverPort)}`,
  (lane) => `→ ${hostPort(lane.server, lane.serverPort)}`,
]

/** The same lanes by group, groups in order of their first one; as they were where every group would be small. */
export function groupLanes(lanes: readonly Lane[]): {
  readonly lanes: readonly Lane[]
  readonly groups: readonly LaneGroup[]
} {
  for (const nameOf of NAMES) {
    const byName = new Map<string, Lane[]>()
    for (const lane of lanes) {
      const name = nameOf(lane)
      const known = byName.get(name)
      if (known === undefined) byName.set(name, [lane])
      else known.push(lane)
    }
    if (byName.size * MIN_LANES > lanes.length) continue
    let end = 0
    const groups = [...byName].map(([name, own]) => {
      const first = end
      end += own.length
      return { first, end, name, resets: own.filter(({ outcome }) => outcome === 'reset').length }
    })
    return { lanes: [...byName.values()].flat(), groups }
  }
  return { lanes, groups: [] }
}
