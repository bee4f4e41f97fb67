import { JAVA_VARIABLES, javaOptions, splitWords } from './jvm-arguments.ts'
import { readPerfData } from './perf-data.ts'
import { readCommandLine, readEnvironment, readProcLink } from './proc.ts'

export interface JvmProcess {
  readonly options: readonly string[]
  /** Its working folder, as itself calls it. */
  readonly folder: string
}

/**
 * The options with which a running JVM was started: as it says itself, which is cut at 1,024 letters and has lost its
 * quotes; then as its command line, argfiles and environment have them, which are exact but not all (a launcher of its
 * own, `-XX:VMOptionsFile`, a variable that its start script has removed).
 */
export async function readJvm(pid: number): Promise<JvmProcess> {
  const [commandLine, environment, cwd, published] = await Promise.all([
    readCommandLine(pid),
    readEnvironment(pid, JAVA_VARIABLES),
    readProcLink(pid, 'cwd'),
    readPerfData(pid),
  ])
  const folder = cwd ?? '/'
  const said = ['java.rt.vmFlags', 'java.rt.vmArgs'].flatMap((name) => splitWords(published.get(name) ?? ''))
  const found = await javaOptions({ commandLine, environment, root: `/proc/${pid}/root`, folder })
  return { options: [...said, ...found], folder }
}
