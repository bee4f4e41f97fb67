import type { ExtraLog } from '../record/recording.ts'
import type { Target } from '../target.ts'

/** Logs that were named inside the target's first process, as they are reached through the process that it has now. */
export function movedLogs(logs: readonly ExtraLog[], first: Target, now: Target): ExtraLog[] {
  const before = `/proc/${first.pid}/root/`
  return logs.map((log) => {
    const { source } = log
    if (source.kind !== 'file' || now.pid === undefined || !source.path.startsWith(before)) return log
    const path = `/proc/${now.pid}/root/${source.path.slice(before.length)}`
    return { ...log, source: { kind: 'file', path }, ...(log.target === undefined ? {} : { target: now }) }
  })
}
