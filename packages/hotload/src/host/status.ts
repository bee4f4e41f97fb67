import type { SourceCounters } from '../source/source.ts'
import type { Quarantine, Store } from '../store/store.ts'
import type { Deployment } from './deployment.ts'
import type { Generation, GenerationCounts } from './generation.ts'
import type { Updates } from './updates.ts'

export interface GenerationStatus {
  readonly role: 'current' | 'previous' | 'candidate'
  readonly generation: number
  readonly version: string
  readonly seq: number
  readonly digest: string
  /** ISO 8601. */
  readonly since: string
  /** Calls, streams and leases that work with it now. */
  readonly held: number
  readonly calls: GenerationCounts
}

export interface HotloadStatus {
  readonly name: string
  /** What answers; absent where no version was ever loaded. */
  readonly version?: string
  /** False while the version that answers is watched. */
  readonly isConfirmed: boolean
  readonly generations: readonly GenerationStatus[]
  readonly pinned?: string
  readonly quarantine: readonly Quarantine[]
  /** ISO 8601. */
  readonly lastCheck?: string
  /** Of the last check, where it failed. */
  readonly lastError?: string
  readonly source: SourceCounters
}

export function statusOf(
  name: string,
  { roster, candidate }: Deployment,
  { state }: Store,
  { lastCheck, lastError }: Updates,
  source: SourceCounters,
): HotloadStatus {
  const { current, previous, isConfirmed } = roster
  return {
    name,
    ...(current !== undefined && { version: current.manifest.version }),
    isConfirmed,
    generations: [
      ...generationStatus('current', current),
      ...generationStatus('previous', previous),
      ...generationStatus('candidate', candidate),
    ],
    ...(state.pinned !== undefined && { pinned: state.pinned }),
    quarantine: state.quarantine,
    ...(lastCheck !== undefined && { lastCheck: lastCheck.toISOString() }),
    ...(lastError !== undefined && { lastError: lastError.message }),
    source: { ...source },
  }
}

function generationStatus(
  role: GenerationStatus['role'],
  generation: Generation | undefined,
): GenerationStatus[] {
  if (generation === undefined) return []
  const { number, manifest, since, held, counts } = generation
  const { version, seq, sha512: digest } = manifest
  return [{ role, generation: number, version, seq, digest, since: since.toISOString(), held, calls: counts }]
}
