import { resolve as absolutePath } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Guardian } from '../guardian/guarded.ts'
import { startGuardian } from '../guardian/start-guardian.ts'
import { makeFolder } from '../make-folder.ts'
import { toolVersions } from '../record/manifest.ts'
import { createPrograms, type Programs } from '../record/programs.ts'
import { RecordError } from '../record/record-error.ts'
import { missingRight, missingRights } from '../record/rights.ts'
import type { Target } from '../target.ts'
import { findAgain } from '../targets/resolve-target.ts'
import { attach, type Attachment } from './attachment.ts'
import { createEpisodeClock } from './episodes.ts'
import { createNewsOfMissing } from './missing-news.ts'
import { movedLogs } from './moved-logs.ts'
import { loadWith } from './own-load.ts'
import { createPacketRing } from './packet-ring.ts'
import { createEpisodeRunner } from './run-episode.ts'
import { addTotals, NO_TOTALS, totalsOf, type Totals } from './totals.ts'
import type { Watch, WatchOptions, WatchStatus } from './watch.ts'

const DEFAULT_RING_BYTES = 64 << 20
/** Several collections of a busy JVM: one burst of resets proves less than three. */
const DEFAULT_RING_AGE_MS = 10 * 60_000
const DEFAULT_MAX_BYTES = 1 << 30
const DEFAULT_MAX_AGE_MS = 7 * 86_400_000
const TICK_MS = 250
/** Peers of a process that ended answer, and are answered, for a moment. */
const AFTER_TARGET_MS = 2000
const FIRST_LOOK_MS = 500
const MAX_LOOK_MS = 5000

/** Starts to watch; resolves when packets are being seen. Throws a `RecordError` with what to do when it cannot. */
export async function startWatch(options: WatchOptions): Promise<Watch> {
  const rights = missingRights()
  if (rights.includes('CAP_NET_RAW') || rights.includes('CAP_SYS_ADMIN'))
    throw new RecordError(
      'watching needs root (or CAP_NET_RAW, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_PTRACE): run it with sudo',
    )
  const directory = absolutePath(options.directory)
  makeFolder(directory)
  const guardian = await startGuardian()
  guardian.guard({ kind: 'marked-processes' })
  const programs = createPrograms(guardian.environment)
  try {
    return await watch({ ...options, directory }, guardian, programs, rights.map(missingRight))
  } catch (error) {
    await programs.stopAll()
    await guardian.close()
    throw error
  }
}

async function watch(
  options: WatchOptions,
  guardian: Guardian,
  programs: Programs,
  missingRightsNow: WatchStatus['missing'],
): Promise<Watch> {
  const { onNews = () => undefined, ringAgeMs = DEFAULT_RING_AGE_MS } = options
  const ringBytes = options.ringBytes ?? DEFAULT_RING_BYTES
  const ring = createPacketRing(ringBytes, ringAgeMs)
  const clock = createEpisodeClock()
  const newsOfMissing = createNewsOfMissing(onNews)
  const tools = await toolVersions(programs)
  const startMs = Date.now()
  let target = options.target
  let attached = await attachTo(target)
  let isAttached = true
  let attachments = 1
  let earlier = NO_TOTALS
  /** What `attached` counted is in `earlier` already. */
  let isCounted = false
  const stopping = new AbortController()
  let changing: Promise<void> | undefined
  let stopped: Promise<WatchStatus> | undefined

  const runner = createEpisodeRunner({
    root: options.directory,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    maxAgeMs: options.maxAgeMs ?? DEFAULT_MAX_AGE_MS,
    clock,
    ring,
    maxAfterBytes: ringBytes,
    programs,
    watched: { startMs, tools },
    onEpisode: options.onEpisode,
    attachment: () => attached,
  })
  onNews({ kind: 'attached', target, isFirst: true })
  newsOfMissing.look(missing(), totals().droppedPackets, runner.status().unexplainedResets)
  const timer = setInterval(tick, TICK_MS)

  function attachTo(newTarget: Target): Promise<Attachment> {
    const { gcLogs = [], logs = [], target: first } = options
    return attach({
      options: {
        ...options,
        gcLogs: movedLogs(gcLogs, first, newTarget),
        logs: movedLogs(logs, first, newTarget),
      },
      target: newTarget,
      guardian,
      programs,
      ring,
      ringAgeMs,
      note: (because, atMs, resets) => {
        clock.note(because, atMs, resets)
      },
    })
  }

  function tick(): void {
    newsOfMissing.look(missing(), totals().droppedPackets, runner.status().unexplainedResets)
    runner.runIfDue()
    if (isAttached && changing === undefined && !attached.isTargetThere())
      changing = reattach().finally(() => {
        changing = undefined
      })
  }

  /** Sees the old run to its end, then waits for the next one. */
  async function reattach(): Promise<void> {
    isAttached = false
    onNews({ kind: 'lost', target, says: 'it ended; waiting for it to come back' })
    await pause(AFTER_TARGET_MS)
    await attached.stop()
    earlier = totals()
    isCounted = true
    for (let waitMs = FIRST_LOOK_MS; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, MAX_LOOK_MS)) {
      const again = await attachAgain()
      if (again !== undefined) {
        // While it was started, the watch may have been ended.
        if (stopping.signal.aborted) await again.stop()
        else {
          attached = again
          isAttached = true
          isCounted = false
          attachments++
          onNews({ kind: 'attached', target, isFirst: false })
        }
        return
      }
      await pause(waitMs)
    }
  }

  async function attachAgain(): Promise<Attachment | undefined> {
    try {
      const found = await findAgain(target, options.resolve)
      if (!found.ok) return undefined
      // Its name is that of its evidence: it stays the same.
      target = { ...found.target, name: target.name }
      return await attachTo(target)
    } catch {
      // It ended again, or is not up yet.
      return undefined
    }
  }

  function pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  }

  function totals(): Totals {
    return isCounted ? earlier : addTotals(earlier, totalsOf(attached))
  }

  function missing(): WatchStatus['missing'] {
    return [...missingRightsNow, ...(isAttached ? attached.missingNow() : []), ...runner.missingNow()]
  }

  function status(): WatchStatus {
    const { closeWait, stalledReaders } = attached.sockets
    const { cpuMs, rssBytes } = loadWith([attached.capture.pid])
    return {
      target,
      isAttached,
      ...totals(),
      ...(closeWait === undefined || !isAttached ? {} : { closeWait }),
      ...(stalledReaders === undefined || !isAttached ? {} : { stalledReaders }),
      ringBytes: ring.bytes,
      ...runner.status(),
      attachments,
      ownCpuMs: cpuMs,
      ownRssBytes: rssBytes,
      missing: missing(),
    }
  }

  async function stop(): Promise<WatchStatus> {
    stopping.abort()
    clearInterval(timer)
    await changing
    // What the namespace showed until now comes out with tcpdump's end; the last table with the episode.
    await runner.finish(() => attached.capture.stop())
    if (isAttached) await attached.stop()
    const last = status()
    await programs.stopAll()
    guardian.release({ kind: 'marked-processes' })
    await guardian.close()
    return last
  }

  return {
    status,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
