import type { Missing } from '../record/recording.ts'
import type { WatchNews } from './watch.ts'

/** Between two times that drops are told. */
const DROPS_MS = 60_000

/** Tells what is missing when it begins to be missing, and drops at most once a minute. */
export function createNewsOfMissing(onNews: (news: WatchNews) => void): {
  look(missing: readonly Missing[], droppedPackets: number): void
} {
  let known = new Set<string>()
  let toldDrops = 0
  let toldAt = -Infinity
  return {
    look(missing, droppedPackets) {
      const now = new Set(missing.map(({ what, because }) => `${what}\0${because}`))
      for (const one of missing)
        if (!known.has(`${one.what}\0${one.because}`)) onNews({ kind: 'missing', missing: one })
      known = now
      if (droppedPackets <= toldDrops || performance.now() - toldAt < DROPS_MS) return
      onNews({ kind: 'dropped', packets: droppedPackets - toldDrops })
      toldDrops = droppedPackets
      toldAt = performance.now()
    },
  }
}
