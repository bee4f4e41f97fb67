import { rmSync } from 'node:fs'
import { freeBytes } from '../record/evidence-folder.ts'
import type { Tool } from '../record/manifest.ts'
import type { Programs } from '../record/programs.ts'
import type { Missing } from '../record/recording.ts'
import type { Attachment } from './attachment.ts'
import type { EpisodeClock, PendingEpisode } from './episodes.ts'
import type { PacketRing } from './packet-ring.ts'
import { removeOldEvidence, type Kept } from './retention.ts'
import type { EpisodeAnswer, WatchOptions, WatchStatus } from './watch.ts'
import { writeEpisode } from './write-episode.ts'

/** Writes episodes when they are due, one after the other. */
export interface EpisodeRunner {
  runIfDue(): void
  /** Runs what is pending after `drain` brought in the last packets. */
  finish(drain: () => Promise<void>): Promise<void>
  status(): Pick<WatchStatus, 'evidenceFolders' | 'evidenceBytes' | 'pendingEpisodes'>
  missingNow(): readonly Missing[]
}

export interface EpisodeRunnerOptions {
  readonly root: string
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly clock: EpisodeClock
  readonly ring: PacketRing
  readonly programs: Programs
  readonly watched: { readonly startMs: number; readonly tools: readonly Tool[] }
  readonly onEpisode: WatchOptions['onEpisode']
  readonly attachment: () => Attachment
}

/** What else goes into an evidence folder beside the packets, and room for others on the same disk. */
const SPARE_BYTES = 100e6
/** Evidence grows old also while nothing happens. */
const CLEAN_EVERY_MS = 60_000

export function createEpisodeRunner(options: EpisodeRunnerOptions): EpisodeRunner {
  const { root, maxBytes, maxAgeMs, clock, ring, programs, onEpisode } = options
  let running: Promise<void> | undefined
  let trouble: string | undefined
  let cleanedAt = -Infinity
  let kept: Kept = clean()

  function clean(): Kept {
    cleanedAt = performance.now()
    return removeOldEvidence(root, { maxBytes, maxAgeMs, nowMs: Date.now() })
  }

  async function run(pending: PendingEpisode): Promise<void> {
    const startedAt = performance.now()
    let answer: EpisodeAnswer = { keep: true, isKnown: true }
    try {
      answer = await write(pending)
      trouble = undefined
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
    }
    clock.answered(answer, performance.now() - startedAt, Date.now())
  }

  async function write(pending: PendingEpisode): Promise<EpisodeAnswer> {
    const attachment = options.attachment()
    await attachment.sockets.sample()
    const free = freeBytes(root)
    if (free < ring.bytes + SPARE_BYTES)
      throw new Error(`${Math.floor(free / 1e6)} MB are free on the disk of ${root}`)
    const directory = writeEpisode(root, pending, attachment, ring, options.watched)
    const answer = await onEpisode({
      ...pending,
      directory,
      target: attachment.target,
      run: (program, args, bytes) => programs.output([program, args], bytes),
    })
    if (!answer.keep) rmSync(directory, { recursive: true, force: true })
    kept = clean()
    return answer
  }

  function next(): void {
    const pending = clock.take()
    if (pending === undefined) return
    running = run(pending).finally(() => {
      running = undefined
    })
  }

  return {
    runIfDue() {
      if (running !== undefined) return
      const { dueMs } = clock
      if (dueMs !== undefined && dueMs <= Date.now()) next()
      else if (performance.now() - cleanedAt > CLEAN_EVERY_MS) kept = clean()
    },
    async finish(drain) {
      await running
      await drain()
      next()
      await running
    },
    status: () => ({
      evidenceFolders: kept.folders,
      evidenceBytes: kept.bytes,
      pendingEpisodes: (running === undefined ? 0 : 1) + (clock.dueMs === undefined ? 0 : 1),
    }),
    missingNow: () =>
      trouble === undefined
        ? []
        : [{ what: 'evidence', because: trouble, without: 'what happened is counted, not explained' }],
  }
}
