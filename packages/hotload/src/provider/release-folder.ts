import { open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { HotloadError } from '../errors.ts'
import { isSha512 } from '../manifest/read-manifest.ts'
import { errorCode, makeFolder, onDisk, removePath, syncPaths, writeDurably } from '../store/durable.ts'
import { acquireLock } from '../store/lock.ts'
import { emptyRecord, parseRecord, type PackageRecord } from './releases.ts'

/** Publications are short: whoever has the folder is waited for. */
const LOCK_TRIES = 100
const LOCK_PAUSE_MS = 100
/** A file that an unfinished publication left is swept after this. */
const STALE_MS = 3_600_000

/** The folder of a provider: records and blobs, each replaced or added as a whole. Several processes may have it open. */
export interface ReleaseFolder {
  /** `undefined` where nothing was published under that name. Read anew when the file is another one. */
  read(name: string): Promise<PackageRecord | undefined>
  names(): Promise<readonly string[]>
  blobPath(sha512: string): string
  /** A new path in the same file system. */
  temporary(): string
  /** Changes a record while no other process does. What it resolves to is on disk. */
  change(name: string, change: (record: PackageRecord) => Promise<PackageRecord>): Promise<PackageRecord>
  /** Deletes the blobs that no record names. */
  collect(): Promise<void>
}

export async function openReleaseFolder(dir: string): Promise<ReleaseFolder> {
  const root = resolve(dir)
  const [packages, blobs, tmp] = [join(root, 'packages'), join(root, 'blobs', 'sha512'), join(root, 'tmp')]
  await onDisk(root, async () => {
    for (const folder of [packages, blobs, tmp]) await makeFolder(folder)
    await syncPaths([root, join(root, 'blobs')])
  })
  const cache = new Map<string, { readonly stamp: string; readonly record: PackageRecord }>()
  let last: Promise<unknown> = Promise.resolve()

  const recordPath = (name: string): string => join(packages, `${encodeURIComponent(name)}.json`)

  async function read(name: string): Promise<PackageRecord | undefined> {
    const path = recordPath(name)
    const handle = await open(path, 'r').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    })
    if (handle === undefined) return undefined
    try {
      const { ino, mtimeMs, size } = await handle.stat()
      const stamp = `${ino} ${mtimeMs} ${size}`
      const known = cache.get(name)
      if (known?.stamp === stamp) return known.record
      const record = parsed(path, await handle.readFile('utf8'))
      cache.set(name, { stamp, record })
      return record
    } finally {
      await handle.close()
    }
  }

  async function names(): Promise<readonly string[]> {
    const files = (await readdir(packages)).filter((file) => file.endsWith('.json'))
    return files.map((file) => decodeURIComponent(file.slice(0, -'.json'.length)))
  }

  async function collect(): Promise<void> {
    const named = new Set<string>()
    for (const name of await names())
      for (const { sha512 } of (await read(name))?.releases ?? []) named.add(sha512)
    for (const file of await readdir(blobs))
      if (!isSha512(file) || !named.has(file)) await removePath(join(blobs, file))
    for (const file of await readdir(tmp)) {
      const path = join(tmp, file)
      const { mtimeMs } = await stat(path)
      if (Date.now() - mtimeMs > STALE_MS) await removePath(path)
    }
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(async () => {
      const lock = await waitForLock(join(root, 'lock'))
      try {
        return await onDisk(root, work)
      } finally {
        await lock.release()
      }
    })
    last = done.catch(() => undefined)
    return done
  }

  return {
    read,
    names,
    blobPath: (sha512) => join(blobs, sha512),
    temporary: () => join(tmp, randomUUID()),
    change: (name, change) =>
      alone(async () => {
        const record = await change((await read(name)) ?? emptyRecord(name))
        const bytes = Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`)
        await writeDurably(recordPath(name), join(tmp, `${randomUUID()}.json`), bytes)
        return record
      }),
    collect: () => alone(collect),
  }
}

function parsed(path: string, text: string): PackageRecord {
  try {
    return parseRecord(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'cannot be read'
    throw new HotloadError('HOTLOAD_MANIFEST', `${path} ${reason}: restore it, or move it away`, { cause })
  }
}

async function waitForLock(folder: string): Promise<Awaited<ReturnType<typeof acquireLock>>> {
  for (let tries = 1; ; tries++)
    try {
      return await acquireLock(folder)
    } catch (error) {
      const isHeld = error instanceof HotloadError && error.code === 'HOTLOAD_LOCKED'
      if (!isHeld || tries === LOCK_TRIES) throw error
      await new Promise((next) => setTimeout(next, LOCK_PAUSE_MS))
    }
}
