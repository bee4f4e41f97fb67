import { readFileSync } from 'node:fs'

/** A process and when it began: pids are used again, pairs are not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). */
  readonly startTicks: number
}

/** Field 22 counts from 1; what follows the name's closing bracket begins with field 3. */
const START_TIME = 22 - 3

/** Undefined when there is no such process, or it is dead and only waits for its parent. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readProc(pid, 'stat')
  // The name may hold spaces and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTicks = Number(fields?.[START_TIME])
  if (fields === undefined || !Number.isSafeInteger(startTicks)) return undefined
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startTicks }
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return processIdentity(pid)?.startTicks === startTicks
}

/** A file of /proc/PID as text, undefined when it cannot be read. */
export function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return undefined
  }
}
