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
import { createSeenSegments } from './packet-reader.ts'
import { createPrograms, type Programs } from './programs.ts'
import { RecordError } from './record-error.ts'
import { recordKernel } from './record-kernel.ts'
import { recordLogs } from './record-logs.ts'
import { recordNamespace } from './record-namespace.ts'
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
const DEFAULT_SNAP_LENGTH = 512
const DEFAULT_SAMPLE_MS = 5000
/** Less makes no sense: a single file of a ring. */
const MIN_BYTES = 1 << 20
/** A capture must never be what fills the disk. */
const MAX_SHARE_OF_FREE = 0.8
const LOOK_AT_TARGETS_MS = 1000
/** What follows a process's end is evidence: its peers' last segments, the resets that answer them. */
const AFTER_TARGETS_MS = 3000

/**
 * Starts to write the evidence of `targets` into a folder; resolves when packets are being captured. Throws a
 * `RecordError` when nothing can be recorded, or when what was asked for makes no sense.
 */
export async function startRecording(options: RecordOptions): Promise<Recording> {
  const { targets, maxDurationMs = DEFAULT_MAX_DURATION_MS } = options
  if (targets.length === 0) throw new RecordError('nothing to record: name at least one target')
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
    const programs = createPrograms(guardian.environment)
    undo.push(() => programs.stopAll())
    return await record({ options, guardian, namespaces, folder, programs, missing, maxDurationMs })
  } catch (error) {
    for (const step of undo.toReversed()) await step()
    throw error
  }
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
  const maxBytes = boundOf(folder, options.maxBytes ?? DEFAULT_MAX_BYTES)
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
  const writeManifest = (endMs?: number): void => {
    const recorded = { startMs, tools, ...(endMs === undefined ? {} : { endMs }) }
    folder.put('manifest.json', manifestText(folder, targets, recorded))
  }
  const kernel =
    options.kernelResets === false
      ? undefined
      : recordKernel({ folder, guardian, namespaces, missing, maxBytes })
  const seen = createSeenSegments()
  const context = { options, folder, programs, missing, cannotWrite }
  const [logs, ...captures] = await Promise.all([
    recordLogs({
      ...context,
      maxBytes,
      onLine: (line, target) => {
        for (const listener of lineListeners) listener(line, target)
      },
    }),
    ...namespaces.map((namespace) =>
      recordNamespace({
        ...context,
        namespace,
        seen,
        isAlone: namespaces.length === 1,
        maxBytes: maxBytes / namespaces.length,
        snapLength: options.snapLength ?? DEFAULT_SNAP_LENGTH,
        sampleEveryMs: options.sampleEveryMs ?? DEFAULT_SAMPLE_MS,
        onReset: (reset) => {
          for (const listener of resetListeners) listener(reset)
        },
      }),
    ),
  ])
  writeManifest()

  const timer = setTimeout(() => {
    endWith({ why: 'duration' })
  }, maxDurationMs)
  const stopLooking = whenTargetsAreGone(targets, () => {
    endWith({ why: 'targets-lost' })
  })

  function status(): RecordingStatus {
    const elapsedMs = performance.now() - startedAt
    const closeWaits = captures.flatMap(({ closeWait }) => closeWait ?? [])
    return {
      elapsedMs,
      remainingMs: Math.max(0, maxDurationMs - elapsedMs),
      packets: sum(captures.map(({ packets }) => packets)),
      connections: sum(captures.map(({ connections }) => connections)),
      resets: sum(captures.map(({ resets }) => resets)),
      ...(closeWaits.length === 0 ? {} : { closeWait: sum(closeWaits) }),
      bytesOnDisk: folder.bytes,
      droppedPackets: sum(captures.map(({ dropped }) => dropped)),
      missing: [
        ...missing.list(),
        ...captures.flatMap((capture) => capture.missingNow()),
        ...logs.missingNow(),
      ],
    }
  }

  async function finish(end: EndReason): Promise<RecordingSummary> {
    clearTimeout(timer)
    stopLooking()
    // All at the same time: what ended last would otherwise see what the others do not.
    await Promise.allSettled([...captures.map((capture) => capture.stop()), kernel?.stop(), logs.stop()])
    const last = status()
    await programs.stopAll()
    for (const namespace of namespaces) namespace.close()
    try {
      writeManifest(Date.now())
    } catch (error) {
      missing.add({
        what: 'manifest.json',
        because: String(error),
        without: 'the end of the recording is not noted',
      })
    }
    guardian.release({ kind: 'marked-processes' })
    await guardian.close()
    return { ...last, directory: folder.directory, end, ownCpuMs: ownCpuMs() - cpuBeforeMs }
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
