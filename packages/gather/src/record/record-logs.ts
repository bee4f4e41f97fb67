import type { Target } from '../target.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import { followLog, sourceName, type LogFollower } from './follow-log.ts'
import type { LineTime } from './manifest.ts'
import { createLogSink, type LogSink } from './log-sink.ts'
import { missingGcLogs } from './missing-gc-logs.ts'
import type { Programs } from './programs.ts'
import type { Missing, RecordOptions } from './recording.ts'
import { logFileNames, wantedLogs, type WantedLog } from './wanted-logs.ts'

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
  /** When lines of the copies had been written: fixes the clock of a log that prints uptimes only. */
  lineTimes(): readonly LineTime[]
  missingNow(): readonly Missing[]
  stop(): Promise<void>
}

/** Of the folder's bytes, for all logs together. */
const SHARE = 0.2

/** Copies the logs of the targets, and those named besides, into files of their own. */
export async function recordLogs(from: LogRecordOptions): Promise<LogRecord> {
  const wanted = await wantedLogs(from.options)
  const maxBytes = Math.floor((from.maxBytes * SHARE) / Math.max(1, wanted.length))
  const names = logFileNames(wanted)
  const logs = await Promise.all(
    wanted.map(async (log, index) => ({ ...log, ...(await copy(from, log, names[index] ?? '', maxBytes)) })),
  )
  return {
    lineTimes: () =>
      logs.flatMap(({ sink }, index) =>
        sink.lineTimes.map((time) => ({ path: names[index] ?? '', ...time })),
      ),
    missingNow: () => [...missingGcLogs(from.options), ...logs.flatMap(missingOf)],
    async stop() {
      await Promise.allSettled(logs.map(({ follower }) => follower.stop()))
      for (const { sink } of logs) sink.end()
    },
  }
}

async function copy(
  { folder, programs, onLine, cannotWrite }: LogRecordOptions,
  { kind, source, target }: WantedLog,
  name: string,
  maxBytes: number,
): Promise<{ follower: LogFollower; sink: LogSink }> {
  // What stood in a log before the recording began is copied, and is nothing that happens now.
  let isLive = kind === 'app-log'
  const sink = createLogSink(
    () => folder.create(name, kind, target?.name),
    maxBytes,
    (line) => {
      if (isLive) onLine(line, target)
    },
  )
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
    onWritten: (atMs) => {
      sink.writtenAt(atMs)
    },
  })
  isLive = true
  return { follower, sink }
}

function missingOf({
  kind,
  source,
  follower,
  sink,
}: WantedLog & { readonly follower: LogFollower; readonly sink: LogSink }): Missing[] {
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
