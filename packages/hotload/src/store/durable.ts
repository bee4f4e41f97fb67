import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HotloadError } from '../errors.ts'

/** Files synced at once: the journal of the file system commits them together. */
const SYNCS_AT_ONCE = 16

/** Writes a file whole or not at all: to `temporary`, which lies in the same file system, synced, renamed, its folder synced. */
export async function writeDurably(path: string, temporary: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(temporary, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await renameDurably(temporary, path)
}

/** What is renamed was synced before. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncPath(dirname(to))
}

/** A file, or the names in a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function syncPaths(paths: readonly string[]): Promise<void> {
  for (let start = 0; start < paths.length; start += SYNCS_AT_ONCE)
    await Promise.all(paths.slice(start, start + SYNCS_AT_ONCE).map(syncPath))
}

/**
 * Makes a folder and those above it. `mkdir({ recursive: true })` does not end under a folder that can hold none, such as /proc
 * (seen with Node 20).
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isMade(path)) return
  const above = dirname(path)
  if (above !== path) await makeFolder(above)
  // The one above may be there since: another process makes the same folders.
  if (await isMade(path)) return
  throw new HotloadError(
    'HOTLOAD_DISK',
    `${path}: ENOENT: no folder can be made there: name one on a disk that can be written`,
  )
}

/** False where the folder above is missing, or takes no folder. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await isFolder(path))) return true
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

/** All of it: `FileHandle.write` may write less than it was given. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done)
    done += bytesWritten
  }
}

export function removePath(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Runs what writes; an error of the system becomes `HOTLOAD_DISK`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof HotloadError ? cause : diskError(path, cause)
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, the next try goes on by itself',
  EDQUOT: 'the quota is used up: free some space, the next try goes on by itself',
  ENOENT: 'something was deleted there while it was in use: end this process and start it again',
  ENOTDIR: 'a file lies where a folder was wanted: name another folder',
  EISDIR: 'a folder lies where a file was wanted: move it away',
  EROFS: 'the file system is read-only: name a store that can be written',
  EACCES: 'this user may not write there: change its owner or name another store',
  EPERM: 'this user may not write there: change its owner or name another store',
  EXDEV: 'another file system is mounted inside the store: name a folder that lies on one alone',
  EIO: 'the disk failed: see the log of the kernel',
}

/** Whether more room would help. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error instanceof HotloadError ? error.cause : error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function diskError(path: string, cause: unknown): HotloadError {
  const code = errorCode(cause)
  const advice = (code !== undefined && ADVICE[code]) || 'see what lies there'
  const found = code ?? (cause instanceof Error ? cause.message : 'an error')
  return new HotloadError('HOTLOAD_DISK', `${path}: ${found}: ${advice}`, { cause })
}
