import { readProc } from '../guardian/process-identity.ts'
import { ownCpuMs } from '../record/own-cpu.ts'

export interface Load {
  readonly cpuMs: number
  readonly rssBytes: number
}

/** What this process, its ended children and `running` cost. */
export function loadWith(running: readonly (number | undefined)[]): Load {
  const others = running.flatMap((pid) => (pid === undefined ? [] : [loadOf(pid)]))
  return {
    cpuMs: others.reduce((sum, { cpuMs }) => sum + cpuMs, ownCpuMs()),
    rssBytes: others.reduce((sum, { rssBytes }) => sum + rssBytes, process.memoryUsage.rss()),
  }
}

/** First field of /proc/PID/schedstat: nanoseconds on a processor; /proc/PID/stat counts in steps of 10 ms. */
function loadOf(pid: number): Load {
  const [ns = '0'] = (readProc(pid, 'schedstat') ?? '0').split(' ')
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1]
  return { cpuMs: Number(ns) / 1e6, rssBytes: Number(kib ?? 0) * 1024 }
}
