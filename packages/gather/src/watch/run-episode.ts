import { rmSync } from 'node:fs'
import { freeBytes } from '../record/evidence-folder.ts'
import type { Programs } from '../record/programs.ts'
import type { Missing } from '../record/recording.ts'
import type { Attachment } from './attachment.ts'
import type { EpisodeClock } from './episodes.ts'
import { removeOldEvidence, type Kept } from './retention.ts'
import type { EpisodeAnswer, WatchOptions, WatchStatus } from './watch.ts'
import { openEpisode, type EpisodeWriterOptions, type OpenEpisode } from './write-episode.ts'

/** Begins and ends episodes when it is time, one after the other. */
export interface EpisodeRunner {
  runIfDue(): void
  /** Ends what was begun, or is due, after `drain` brought in the last packets. */
  finish(drain: () => Promise<void>): Promise<void>
  status(): Pick<WatchStatus, 'evidenceFolders' | 'evidenceBytes' | 'pendingEpisodes' | 'unexplainedResets'>
  missingNow(): readonly Missing[]
}

export interface EpisodeRunnerOptions extends EpisodeWriterOptions {
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly clock: EpisodeClock
  readonly programs: Programs
  readonly onEpisode: WatchOptions['onEpisode']
  readonly attachment: () => Attachment
}

/** Room for what follows, what else goes into an evidence folder, and others on the same disk. */
const SPARE_BYTES = 200e6
/** It takes a second, and a hundred where the machine is so busy that a low priority gets next to nothing. */
const MAX_ANALYSIS_MS = 180_000
/** Evidence grows old also while nothing happens. */
const CLEAN_EVERY_MS = 60_000

export function createEpisodeRunner(options: EpisodeRunnerOptions): EpisodeRunner {
  const { root, ring, maxBytes, maxAgeMs, clock, programs, onEpisode } = options
  let open: OpenEpisode | undefined
  /** What it happened to: the target may have been restarted since. */
  let seenBy: Attachment | undefined
  let running: Promise<void> | undefined
  let trouble: string | undefined
  /** Of episodes that could not be written. */
  let unwritten = 0
  let cleanedAt = -Infinity
  let kept: Kept = clean()

  function clean(): Kept {
    cleanedAt = performance.now()
    return removeOldEvidence(root, { maxBytes, maxAgeMs, nowMs: Date.now() })
  }

  async function begin(): Promise<void> {
    const pending = clock.begin(Date.now())
    if (pending === undefined) return
    try {
      const free = freeBytes(root)
      if (free < ring.bytes + SPARE_BYTES)
        throw new Error(`${Math.floor(free / 1e6)} MB are free on the disk of ${root}`)
      seenBy = options.attachment()
      open = openEpisode(options, pending, seenBy)
    } catch (error) {
      await failed(error)
    }
  }

  async function end(): Promise<void> {
    try {
      const { answer, tookMs } = await write()
      trouble = undefined
      clock.answered(answer, tookMs, Date.now())
    } catch (error) {
      await failed(error)
    }
    running = undefined
  }

  /** The next one waits, as if this one had been known. */
  async function failed(error: unknown): Promise<void> {
    trouble = error instanceof Error ? error.message : String(error)
    await open?.discard()
    open = undefined
    unwritten += clock.end()?.resets ?? 0
    clock.answered({ isKnown: true }, 0, Date.now())
  }

  async function write(): Promise<{ answer: EpisodeAnswer; tookMs: number }> {
    const current = options.attachment()
    const attachment = seenBy ?? current
    if (attachment === current) await attachment.sockets.sample()
    const startedAt = performance.now()
    const pending = clock.end()
    if (open === undefined || pending === undefined) throw new Error('no episode was begun')
    const { directory } = open
    await open.finish(attachment)
    open = undefined
    const answer = await onEpisode({
      ...pending,
      directory,
      target: attachment.target,
      run: (program, args, bytes) => programs.output([program, args], bytes, MAX_ANALYSIS_MS),
    })
    if (!answer.keep) rmSync(directory, { recursive: true, force: true })
    kept = clean()
    return { answer, tookMs: performance.now() - startedAt }
  }

  return {
    runIfDue() {
      if (running !== undefined) return
      const { beginMs, endMs } = clock
      const nowMs = Date.now()
      if (beginMs !== undefined && beginMs <= nowMs) void begin()
      else if (endMs !== undefined && endMs <= nowMs) running = end()
      else if (performance.now() - cleanedAt > CLEAN_EVERY_MS) kept = clean()
    },
    async finish(drain) {
      await running
      await drain()
      if (clock.beginMs !== undefined) await begin()
      if (clock.endMs !== undefined) await end()
    },
    status: () => ({
      evidenceFolders: kept.folders,
      evidenceBytes: kept.bytes,
      pendingEpisodes:
        (running === undefined ? 0 : 1) + (clock.beginMs === undefined && clock.endMs === undefined ? 0 : 1),
      unexplainedResets: ring.lostResets + unwritten,
    }),
    missingNow: () =>
      trouble === undefined
        ? []
        : [{ what: 'evidence', because: trouble, without: 'what happened is counted, not explained' }],
  }
}
