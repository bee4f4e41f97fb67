import { lstat, mkdir, open, readdir, readFile, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HotloadError } from '../errors.ts'
import { shown } from '../manifest/json-value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { readArchive, type ArchiveLimits, type ArchiveStep } from './archive.ts'
import { errorCode, syncPaths, writeAll } from './durable.ts'
import { ENTRY_BYTES } from './usage.ts'
import { usualEntries } from './usual-entries.ts'

/** Nobody writes to what was unpacked. */
const FILE_MODE = 0o444
const EXECUTABLE_MODE = 0o555

/** A blob as its manifest describes it, in the steps of an archive. */
async function eachStep(
  manifest: Manifest,
  blobPath: string,
  limits: ArchiveLimits,
  onStep: (step: ArchiveStep) => Promise<void>,
): Promise<void> {
  if (manifest.format === 'tgz') return readArchive(blobPath, manifest.size, limits, onStep)
  await onStep({ kind: 'file', path: manifest.fileName ?? 'package', isExecutable: false })
  const handle = await open(blobPath, 'r')
  try {
    const chunks: AsyncIterable<Buffer> = handle.createReadStream({ autoClose: false })
    for await (const bytes of chunks) await onStep({ kind: 'data', bytes })
  } finally {
    await handle.close()
  }
  await onStep({ kind: 'end' })
}

/** Writes a verified blob's tree into a new folder, and syncs all of it. `reserve` rejects where it would take too much. */
export async function writeTree(
  manifest: Manifest,
  blobPath: string,
  folder: string,
  limits: ArchiveLimits,
  reserve: (bytes: number) => Promise<void>,
): Promise<void> {
  await mkdir(folder)
  const folders = new Set([folder])
  const files: string[] = []
  let file: { readonly handle: FileHandle; position: number } | undefined
  try {
    await eachStep(manifest, blobPath, limits, async (step) => {
      if (step.kind === 'folder') {
        await reserve(ENTRY_BYTES)
        await makeFolders(folder, step.path, folders)
      } else if (step.kind === 'file') {
        await reserve(ENTRY_BYTES)
        const parent = dirname(step.path)
        if (parent !== '.') await makeFolders(folder, parent, folders)
        const path = join(folder, step.path)
        file = { handle: await created(path, step), position: 0 }
        files.push(path)
      } else if (step.kind === 'data' && file !== undefined) {
        await reserve(step.bytes.byteLength)
        await writeAll(file.handle, step.bytes, file.position)
        file.position += step.bytes.byteLength
      } else {
        await file?.handle.close()
        file = undefined
      }
    })
  } finally {
    await file?.handle.close()
  }
  await syncPaths(files)
  await syncPaths([...folders].toReversed())
}

/** Whether a folder holds what the blob does, every byte of it and nothing else. */
export async function isTreeIntact(
  manifest: Manifest,
  blobPath: string,
  folder: string,
  limits: ArchiveLimits,
): Promise<boolean> {
  const expected = new Set<string>()
  let file: { readonly handle: FileHandle; position: number } | undefined
  try {
    await eachStep(manifest, blobPath, limits, async (step) => {
      if (step.kind === 'folder' || step.kind === 'file') {
        for (let path = step.path; path !== '.'; path = dirname(path)) expected.add(path)
        if (step.kind === 'file') file = { handle: await open(join(folder, step.path), 'r'), position: 0 }
      } else if (step.kind === 'data' && file !== undefined) {
        const found = Buffer.alloc(step.bytes.byteLength)
        await file.handle.read(found, 0, found.length, file.position)
        if (!found.equals(step.bytes)) throw new DiffersError()
        file.position += found.length
      } else if (file !== undefined) {
        if ((await file.handle.stat()).size !== file.position) throw new DiffersError()
        await file.handle.close()
        file = undefined
      }
    })
    const present = await readdir(folder, { recursive: true })
    return present.length === expected.size && present.every((path) => expected.has(path))
  } catch (error) {
    if (error instanceof DiffersError || errorCode(error) !== undefined) return false
    throw error
  } finally {
    await file?.handle.close()
  }
}

class DiffersError extends Error {}

/** The module or the artifact of an unpacked package. Rejects with `HOTLOAD_ARCHIVE` where it is not there. */
export async function entryOf(manifest: Manifest, folder: string): Promise<string> {
  const named = manifest.entry ?? (manifest.format === 'file' ? manifest.fileName : undefined)
  const candidates = named === undefined ? await entriesIn(folder) : [named]
  for (const candidate of candidates) {
    const path = join(folder, candidate)
    if (await isFile(path)) return path
  }
  throw new HotloadError(
    'HOTLOAD_ARCHIVE',
    `the package has no file ${candidates.map(shown).join(' or ')}: publish it with the entry that is in it`,
  )
}

async function entriesIn(folder: string): Promise<readonly string[]> {
  const texts = new Map<string, string>()
  for (const name of ['package.json', 'package/package.json']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(name, text)
  }
  return usualEntries((name) => texts.get(name))
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function makeFolders(root: string, path: string, known: Set<string>): Promise<void> {
  let folder = root
  for (const part of path.split('/')) {
    folder = join(folder, part)
    if (known.has(folder)) continue
    await mkdir(folder).catch((error: unknown) => {
      throw errorCode(error) === 'EEXIST' ? twice(path) : error
    })
    known.add(folder)
  }
}

async function created(path: string, step: { path: string; isExecutable: boolean }): Promise<FileHandle> {
  try {
    return await open(path, 'wx', step.isExecutable ? EXECUTABLE_MODE : FILE_MODE)
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? twice(step.path) : error
  }
}

function twice(path: string): HotloadError {
  return new HotloadError('HOTLOAD_ARCHIVE', `the archive has ${shown(path)} twice`)
}
