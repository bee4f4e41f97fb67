import { posix } from 'node:path'
import type { LogSource, Runtime } from '../target.ts'
import { askJvm } from './jvm-attach.ts'
import { gcOutputs, isNamedBy } from './jvm-gc-log.ts'
import { listedGcOutputs } from './jvm-log-list.ts'
import { resolveInside } from './inside-root.ts'
import { readJvm } from './jvm-process.ts'
import type { WrittenFile } from './log-files.ts'
import { readCommandLine, readEnvironment } from './proc.ts'

interface GcLogs {
  readonly logs: readonly LogSource[]
  /** A JVM said itself where it logs. */
  readonly isAsked?: boolean
}

/**
 * Where the collections of a process are written. A JVM holds its log open, so a name from its options counts only with
 * the open file that answers to it. What is printed to standard output is in the process's log: those sources are given.
 */
export async function gcLogsOf(
  runtime: Runtime,
  files: readonly WrittenFile[],
  outputLogs: readonly LogSource[],
): Promise<GcLogs> {
  switch (runtime.kind) {
    case 'jvm':
      return jvmLogs(runtime.pid, files, outputLogs)
    case 'node': {
      const { NODE_OPTIONS } = await readEnvironment(runtime.pid, ['NODE_OPTIONS'])
      const words = [...(await readCommandLine(runtime.pid)), ...(NODE_OPTIONS ?? '').split(/\s+/)]
      return { logs: words.some((word) => /^--trace[-_]gc$/.test(word)) ? [...outputLogs] : [] }
    }
    case 'go': {
      const { GODEBUG } = await readEnvironment(runtime.pid, ['GODEBUG'])
      return { logs: /(?:^|,)gctrace=[1-9]/.test(GODEBUG ?? '') ? [...outputLogs] : [] }
    }
    case 'dotnet':
    case 'native':
    case 'php':
    case 'python':
    case 'ruby':
      return { logs: [] }
  }
}

async function jvmLogs(
  pid: number,
  files: readonly WrittenFile[],
  outputLogs: readonly LogSource[],
): Promise<GcLogs> {
  const [{ options, folder }, answer] = await Promise.all([readJvm(pid), askJvm(pid, 'VM.log list')])
  const outputs = [...gcOutputs(options), ...(answer === undefined ? [] : listedGcOutputs(answer))]
  const found = await Promise.all(
    outputs.map(async (output): Promise<readonly LogSource[]> => {
      if (output.kind === 'stdout') return outputLogs
      const named = await followFolder(pid, posix.resolve(folder, output.name))
      return files
        .filter(({ inside }) => isNamedBy(inside, named))
        .map(({ path }): LogSource => ({ kind: 'file', path }))
    }),
  )
  // Options may come from elsewhere: `jcmd PID VM.log`, where nobody may ask it.
  const byTheirNames = files
    .filter(({ inside }) => GC_LOG_NAME.test(inside))
    .map(({ path }): LogSource => ({ kind: 'file', path }))
  const logs = found.flat().length > 0 ? found.flat() : byTheirNames
  const byIdentity = new Map(logs.map((log) => [JSON.stringify(log), log]))
  return { logs: [...byIdentity.values()], isAsked: answer !== undefined }
}

/** The kernel names an open file without links: the folder that an option names is often one, as `/logs`. */
async function followFolder(pid: number, path: string): Promise<string> {
  const folder = posix.dirname(path)
  const followed = await resolveInside(`/proc/${pid}/root`, folder).catch(() => folder)
  return posix.join(followed, posix.basename(path))
}

/** `gc.log`, `gc-1234.log`, `app_gc.log.0`. */
const GC_LOG_NAME = /(?:^|[/._-])gc(?:[._-][^/]*)?\.log(?:\.\d+)?(?:\.current)?$/i
