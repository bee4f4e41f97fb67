import type { LogSource, Target } from '../target.ts'
import { openTargetFile } from '../targets/inside-root.ts'
import type { ExtraLog, RecordOptions } from './recording.ts'

export interface WantedLog {
  readonly kind: 'gc-log' | 'app-log'
  readonly source: LogSource
  readonly target: Target | undefined
}

/**
 * The logs of the targets and those named besides, each once, whatever it is called: a file that is named and found,
 * that two targets share, or into which a collector and a program both print.
 */
export async function wantedLogs(options: RecordOptions): Promise<WantedLog[]> {
  const { targets, gcLogs = [], logs = [] } = options
  const named: WantedLog[] = [...gcLogs.map(extra('gc-log')), ...logs.map(extra('app-log'))]
  // A log of both kinds is read as the program's: from now on, not from a beginning that may be long ago.
  const found: WantedLog[] = targets.flatMap((target) => [
    ...target.logs.map((source) => ({ kind: 'app-log' as const, source, target })),
    ...target.gcLogs.map((source) => ({ kind: 'gc-log' as const, source, target })),
  ])
  const byIdentity = new Map<string, WantedLog>()
  for (const log of [...named, ...found]) {
    const identity = await identityOf(log.source)
    const known = byIdentity.get(identity)
    byIdentity.set(identity, known === undefined ? log : { ...known, target: known.target ?? log.target })
  }
  return [...byIdentity.values()]
}

/** `gc.log` and `app.log`; with the target's name and a number where there are several. */
export function logFileNames(wanted: readonly WantedLog[]): string[] {
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

function extra(kind: WantedLog['kind']): (log: ExtraLog) => WantedLog {
  return ({ source, target }) => ({ kind, source, target })
}

/** The file itself where there is one: its path may differ, as in `/proc/PID/root`. */
async function identityOf(source: LogSource): Promise<string> {
  if (source.kind === 'engine') return `engine ${source.socket} ${source.container}`
  if (source.kind === 'journal') return `journal ${source.unit}`
  const handle = await openTargetFile(source.path).catch(() => undefined)
  if (handle === undefined) return `path ${source.path}`
  try {
    const { dev, ino } = await handle.stat()
    return `file ${dev}:${ino}`
  } finally {
    await handle.close()
  }
}
