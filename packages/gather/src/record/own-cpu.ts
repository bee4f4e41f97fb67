import { readProc } from '../guardian/process-identity.ts'

/** Fields 16 and 17 of /proc/PID/stat (proc(5)), counted from field 3: time of children that were waited for. */
const CHILDREN_USER = 16 - 3
const CHILDREN_SYSTEM = 17 - 3
/** USER_HZ, the same on every machine that Node runs on. */
const MS_PER_TICK = 10

/** Processor time of this process and of the children that ended, in milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  const stat = readProc(process.pid, 'stat') ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_SYSTEM])
  return (user + system) / 1e3 + (Number.isFinite(ticks) ? ticks * MS_PER_TICK : 0)
}
