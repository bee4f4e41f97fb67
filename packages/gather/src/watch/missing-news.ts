import type { Missing } from '../record/recording.ts'
import type { WatchNews } from './watch.ts'

/** Between two times that drops are told. */
const DROPS_MS = 60_000

/** Tells what is missing when it begins to be missing; drops, and resets that were missed, at most once a minute. */
export function createNewsOfMissing(onNews: (news: WatchNews) => void): {
  look(missing: readonly Missing[], droppedPackets: number, unexplainedResets: number): void
} {
  let known = new Set<string>()
  const tellDrops = growth((packets) => onNews({ kind: 'dropped', packets }))
  const tellMissed = growth((resets) => onNews({ kind: 'missed', resets }))
  return {
    look(missing, droppedPackets, unexplainedResets) {
      const now = new Set(missing.map(({ what, because }) => `${what}\0${because}`))
      for (const one of missing)
        if (!known.has(`${one.what}\0${one.because}`)) onNews({ kind: 'missing', missing: one })
      known = now
      tellDrops(droppedPackets)
      tellMissed(unexplainedResets)
    },
  }
}

/** Tells by how much a count has grown, now and then. */
function growth(tell: (by: number) => void): (count: number) => void {
  let told = 0
  let toldAt = -Infinity
  return (count) => {
    if (count <= told || performance.now() - toldAt < DROPS_MS) return
    tell(count - told)
    told = count
    toldAt = performance.now()
  }
}
