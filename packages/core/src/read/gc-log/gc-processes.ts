import { problem } from '../../errors.ts'
import type { LogTime } from '../log-time.ts'
import type { GcLog } from './collection.ts'
import { createGcLogBuilder, type GcLogBuilder, type Runtime } from './gc-log-builder.ts'
import type { Stamp } from './gc-time.ts'

/** More processes than this in one section are a damaged or hostile input. */
const MAX_LOGS = 1000

/** Keeps the logs of one section apart: by runtime, by process and by run. */
export interface GcProcesses {
  /**
   * The log that a line belongs to. A stamp from another run of the process (its uptime starts again) opens a
   * new one. Undefined when there are too many.
   *
   * @param process What tells processes apart in this format: a pid, `pid:isolate`, or '' when nothing does.
   */
  of(runtime: Runtime, process: string, stamp: Stamp, wrapper: LogTime | undefined): GcLogBuilder | undefined
  end(): readonly GcLog[]
}

export function createGcProcesses(section: string | undefined): GcProcesses {
  const logs: GcLogBuilder[] = []
  const current = new Map<string, GcLogBuilder>()
  let refused = 0

  return {
    of(runtime, process, stamp, wrapper) {
      const key = `${runtime} ${process}`
      let log = current.get(key)
      if (log === undefined || log.isOtherRun(stamp)) {
        if (logs.length >= MAX_LOGS) {
          refused += 1
          return undefined
        }
        log = createGcLogBuilder(runtime, section)
        logs.push(log)
        current.set(key, log)
      }
      log.seen(stamp, wrapper)
      return log
    },
    end() {
      const ended = logs.map((log) => log.end())
      const last = ended.at(-1)
      if (refused === 0 || last === undefined) return ended
      const omitted = problem('records-omitted', {
        what: 'processes',
        kept: MAX_LOGS,
        omitted: refused,
      })
      return [...ended.slice(0, -1), { ...last, problems: [...last.problems, omitted] }]
    },
  }
}
