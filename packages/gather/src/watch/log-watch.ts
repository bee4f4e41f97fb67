import { followLog, sourceName, type LogFollower } from '../record/follow-log.ts'
import { missingGcLogs } from '../record/missing-gc-logs.ts'
import type { Programs } from '../record/programs.ts'
import type { Missing, RecordOptions } from '../record/recording.ts'
import { logFileNames, wantedLogs, type WantedLog } from '../record/wanted-logs.ts'
import { createLogRing, type LogExtract, type LogRing } from './log-ring.ts'

/** The last lines of a target's logs. */
export interface LogWatch {
  read(nowMs: number): readonly WatchedLog[]
  missingNow(): readonly Missing[]
  stop(): Promise<void>
}

interface WatchedLog extends LogExtract {
  /** What the file in an evidence folder is called. */
  readonly path: string
  readonly kind: WantedLog['kind']
  readonly target: WantedLog['target']
}

export interface LogWatchOptions {
  readonly options: Pick<RecordOptions, 'directory' | 'targets' | 'gcLogs' | 'logs'>
  readonly programs: Programs
  readonly maxAgeMs: number
  /** A line speaks of a reset. */
  readonly onReset: () => void
}

/** For each log: hours of collections, minutes of a talkative program. */
const MAX_BYTES = 4 << 20
const HEAD_BYTES = 16 << 10
/** The words in which runtimes and servers tell of it; across a piece's end they are missed, and the packets are not. */
const SPEAKS_OF_RESET = /reset by peer|connection reset|ECONNRESET|broken pipe|EPIPE/i

export async function startLogWatch(from: LogWatchOptions): Promise<LogWatch> {
  const wanted = await wantedLogs(from.options)
  const names = logFileNames(wanted)
  const logs = await Promise.all(
    wanted.map(async (log, index) => ({ ...log, path: names[index] ?? '', ...(await follow(log, from)) })),
  )
  return {
    read: (nowMs) =>
      logs.map(({ path, kind, target, ring }) => ({ path, kind, target, ...ring.read(nowMs) })),
    missingNow: () => [
      ...missingGcLogs(from.options),
      ...logs.flatMap(({ kind, source, follower: { trouble } }): Missing[] => {
        if (trouble === undefined) return []
        const without =
          kind === 'gc-log'
            ? 'resets cannot be held against garbage collections'
            : 'what the program said about it is not known'
        return [{ what: sourceName(source), because: trouble, without }]
      }),
    ],
    async stop() {
      await Promise.allSettled(logs.map(({ follower }) => follower.stop()))
    },
  }
}

async function follow(
  { kind, source }: WantedLog,
  { programs, maxAgeMs, onReset }: LogWatchOptions,
): Promise<{ ring: LogRing; follower: LogFollower }> {
  const isCollector = kind === 'gc-log'
  const ring = createLogRing(
    isCollector ? { maxBytes: MAX_BYTES, headBytes: HEAD_BYTES } : { maxBytes: MAX_BYTES, maxAgeMs },
  )
  const follower = await followLog(source, {
    programs,
    from: isCollector ? 'beginning' : 'end',
    maxBytes: MAX_BYTES,
    onBytes: (bytes) => {
      ring.write(bytes, Date.now())
      if (!isCollector && SPEAKS_OF_RESET.test(bytes.toString('latin1'))) onReset()
    },
    onWritten: (atMs) => {
      ring.writtenAt(atMs)
    },
  })
  return { ring, follower }
}
