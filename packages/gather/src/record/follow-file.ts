import type { FileHandle } from 'node:fs/promises'
import { openTargetFile } from '../targets/inside-root.ts'
import type { LogFollower } from './follow-log.ts'

const POLL_MS = 250
/** How often it is looked whether the name leads to another file by now. */
const ROTATION_MS = 1000
const CHUNK_BYTES = 1 << 18

export interface FollowFileOptions {
  readonly path: string
  /** Where to begin: a GC log says at its head when the process started. A rotated file begins at its head anyway. */
  readonly from: 'beginning' | 'end'
  /** Of a longer file only the end is read, from the next line on. */
  readonly maxBytes: number
  readonly onBytes: (bytes: Buffer) => void
  /** All that the file holds was passed on; its last byte was written at that time. */
  readonly onWritten?: (atMs: number) => void
}

/**
 * Reads a file as it grows, is rotated or truncated. It need not be there yet. By polling: inotify does not see
 * through /proc/PID/root of another mount namespace, nor network file systems.
 */
export async function followFile(options: FollowFileOptions): Promise<LogFollower> {
  const { path, onBytes } = options
  let file: OpenLog | undefined
  let trouble: string | undefined
  let checkAtMs = 0
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const buffer = Buffer.alloc(CHUNK_BYTES)

  async function readOn(open: OpenLog): Promise<void> {
    const { size } = await open.handle.stat()
    // Written from the start again: copytruncate of logrotate.
    if (size < open.position) open.position = 0
    const before = open.position
    for (;;) {
      const { bytesRead } = await open.handle.read(buffer, 0, buffer.length, open.position)
      if (bytesRead === 0) break
      open.position += bytesRead
      const bytes = Buffer.from(buffer.subarray(0, bytesRead))
      const wanted = open.skipsLine ? bytes.subarray(bytes.indexOf(0x0a) + 1) : bytes
      open.skipsLine &&= !bytes.includes(0x0a)
      if (!open.skipsLine) onBytes(wanted)
    }
    if (open.position === before) return
    const { size: sizeNow, mtimeMs } = await open.handle.stat()
    if (sizeNow === open.position) options.onWritten?.(mtimeMs)
  }

  /** Reads what is left of the old file before the new one. */
  async function lookForNewFile(): Promise<void> {
    if (Date.now() < checkAtMs) return
    checkAtMs = Date.now() + ROTATION_MS
    const handle = await openTargetFile(path).catch((error: unknown) => {
      if (file === undefined) trouble = error instanceof Error ? reasonOf(error) : String(error)
    })
    if (handle === undefined) return
    const { ino, dev, size } = await handle.stat()
    if (file?.ino === ino && file.dev === dev) {
      await handle.close()
      return
    }
    const isFirst = file === undefined && trouble === undefined
    if (file !== undefined) {
      await readOn(file)
      await file.handle.close()
    }
    trouble = undefined
    file = { handle, ino, dev, ...startOf(isFirst, size) }
  }

  function startOf(isFirst: boolean, size: number): { position: number; skipsLine: boolean } {
    if (isFirst && options.from === 'end') return { position: size, skipsLine: false }
    const position = Math.max(0, size - options.maxBytes)
    return { position, skipsLine: position > 0 }
  }

  async function step(): Promise<void> {
    await lookForNewFile()
    if (file !== undefined) await readOn(file)
  }

  async function loop(): Promise<void> {
    try {
      await step()
    } catch (error) {
      // A file that cannot be read just now may be readable again later.
      trouble = error instanceof Error ? reasonOf(error) : String(error)
    }
    if (!isStopped)
      timer = setTimeout(() => {
        running = loop()
      }, POLL_MS)
  }

  let running = loop()
  await running
  return {
    get trouble() {
      return trouble
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
      checkAtMs = 0
      await step().catch(() => undefined)
      await file?.handle.close()
    },
  }
}

interface OpenLog {
  readonly handle: FileHandle
  readonly ino: number
  readonly dev: number
  position: number
  /** Begun in the middle of a line. */
  skipsLine: boolean
}

function reasonOf(error: Error): string {
  if (!('code' in error)) return error.message
  if (error.code === 'ENOENT') return 'there is no such file (yet)'
  if (error.code === 'EINVAL') return 'it is not a regular file'
  return error.code === 'EACCES' ? 'it may not be read by this user' : error.message
}
