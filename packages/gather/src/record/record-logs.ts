import type { LogSource, Target } from '../target.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import { followLog, sourceName, type LogFollower } from './follow-log.ts'
import { createLogSink, type LogSink } from './log-sink.ts'
import type { Programs } from './programs.ts'
import type { Missing, RecordOptions } from './recording.ts'

interface LogRecordOptions {
  readonly options: RecordOptions
  readonly folder: EvidenceFolder
  readonly programs: Programs
  /** Of the whole folder. */
  readonly maxBytes: number
  readonly onLine: (line: string, target: Target | undefined) => void
  readonly cannotWrite: (error: unknown) => void
}

export interface LogRecord {
  missingNow(): readonly Missing[]
  stop(): Promise<void>
}

/** Of the folder's bytes, for all logs together. */
const SHARE = 0.2

interface Wanted {
  readonly kind: 'gc-log' | 'app-log'
  readonly source: LogSource
  readonly target: Target | undefined
}

/** Copies the logs of the targets, and those named besides, into files of their own. */
export async function recordLogs(from: LogRecordOptions): Promise<LogRecord> {
  const wanted = wantedLogs(from.options)
  const maxBytes = Math.floor((from.maxBytes * SHARE) / Math.max(1, wanted.length))
  const names = fileNames(wanted)
  const logs = await Promise.all(
    wanted.map(async (log, index) => ({ ...log, ...(await copy(from, log, names[index] ?? '', maxBytes)) })),
  )
  return {
    missingNow: () => logs.flatMap(missingOf),
    async stop() {
      await Promise.allSettled(logs.map(({ follower }) => follower.stop()))
      for (const { sink } of logs) sink.end()
    },
  }
}

async function copy(
  { folder, programs, onLine, cannotWrite }: LogRecordOptions,
  { kind, source, target }: Wanted,
  name: string,
  maxBytes: number,
): Promise<{ follower: LogFollower; sink: LogSink }> {
  const sink = createLogSink(() => folder.create(name, kind, target?.name), maxBytes, target, onLine)
  const follower = await followLog(source, {
    programs,
    // The head of a GC log says when the process began; what an application said before is another story.
    from: kind === 'gc-log' ? 'beginning' : 'end',
    maxBytes,
    onBytes: (bytes) => {
      try {
        sink.write(bytes)
      } catch (error) {
        cannotWrite(error)
      }
    },
  })
  return { follower, sink }
}

/** A log that two targets share, or that is both named and found, is read once. */
function wantedLogs({ targets, gcLogs = [], logs = [] }: RecordOptions): Wanted[] {
  const all: Wanted[] = [
    ...targets.flatMap((target) =>
      target.gcLogs.map((source) => ({ kind: 'gc-log' as const, source, target })),
    ),
    ...gcLogs.map(({ source, target }) => ({ kind: 'gc-log' as const, source, target })),
    ...targets.flatMap((target) =>
      target.logs.map((source) => ({ kind: 'app-log' as const, source, target })),
    ),
    ...logs.map(({ source, target }) => ({ kind: 'app-log' as const, source, target })),
  ]
  return [...new Map(all.toReversed().map((log) => [JSON.stringify(log.source), log])).values()].toReversed()
}

/** `gc.log` and `app.log`; with the target's name and a number where there are several. */
function fileNames(wanted: readonly Wanted[]): string[] {
  const used = new Set<string>()
  return wanted.map(({ kind, target }) => {
    const stem = kind === 'gc-log' ? 'gc' : 'app'
    const isOnly = wanted.filter((other) => other.kind === kind).length === 1
    const name = isOnly || target === undefined ? stem : `${stem}-${target.name}`
    for (let number = 1; ; number++) {
      const path = `${name}${number === 1 ? '' : `-${number}`}.log`
      if (used.has(path)) continue
      used.add(path)
      return path
    }
  })
}

function missingOf({
  kind,
  source,
  follower,
  sink,
}: Wanted & { readonly follower: LogFollower; readonly sink: LogSink }): Missing[] {
  const what = sourceName(source)
  const without =
    kind === 'gc-log'
      ? 'resets cannot be held against garbage collections'
      : 'what the program said about it is not known'
  if (follower.trouble !== undefined) return [{ what, because: follower.trouble, without }]
  if (sink.isCut)
    return [{ what, because: 'its share of the folder is full', without: 'its later lines are not kept' }]
  return []
}
