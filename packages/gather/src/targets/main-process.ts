import type { Runtime } from '../target.ts'
import { type ProcessStat, readAllStats, readOpenFiles, readProcLink, readText } from './proc.ts'
import { runtimeOf } from './runtime.ts'

export interface MainProcess {
  readonly stat: ProcessStat
  /** Absent where its program may not be read. */
  readonly runtime?: Runtime
  /** The more, the more it is a server: TCP sockets count 2, a known runtime 1. */
  readonly rank: number
}

/**
 * The process that does the talking. A container often begins with a shell, `tini` or a supervisor whose child is the
 * program, so the descendants in the same network are looked at as well: sockets count most, then a known runtime,
 * then being first. A process that was `named` itself gives way only if it has neither.
 */
export async function findMainProcess(pid: number, named = false): Promise<MainProcess | undefined> {
  const namespace = await readProcLink(pid, 'ns/net')
  const candidates = await Promise.all(
    descendants(pid, await readAllStats()).map(async (stat) => {
      const [runtime, talks, itsNamespace] = await Promise.all([
        runtimeOf(stat.pid),
        hasTcpSocket(stat.pid),
        readProcLink(stat.pid, 'ns/net'),
      ])
      const rank = (talks ? 2 : 0) + (runtime === undefined || runtime.kind === 'native' ? 0 : 1)
      return { stat, ...(runtime && { runtime }), rank: itsNamespace === namespace ? rank : -1 }
    }),
  )
  const [first] = candidates
  if (named && first !== undefined && first.rank > 0) return first
  // The sort is stable and parents come before their children.
  return candidates.toSorted((a, b) => b.rank - a.rank)[0]
}

/** A container of a few processes is the rule; a worker pool beyond this holds no other kind of process. */
const MAX_FAMILY = 64

/** The process and all below it, nearest first. */
function descendants(pid: number, stats: readonly ProcessStat[]): ProcessStat[] {
  const first = stats.find((stat) => stat.pid === pid)
  if (first === undefined) return []
  const children = new Map<number, ProcessStat[]>()
  for (const stat of stats) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat])
  const family = [first]
  for (let next = 0; next < family.length && family.length < MAX_FAMILY; next++)
    family.push(...(children.get(family[next]?.pid ?? 0) ?? []))
  return family.slice(0, MAX_FAMILY)
}

/** Whether one of its descriptors is in the TCP tables of its namespace. */
async function hasTcpSocket(pid: number): Promise<boolean> {
  const sockets = (await readOpenFiles(pid)).flatMap(({ link }) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
  if (sockets.length === 0) return false
  const tables = await Promise.all([readText(`/proc/${pid}/net/tcp`), readText(`/proc/${pid}/net/tcp6`)])
  const inodes = new Set(
    tables.flatMap((table) => (table ?? '').split('\n').map((row) => row.trim().split(/\s+/)[INODE_COLUMN])),
  )
  return sockets.some((inode) => inodes.has(inode))
}

/** `sl local rem st tx:rx tr:when retrnsmt uid timeout inode` (proc(5)). */
const INODE_COLUMN = 9
