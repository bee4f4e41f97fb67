import type { Finding, Warning } from '@whyreset/core'
import type { WatchEvent } from '@whyreset/report/event-schema'
import type { EpisodeIncident, EpisodeSummary } from './watch-episode.ts'

/** What a watch has told already: evidence folders overlap, and each reset is told once. */
export interface Told {
  /** When the newest reset was that has been told; absent before the first. */
  readonly newest: string | undefined
  tell(
    summary: EpisodeSummary,
    where: { readonly target: string; readonly evidence: string },
    nowMs: number,
  ): Telling
}

interface Telling {
  readonly events: readonly WatchEvent[]
  /** Resets that no earlier folder showed, whether they are worth an event or not. */
  readonly incidents: readonly EpisodeIncident[]
  /** Whether a cause, or a place of it, is told for the first time. */
  readonly isNew: boolean
}

/** Probes and scans go on for ever, and nothing was lost. */
const INFO_AGAIN_MS = 3_600_000
/** A pile that was told is told again when it has doubled. */
const GROWTH = 2
/** What was told longest ago is forgotten first. */
const MAX_REMEMBERED = 1000

interface Place {
  /** Connections since they were told last. */
  untold: number
  from?: string
  toldAtMs: number
}

export function createTold(): Told {
  const places = new Map<string, Place>()
  const piles = new Map<string, number>()
  let newest = ''

  function tellFinding(
    finding: Finding,
    fresh: ReadonlyMap<string, EpisodeIncident>,
    nowMs: number,
  ): Fresh | undefined {
    const own = finding.incidents.flatMap((id) => fresh.get(id) ?? [])
    // What only a log tells of has no incidents: its last line counts.
    const isLogOnly = finding.incidents.length === 0 && finding.to > newest
    const connections = isLogOnly ? finding.connections : own.length
    if (connections === 0) return undefined
    const key = `${finding.cause} ${finding.resetBy} ${finding.server}`
    const known = places.get(key)
    const from = isLogOnly ? finding.from : earliest(own)
    const place = known ?? { untold: 0, toldAtMs: -Infinity }
    place.untold += connections
    place.from ??= from
    const isDue = finding.severity !== 'info' || nowMs - place.toldAtMs >= INFO_AGAIN_MS
    if (!isDue) return undefined
    const told = { finding, connections: place.untold, time: place.from, isNew: known === undefined }
    remember(places, key, { untold: 0, toldAtMs: nowMs })
    return told
  }

  function isTold(warning: Warning): boolean {
    const key = `${warning.kind} ${warning.process ?? ''} ${warning.peer ?? ''}`
    const before = piles.get(key)
    if (before !== undefined && warning.count < before * GROWTH) return true
    remember(piles, key, warning.count)
    return false
  }

  return {
    get newest() {
      return newest === '' ? undefined : newest
    },
    tell({ findings, incidents, warnings }, { target, evidence }, nowMs) {
      const untold = incidents.filter(({ time }) => time > newest)
      const fresh = new Map(untold.map((incident) => [incident.id, incident]))
      const about = { schema: 'whyreset.event/1', target, evidence } as const
      const told = findings.flatMap((finding) => tellFinding(finding, fresh, nowMs) ?? [])
      const piled = warnings.filter((warning) => !isTold(warning))
      for (const { time } of untold) if (time > newest) newest = time
      for (const { to, incidents: ids } of findings) if (ids.length === 0 && to > newest) newest = to
      return {
        events: [
          ...told.map(({ finding, connections, time }) => ({
            ...about,
            event: 'finding' as const,
            time,
            cause: finding.cause,
            severity: finding.severity,
            resetBy: finding.resetBy,
            client: finding.client,
            server: finding.server,
            connections,
            connectionsInEvidence: finding.connections,
            confidence: finding.confidence,
            statement: finding.statement,
            from: finding.from,
            to: finding.to,
          })),
          ...piled.map(({ kind, process, peer, count, says }) => ({
            ...about,
            event: 'warning' as const,
            time: new Date(nowMs).toISOString(),
            kind,
            ...(process === undefined ? {} : { process }),
            ...(peer === undefined ? {} : { peer }),
            count,
            says,
          })),
        ],
        incidents: untold,
        isNew: piled.length > 0 || told.some(({ isNew }) => isNew),
      }
    },
  }
}

interface Fresh {
  readonly finding: Finding
  readonly connections: number
  readonly time: string
  readonly isNew: boolean
}

function earliest(incidents: readonly EpisodeIncident[]): string {
  return incidents.reduce((first, { time }) => (first === '' || time < first ? time : first), '')
}

/** The newest entry is the last one of a Map. */
function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key)
  memory.set(key, value)
  const [oldest] = memory.keys()
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) memory.delete(oldest)
}
