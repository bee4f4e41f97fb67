import { resolve as absolutePath } from 'node:path'
import type { Guardian } from '../guardian/guarded.ts'
import { isAlive, processIdentity, type ProcessIdentity } from '../guardian/process-identity.ts'
import { startGuardian } from '../guardian/start-guardian.ts'
import type { Target } from '../target.ts'
import { createEvidenceFolder, freeBytes, type EvidenceFolder } from './evidence-folder.ts'
import { manifestText, toolVersions } from './manifest.ts'
import { createMissingList } from './missing-list.ts'
import { openNamespaces, type Namespace } from './namespace.ts'
import { ownCpuMs } from './own-cpu.ts'
import { createPrograms, type Programs } from './programs.ts'
import { RecordError } from './record-error.ts'
import { startParts } from './record-parts.ts'
import type {
  EndReason,
  Recording,
  RecordingStatus,
  RecordingSummary,
  RecordOptions,
  SeenReset,
} from './recording.ts'
import { missingRight, missingRights } from './rights.ts'

const DEFAULT_MAX_BYTES = 1 << 30
const DEFAULT_MAX_DURATION_MS = 10 * 60_000
/** Less makes no sense: a single file of a ring. */
const MIN_BYTES = 1 << 20
/** A capture must never be what fills the disk. */
const MAX_SHARE_OF_FREE = 0.8
const LOOK_AT_TARGETS_MS = 1000
const MANIFEST_MS = 10_000
/** What follows a process's end is evidence: its peers' last segments, the resets that answer them. */
const AFTER_TARGETS_MS = 3000

/**
 * Starts to write the evidence of `targets` into a folder; resolves when packets are being captured. Throws a
 * `RecordError` when nothing can be recorded, or when what was asked for makes no sense.
 */
export async function startRecording(options: RecordOptions): Promise<Recording> {
  const { targets, maxDurationMs = DEFAULT_MAX_DURATION_MS } = options
  if (targets.length === 0) throw new RecordError('nothing to record: name at least one target')
  refuseNames(targets)
  const rights = missingRights()
  if (process.getuid?.() !== 0 && rights.includes('CAP_NET_RAW') && rights.includes('CAP_SYS_ADMIN'))
    throw new RecordError(
      'recording needs root (or CAP_NET_RAW, CAP_NET_ADMIN, CAP_SYS_ADMIN): run it with sudo',
    )
  const missing = createMissingList(rights.map(missingRight))
  const guardian = await startGuardian()
  guardian.guard({ kind: 'marked-processes' })
  const undo: (() => unknown)[] = [() => guardian.close()]
  try {
    const namespaces = openAll(targets)
    undo.push(() => {
      for (const namespace of namespaces) namespace.close()
    })
    const folder = createEvidenceFolder(absolutePath(options.directory))
    undo.push(() => {
      folder.discard()
    })
    const programs = createPrograms(guardian.environment)
    undo.push(() => programs.stopAll())
    return await record({ options, guardian, namespaces, folder, programs, missing, maxDurationMs })
  } catch (error) {
    for (const step of undo.toReversed()) await step()
    throw error
  }
}

/** Names become parts of file names. */
function refuseNames(targets: readonly Target[]): void {
  const names = targets.map(({ name }) => name)
  const unsafe = names.find((name) => !/^[\w.-]{1,100}$/.test(name))
  if (unsafe !== undefined) throw new RecordError(`${JSON.stringify(unsafe)} cannot be part of a file's name`)
  if (new Set(names).size < names.length) throw new RecordError('two targets have the same name')
}

function openAll(targets: readonly Target[]): Namespace[] {
  try {
    return openNamespaces(targets)
  } catch (error) {
    throw new RecordError(
      `a target's network namespace cannot be opened (${error instanceof Error ? error.message : String(error)}): is it still running, and is this root?`,
    )
  }
}

interface Room {
  readonly options: RecordOptions
  readonly guardian: Guardian
  readonly namespaces: readonly Namespace[]
  readonly folder: EvidenceFolder
  readonly programs: Programs
  readonly missing: ReturnType<typeof createMissingList>
  readonly maxDurationMs: number
}

