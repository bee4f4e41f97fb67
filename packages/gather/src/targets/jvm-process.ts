import { JAVA_VARIABLES, javaOptions } from './jvm-arguments.ts'
import { readCommandLine, readEnvironment, readProcLink } from './proc.ts'

export interface JvmProcess {
  readonly options: readonly string[]
  /** Its working folder, as itself calls it. */
  readonly folder: string
}

/** The options with which a running JVM was started. */
export async function readJvm(pid: number): Promise<JvmProcess> {
  const [commandLine, environment, cwd] = await Promise.all([
    readCommandLine(pid),
    readEnvironment(pid, JAVA_VARIABLES),
    readProcLink(pid, 'cwd'),
  ])
  const folder = cwd ?? '/'
  return {
    options: await javaOptions({ commandLine, environment, root: `/proc/${pid}/root`, folder }),
    folder,
  }
}
