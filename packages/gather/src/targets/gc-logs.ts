import { posix } from 'node:path'
import type { LogSource, Runtime } from '../target.ts'
import { gcOutputs, isNamedBy } from './jvm-gc-log.ts'
import { resolveInside } from './inside-root.ts'
import { readJvm } from './jvm-process.ts'
import type { WrittenFile } from './log-files.ts'
import { readCommandLine, readEnvironment } from './proc.ts'

/**
 * Where the collections of a process are written. A JVM holds its log open, so a name from its options counts only with
 * the open file that answers to it. What is printed to standard output is in the process's log: those sources are given.
 */
export async function gcLogsOf(
  runtime: Runtime,
  files: readonly WrittenFile[],
  outputLogs: readonly LogSource[],
): Promise<LogSource[]> {
  switch (runtime.kind) {
    case 'jvm':
      return jvmLogs(runtime.pid, files, outputLogs)
    case 'node': {
      const { NODE_OPTIONS } = await readEnvironment(runtime.pid, ['NODE_OPTIONS'])
      const words = [...(await readCommandLine(runtime.pid)), ...(NODE_OPTIONS ?? '').split(/\s+/)]
      return words.some((word) => /^--trace[-_]gc$/.test(word)) ? [...outputLogs] : []
    }
    case 'go': {
      const { GODEBUG } = await readEnvironment(runtime.pid, ['GODEBUG'])
      return /(?:^|,)gctrace=[1-9]/.test(GODEBUG ?? '') ? [...outputLogs] : []
    }
    case 'dotnet':
    case 'native':
    case 'php':
    case 'python':
    case 'ruby':
      return []
  }
}

async function jvmLogs(
  pid: number,
  files: readonly WrittenFile[],
  outputLogs: readonly LogSource[],
): Promise<LogSource[]> {
  const { options, folder } = await readJvm(pid)
  const found = await Promise.all(
    gcOutputs(options).map(async (output): Promise<readonly LogSource[]> => {
      if (output.kind === 'stdout') return outputLogs
      const named = await followFolder(pid, posix.resolve(folder, output.name))
      return files
        .filter(({ inside }) => isNamedBy(inside, named))
        .map(({ path }): LogSource => ({ kind: 'file', path }))
    }),
  )
  // Options may come from elsewhere: `-XX:Flags`, `-XX:VMOptionsFile`, `jcmd PID VM.log`, a launcher that links libjvm.
  const byTheirNames = files
    .filter(({ inside }) => GC_LOG_NAME.test(inside))
    .map(({ path }): LogSource => ({ kind: 'file', path }))
  return [...new Set(found.flat().length > 0 ? found.flat() : byTheirNames)]
}

/** The kernel names an open file without links: the folder that an option names is often one, as `/logs`. */
async function followFolder(pid: number, path: string): Promise<string> {
  const folder = posix.dirname(path)
  const followed = await resolveInside(`/proc/${pid}/root`, folder).catch(() => folder)
  return posix.join(followed, posix.basename(path))
}

/** `gc.log`, `gc-1234.log`, `app_gc.log.0`. */
const GC_LOG_NAME = /(?:^|[/._-])gc(?:[._-][^/]*)?\.log(?:\.\d+)?(?:\.current)?$/i