async function record(room: Room): Promise<Recording> {
  const { options, guardian, namespaces, folder, programs, missing, maxDurationMs } = room
  const { targets } = options
  const startMs = Date.now()
  const startedAt = performance.now()
  const cpuBeforeMs = ownCpuMs()
  const lineListeners: ((line: string, target: Target | undefined) => void)[] = []
  const resetListeners: ((reset: SeenReset) => void)[] = []
  let resolveAsked: ((reason: EndReason) => void) | undefined
  const asked = new Promise<EndReason>((resolve) => {
    resolveAsked = resolve
  })
  const endWith = (reason: EndReason): void => resolveAsked?.(reason)
  const cannotWrite = (error: unknown): void => {
    endWith({ why: 'cannot-write', says: error instanceof Error ? error.message : String(error) })
  }

  const tools = await toolVersions(programs)
  const parts = await startParts({
    ...room,
    maxBytes: boundOf(folder, options.maxBytes ?? DEFAULT_MAX_BYTES),
    onLine: (line, target) => {
      for (const listener of lineListeners) listener(line, target)
    },
    onReset: (reset) => {
      for (const listener of resetListeners) listener(reset)
    },
    cannotWrite,
  })
  const writeManifest = (endMs?: number): void => {
    const lineTimes = parts.lineTimes()
    const recorded = { startMs, tools, lineTimes, ...(endMs === undefined ? {} : { endMs }) }
    folder.put('manifest.json', manifestText(folder, targets, recorded))
  }
  // A recorder that is killed leaves a folder that says whose it is.
  writeManifest()
  const manifestTimer = setInterval(() => {
    try {
      writeManifest()
    } catch (error) {
      cannotWrite(error)
    }
  }, MANIFEST_MS)
  const timer = setTimeout(() => {
    endWith({ why: 'duration' })
  }, maxDurationMs)
  const stopLooking = whenTargetsAreGone(targets, () => {
    endWith({ why: 'targets-lost' })
  })

  function status(): RecordingStatus {
    const elapsedMs = performance.now() - startedAt
    const remainingMs = Math.max(0, maxDurationMs - elapsedMs)
    return {
      elapsedMs,
      remainingMs,
      ...parts.counts(),
      bytesOnDisk: folder.bytes,
      missing: parts.missingNow(),
    }
  }

  async function finish(end: EndReason): Promise<RecordingSummary> {
    clearTimeout(timer)
    clearInterval(manifestTimer)
    stopLooking()
    await parts.stop()
    await programs.stopAll()
    for (const namespace of namespaces) namespace.close()
    try {
      writeManifest(Date.now())
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error)
      missing.add({ what: 'manifest.json', because, without: 'the end of the recording is not noted' })
    }
    try {
      guardian.release({ kind: 'marked-processes' })
      await guardian.close()
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error)
      missing.add({ what: 'guardian', because, without: 'it may be that not everything was removed' })
    }
    return { ...status(), directory: folder.directory, end, ownCpuMs: ownCpuMs() - cpuBeforeMs }
  }

  const ended = asked.then(finish)
  return {
    directory: folder.directory,
    status,
    onLine: (listener) => {
      lineListeners.push(listener)
    },
    onReset: (listener) => {
      resetListeners.push(listener)
    },
    stop() {
      endWith({ why: 'stopped' })
      return ended
    },
    ended,
  }
}

function boundOf(folder: EvidenceFolder, wanted: number): number {
  const free = freeBytes(folder.directory)
  const bound = Math.min(wanted, free * MAX_SHARE_OF_FREE)
  if (bound < MIN_BYTES) {
    const place = `${folder.directory}: ${Math.floor(free / 1e6)} MB are free`
    throw new RecordError(
      `${place}, at least ${Math.ceil(MIN_BYTES / MAX_SHARE_OF_FREE / 1e6)} MB were wanted`,
    )
  }
  return bound
}

/** Calls back some seconds after the last of the targets' processes ended; a namespace or a host never ends. */
function whenTargetsAreGone(targets: readonly Target[], callback: () => void): () => void {
  const processes = targets.map(({ pid }) => (pid === undefined ? undefined : processIdentity(pid)))
  const known = processes.filter((one): one is ProcessIdentity => one !== undefined)
  if (targets.some(({ pid }) => pid === undefined)) return () => undefined
  let grace: NodeJS.Timeout | undefined
  const timer = setInterval(() => {
    if (grace === undefined && !known.some(isAlive)) grace = setTimeout(callback, AFTER_TARGETS_MS)
  }, LOOK_AT_TARGETS_MS)
  return () => {
    clearInterval(timer)
    clearTimeout(grace)
  }
}
