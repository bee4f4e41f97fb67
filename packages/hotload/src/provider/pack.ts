import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create } from 'tar'
import { HotloadError } from '../errors.ts'
import { isPlainFileName } from '../manifest/read-manifest.ts'
import { shown } from '../manifest/json-value.ts'
import { readArchive } from '../store/archive.ts'
import { onDisk, syncPath } from '../store/durable.ts'
import { usualEntries } from '../store/usual-entries.ts'

export interface PackedBlob {
  readonly size: number
  readonly sha512: string
  readonly format: 'tgz' | 'file'
  readonly fileName?: string
}

/** Of the archive that is published: what a client takes by default. */
const LIMITS = { maxEntries: 20_000, maxUnpackedBytes: 1024 ** 3, maxRatio: 200 }

/** Copies a file, or packs a folder, to `target`, and syncs it. Rejects with `HOTLOAD_ARCHIVE` where clients would refuse it. */
export async function packBlob(source: string, target: string, entry?: string): Promise<PackedBlob> {
  const path = resolve(source)
  const found = await stat(path).catch((cause: unknown) => {
    throw new HotloadError(
      'HOTLOAD_DISK',
      `${path}: no such file or folder: a .tgz, a file or a folder was wanted`,
      { cause },
    )
  })
  await onDisk(target, async () => {
    if (found.isDirectory()) await packFolder(path, target)
    else await pipeline(createReadStream(path), createWriteStream(target, { flags: 'wx' }))
    await syncPath(target)
  })
  const { size, sha512 } = await measured(target)
  const fileName = basename(path)
  if (found.isDirectory() || /\.(?:tgz|tar\.gz)$/i.test(fileName)) {
    await checkArchive(target, size, entry)
    return { size, sha512, format: 'tgz' }
  }
  if (!isPlainFileName(fileName))
    throw new HotloadError(
      'HOTLOAD_MANIFEST',
      `the file is named ${shown(fileName)}: a plain name was wanted`,
    )
  return { size, sha512, format: 'file', fileName }
}

/** The same folder is always the same bytes. */
async function packFolder(folder: string, target: string): Promise<void> {
  const entries = (await readdir(folder)).toSorted()
  if (entries.length === 0)
    throw new HotloadError('HOTLOAD_ARCHIVE', `${folder} is empty: a folder with a package was wanted`)
  // A name that begins with @ would be read as an archive to include.
  const names = entries.map((name) => `./${name}`)
  const options = { gzip: true, portable: true, cwd: folder, mtime: new Date(0), file: target, strict: true }
  await create(options, names)
}

async function measured(path: string): Promise<{ size: number; sha512: string }> {
  const hash = createHash('sha512')
  let size = 0
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.byteLength
    }
  })
  return { size, sha512: hash.digest('hex') }
}

async function checkArchive(path: string, size: number, entry: string | undefined): Promise<void> {
  const files = new Map<string, Uint8Array[]>()
  let contents: Uint8Array[] | undefined
  await readArchive(path, size, LIMITS, (step) => {
    if (step.kind === 'file') {
      contents = step.path.endsWith('package.json') ? [] : undefined
      files.set(step.path, contents ?? [])
    } else if (step.kind === 'data') contents?.push(step.bytes)
    return Promise.resolve()
  })
  const read = (name: string): string | undefined => {
    const chunks = files.get(name)
    return chunks === undefined ? undefined : Buffer.concat(chunks).toString()
  }
  const wanted = entry === undefined ? usualEntries(read) : [entry]
  if (wanted.some((name) => files.has(name))) return
  throw new HotloadError(
    'HOTLOAD_ARCHIVE',
    `the package has no file ${wanted.map(shown).join(' or ')}: name the module with entry; the files begin with ${[...files.keys()].slice(0, 5).map(shown).join(', ')}`,
  )
}
