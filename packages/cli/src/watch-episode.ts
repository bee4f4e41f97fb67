import type { Diagnosis, Finding, Incident, Warning } from '@whyreset/core'
import type { Episode } from '@whyreset/gather'
import { isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'
import { readEvidence } from './read-evidence.ts'

/** What a watch needs of a diagnosis: a thousandth of its size where there are many incidents. */
export interface EpisodeSummary {
  readonly schema: 'whyreset.episode/1'
  readonly findings: readonly Finding[]
  readonly incidents: readonly EpisodeIncident[]
  readonly warnings: readonly Warning[]
  /** Resets that the folder holds beyond those that one analysis tells apart. */
  readonly beyond: number
}

export type EpisodeIncident = Pick<Incident, 'id' | 'time' | 'cause' | 'resetBy' | 'client' | 'server'>

/** The hidden command that the analysing process runs. */
export const EPISODE_COMMAND = 'watch-episode'
const MAX_ANSWER_BYTES = 64 << 20
/** More resets than the packets of a ring of the usual size can be; 200 bytes each. */
const MAX_LISTED = 200_000

/**
 * Analyses an evidence folder in a process of its own: the watch goes on reading packets meanwhile, the memory is
 * given back, and what goes wrong there ends there.
 */
export async function analyseEpisode(
  { directory, run }: Episode,
  toldUntil: string | undefined,
): Promise<EpisodeSummary> {
  // A single executable has no file beside it.
  const self = isSea() ? [] : [fileURLToPath(new URL('./main.js', import.meta.url))]
  const command = [process.execPath, ...self, EPISODE_COMMAND, '--since', toldUntil ?? '', directory]
  // What is watched comes first.
  const answer = await run('nice', ['-n', '10', ...command], MAX_ANSWER_BYTES)
  return parseSummary(answer.toString('utf8'))
}

/** Reads what that process printed; throws where it is no summary. */
export function parseSummary(text: string): EpisodeSummary {
  const parsed: unknown = JSON.parse(text)
  if (!isSummary(parsed)) throw new Error('the analysis gave no answer')
  return parsed
}

/** The same program wrote it: that it is one is enough to know. */
function isSummary(value: unknown): value is EpisodeSummary {
  return (
    typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'whyreset.episode/1'
  )
}

/**
 * Prints the summary of an evidence folder, or of some of its files. Folders overlap: of the resets, only those after
 * `since` are listed, so that a burst of more than an answer holds is told in turns. Gives the exit code.
 */
export async function runWatchEpisode(paths: readonly string[], since?: string): Promise<number> {
  const flags = since === undefined ? {} : { listed: { after: since, most: MAX_LISTED } }
  const { diagnosis, complaints } = await readEvidence(paths, flags, new AbortController().signal)
  for (const line of complaints) process.stderr.write(`${line}\n`)
  if (diagnosis === undefined) return 1
  process.stdout.write(JSON.stringify(summarise(diagnosis)))
  return 0
}

function summarise({ summary, findings, incidents, warnings }: Diagnosis): EpisodeSummary {
  const onWire = findings.filter(({ cause }) => cause !== 'no-reset-on-wire')
  const judged = onWire.reduce((sum, { connections }) => sum + connections, 0)
  return {
    schema: 'whyreset.episode/1',
    findings,
    incidents: incidents.map(({ id, time, cause, resetBy, client, server }) => ({
      id,
      time,
      cause,
      resetBy,
      client,
      server,
    })),
    warnings,
    beyond: Math.max(0, incidents.length + summary.incidentsOmitted - judged),
  }
}
