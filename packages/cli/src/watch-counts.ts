import type { EpisodeIncident } from './watch-episode.ts'

/** What a watch counts of its findings. */
export interface WatchCounts {
  /** Takes resets that were not counted yet. */
  countResets(incidents: readonly EpisodeIncident[], ownAddresses: readonly string[]): void
  /** `lost`: RST segments that it does not explain. */
  countEpisode(result: EpisodeResult, seconds: number, lost?: number): void
  readonly failedResets: number
  readonly resets: Iterable<ResetCount>
  readonly episodes: ReadonlyMap<EpisodeResult, number>
  readonly analysisSeconds: number
}

/** `told`: something was said of it; `nothing-new`: it was removed again; `failed`: the analysis gave no answer. */
type EpisodeResult = 'told' | 'nothing-new' | 'failed'

interface ResetCount {
  readonly cause: string
  /** Who sent the resets. */
  readonly side: string
  /** Address of the end that is not the target; the server's where neither is. */
  readonly peer: string
  readonly count: number
}

/** Each label value is a series for ever in whoever stores it. */
const MAX_PEERS = 100
const OTHER_PEERS = 'other'

export function createWatchCounts(): WatchCounts {
  const resets = new Map<string, ResetCount>()
  const peers = new Set<string>()
  const episodes = new Map<EpisodeResult, number>([
    ['told', 0],
    ['nothing-new', 0],
    ['failed', 0],
  ])
  let analysisSeconds = 0
  let failedResets = 0

  function labelOf(peer: string): string {
    if (!peers.has(peer) && peers.size >= MAX_PEERS) return OTHER_PEERS
    peers.add(peer)
    return peer
  }

  return {
    countResets(incidents, ownAddresses) {
      const own = new Set(ownAddresses)
      for (const { cause, resetBy: side, client, server } of incidents) {
        const [clientHost, serverHost] = [hostOf(client), hostOf(server)]
        const peer = labelOf(own.has(serverHost) ? clientHost : serverHost)
        const key = `${cause} ${side} ${peer}`
        resets.set(key, { cause, side, peer, count: (resets.get(key)?.count ?? 0) + 1 })
      }
    },
    countEpisode(result, seconds, lost = 0) {
      failedResets += lost
      episodes.set(result, (episodes.get(result) ?? 0) + 1)
      analysisSeconds += seconds
    },
    get resets() {
      return resets.values()
    },
    episodes,
    get failedResets() {
      return failedResets
    },
    get analysisSeconds() {
      return analysisSeconds
    },
  }
}

/** `10.0.0.1:80` → `10.0.0.1`, `[2001:db8::1]:80` → `2001:db8::1`. */
function hostOf(endpoint: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(endpoint) ?? []
  return bracketed ?? plain ?? endpoint
}
