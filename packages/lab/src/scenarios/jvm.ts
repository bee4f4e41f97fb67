import type { Host } from '../network/host.ts'
import type { Stage } from '../stage.ts'

/** A JVM with a young generation of this size, one of its collectors, and a log of its collections. */
export function jvmFlags(stage: Stage, host: Host, youngMb: number): readonly string[] {
  const { random } = stage
  const collector = random.pick(['UseG1GC', 'UseSerialGC', 'UseParallelGC'])
  const times = random.pick(['time,uptime,level,tags', 'utctime,level,tags', 'uptime,level,tags'])
  return [
    `-XX:+${collector}`,
    `-Xmn${youngMb}m`,
    `-Xmx${youngMb * 8}m`,
    `-Xlog:gc*,gc+ref=debug:file=${stage.gcLog(host)}:${times}:filecount=0`,
  ]
}
