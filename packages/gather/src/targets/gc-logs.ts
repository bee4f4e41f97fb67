import type { LogSource, Runtime } from '../target.ts'
import { gcOutputs, isNamedBy } from './jvm-gc-log.ts'
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
  const found = gcOutputs(options).flatMap((output): readonly LogSource[] => {
    if (output.kind === 'stdout') return outputLogs
    return files
      .filter(({ inside }) => isNamedBy(inside, output, folder))
      .map(({ path }): LogSource => ({ kind: 'file', path }))
  })
  return [...new Set(found)]
}
