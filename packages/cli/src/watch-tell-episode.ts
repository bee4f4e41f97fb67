import type { Episode, EpisodeAnswer } from '@whyreset/gather'
import type { WatchEvent } from '@whyreset/report/event-schema'
import type { WatchCounts } from './watch-counts.ts'
import { analyseEpisode } from './watch-episode.ts'
import { createTold } from './watch-told.ts'

const TOO_MANY = 'they are more than one analysis tells apart'

/** Analyses one episode after the other, and tells of each what no earlier one told. */
export function createEpisodeTeller(
  target: string,
  counts: WatchCounts,
  emit: (event: WatchEvent) => void,
): (episode: Episode) => Promise<EpisodeAnswer> {
  const told = createTold()
  const about = { schema: 'whyreset.event/1', target } as const

  return async (episode) => {
    const { directory, resets } = episode
    const beganAt = performance.now()
    const seconds = (): number => (performance.now() - beganAt) / 1e3
    try {
      const summary = await analyseEpisode(episode, told.newest)
      const { events, incidents, isNew } = told.tell(summary, { target, evidence: directory }, Date.now())
      counts.countResets(incidents, episode.target.addresses)
      // Folders overlap: of what this one does not explain, at most what is new since the last one.
      const missed = Math.min(summary.beyond, Math.max(0, resets - incidents.length))
      counts.countEpisode(events.length > 0 ? 'told' : 'nothing-new', seconds(), missed)
      for (const event of events) emit(event)
      if (missed > 0)
        emit({ ...about, event: 'missed', time: new Date().toISOString(), resets: missed, because: TOO_MANY })
      return { keep: events.length > 0, isKnown: !isNew }
    } catch (error) {
      counts.countEpisode('failed', seconds(), resets)
      const because = error instanceof Error ? error.message : String(error)
      const time = new Date(episode.firstMs).toISOString()
      emit({ ...about, event: 'unexplained', time, resets, because, evidence: directory })
      return { keep: true, isKnown: true }
    }
  }
}
