import { constants } from 'node:fs'
import { stat } from 'node:fs/promises'
import { openInside } from './inside-root.ts'
import { readOpenFiles, readProcLink, readText } from './proc.ts'

/** A regular file that a process holds open for writing. */
export interface WrittenFile {
  readonly fd: number
  /** As the process calls it. */
  readonly inside: string
  /** As the host reaches it: the same, or `/proc/PID/root/…`. */
  readonly path: string
}

/**
 * The files that a process writes now. Each name is looked up again, without leaving the process's root, and counts
 * only if it leads to the very file of the descriptor: a name alone is a claim of the process.
 */
export async function filesWrittenBy(pid: number): Promise<WrittenFile[]> {
  const named = (await readOpenFiles(pid)).filter(
    ({ link }) => link.startsWith('/') && !link.endsWith(' (deleted)'),
  )
  const files = await Promise.all(
    named.slice(0, MAX_NAMED_FILES).map(async ({ fd, link }) => {
      if (!(await isWritten(pid, fd))) return []
      const path = await reachableAs(pid, fd, link)
      return path === undefined ? [] : [{ fd, inside: link, path }]
    }),
  )
  return files.flat()
}

/** Of the files that a process writes, those that look like its log. */
export function logFilesAmong(files: readonly WrittenFile[]): WrittenFile[] {
  const logs = files.filter(({ fd, inside }) => fd === STDOUT || fd === STDERR || LOG_NAME.test(inside))
  return [...new Map(logs.map((file) => [file.path, file])).values()].slice(0, MAX_LOGS)
}

/** Databases have hundreds of files open; log files are opened early. */
const MAX_NAMED_FILES = 4096
/** More would be segments of a store rather than logs. */
const MAX_LOGS = 16
const STDOUT = 1
const STDERR = 2

/** `app.log`, `app.log.1`, but not `000123.log`: RocksDB and Kafka call their data so. */
const LOG_NAME = /(?:^|\/)(?!\d+\.log$)[^/]*\.log(?:\.\d+)?$/

/** The process's own root where it has another one than this program, else the plain path, which outlives the process. */
async function reachableAs(pid: number, fd: number, link: string): Promise<string | undefined> {
  const [its, own] = await Promise.all([whereItLives(pid), whereItLives(process.pid)])
  const root = `/proc/${pid}/root`
  const inside = await isSameFile(`/proc/${pid}/fd/${fd}`, its === own ? '/' : root, link)
  if (inside) return its === own ? link : root + link
  // A process under chroot(2) shares the host's tree, and the kernel names its files as the host does.
  return (await isSameFile(`/proc/${pid}/fd/${fd}`, '/', link)) ? link : undefined
}

async function whereItLives(pid: number): Promise<string> {
  return `${await readProcLink(pid, 'ns/mnt')} ${await readProcLink(pid, 'root')}`
}

async function isSameFile(descriptor: string, root: string, path: string): Promise<boolean> {
  try {
    const wanted = await stat(descriptor)
    const handle = await openInside(root, path)
    try {
      const found = await handle.stat()
      return found.ino === wanted.ino && found.dev === wanted.dev
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}

/** `flags:` of /proc/PID/fdinfo is octal, as open(2) was called. */
async function isWritten(pid: number, fd: number): Promise<boolean> {
  const flags = /^flags:\s*([0-7]+)$/m.exec((await readText(`/proc/${pid}/fdinfo/${fd}`)) ?? '')?.[1]
  const mode = Number.parseInt(flags ?? '0', 8) & ACCESS_MODE
  return mode === constants.O_WRONLY || mode === constants.O_RDWR
}

/** O_ACCMODE of fcntl.h. */
const ACCESS_MODE = 3
