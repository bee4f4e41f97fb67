import { createHash } from 'node:crypto'
import type { LogSource, Target } from '../target.ts'
import { addressesOfProcess } from './addresses.ts'
import { gcLogsOf } from './gc-logs.ts'
import { filesWrittenBy, logFilesAmong } from './log-files.ts'
import { findMainProcess } from './main-process.ts'
import { readCommandLine, readProcLink, startedAtMs } from './proc.ts'
import { zoneOf } from './zone.ts'

type ProcessFacts = Pick<
  Target,
  'networkNamespace' | 'addresses' | 'logs' | 'gcLogs' | 'fingerprint' | 'startedAt' | 'runtime' | 'zone'
> & { readonly pid: number; readonly command: string }

/**
 * Everything that /proc tells of a target whose first process is `pid`; `undefined` when it has ended.
 * `outputLogs` is where its standard output goes, as an engine or systemd knows it.
 */
export async function describeProcess(
  pid: number,
  outputLogs: readonly LogSource[],
  named = false,
): Promise<ProcessFacts | undefined> {
  const main = await findMainProcess(pid, named)
  if (main === undefined) return undefined
  const { stat, runtime } = main
  const [files, addresses, zone, startMs, fingerprint] = await Promise.all([
    filesWrittenBy(stat.pid),
    addressesOfProcess(stat.pid),
    zoneOf(stat.pid, runtime?.kind),
    startedAtMs(stat),
    fingerprintOf(stat.pid),
  ])
  const written = logFilesAmong(files)
  const fileLogs = written.map(({ path }): LogSource => ({ kind: 'file', path }))
  const redirected = fileLogs.filter((_, at) => (written[at]?.fd ?? Infinity) <= STDERR)
  const gc =
    runtime === undefined ? undefined : await gcLogsOf(runtime, files, [...outputLogs, ...redirected])
  const gcLogs = gc?.logs ?? []
  const gcPaths = new Set(gcLogs.flatMap((log) => (log.kind === 'file' ? log.path : [])))
  const isOwnGcLog = (log: LogSource): boolean =>
    log.kind === 'file' && gcPaths.has(log.path) && !redirected.includes(log)
  return {
    pid: stat.pid,
    command: stat.command,
    ...(startMs !== undefined && { startedAt: new Date(startMs).toISOString() }),
    networkNamespace: `/proc/${stat.pid}/ns/net`,
    addresses,
    ...(runtime !== undefined && {
      runtime: { ...runtime, ...(gc?.isAsked === true && { attach: 'answered' as const }) },
    }),
    logs: [...outputLogs, ...fileLogs.filter((log) => !isOwnGcLog(log))],
    gcLogs,
    fingerprint,
    ...(zone !== undefined && { zone }),
  }
}

const STDERR = 2

/** The same program with the same arguments in the same folder, as a hash: command lines hold passwords. */
export async function fingerprintOf(pid: number): Promise<string> {
  const parts = [
    await readProcLink(pid, 'exe'),
    await readProcLink(pid, 'cwd'),
    ...(await readCommandLine(pid)),
  ]
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}
