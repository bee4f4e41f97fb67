import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, constants } from 'node:fs'
import { copyFile, link, lstat, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { renameDurably, syncPath, writeDurably } from '../store/durable.ts'
import type { StagedPackage } from '../store/store.ts'

/** What an unpacked package is reached by, beside the store: a link that is turned to the new tree in one step. */
const LINK_NAME = 'current'
const MARKER = 'placed'

export interface Placed {
  /** Of the file, or of the link to the tree. */
  readonly path: string
  /** Puts back what was there before. */
  undo(): Promise<void>
  /** What was there before is not wanted any more. */
  keep(): Promise<void>
}

/** Where a package goes in `dir`. */
export function targetOf({ manifest, entryPath }: StagedPackage, dir: string): string {
  return join(dir, manifest.format === 'file' ? basename(entryPath) : LINK_NAME)
}

/** Whether it was placed, and acknowledged, before: also by an earlier process. */
export async function isPlaced(pkg: StagedPackage, dir: string, store: string): Promise<boolean> {
  const marker = await readFile(join(store, MARKER), 'utf8').catch(() => '')
  if (marker.trim() !== markerOf(pkg)) return false
  const target = targetOf(pkg, dir)
  if (pkg.manifest.format === 'tgz')
    return (await readlink(target).catch(() => undefined)) === relative(dir, pkg.folder)
  return (await sha512Of(target).catch(() => undefined)) === pkg.digest
}

/** Remembers that what runs now was told of the package. */
export async function acknowledge(pkg: StagedPackage, store: string): Promise<void> {
  await writeDurably(join(store, MARKER), temporary(store), Buffer.from(`${markerOf(pkg)}\n`))
}

/**
 * Replaces a file, or a link to a tree, by rename: whoever opens it gets the old one or the new one, whole, and whoever has the old
 * one open keeps it.
 */
export async function place(pkg: StagedPackage, dir: string): Promise<Placed> {
  const target = targetOf(pkg, dir)
  const before = temporary(dir)
  const hadOne = await keepAs(target, before)
  const fresh = temporary(dir)
  try {
    if (pkg.manifest.format === 'tgz') await symlink(relative(dir, pkg.folder), fresh)
    else {
      await copyFile(pkg.entryPath, fresh, constants.COPYFILE_FICLONE)
      await syncPath(fresh)
    }
    await renameDurably(fresh, target)
  } catch (error) {
    await Promise.all([rm(fresh, { force: true }), rm(before, { force: true })])
    throw error
  }
  return {
    path: target,
    async undo() {
      if (hadOne) await renameDurably(before, target)
      else await rm(target, { force: true })
    },
    async keep() {
      await rm(before, { force: true })
    },
  }
}

/** A second name for what is there; false where nothing is. */
async function keepAs(target: string, name: string): Promise<boolean> {
  const found = await lstat(target).catch(() => undefined)
  if (found === undefined) return false
  if (found.isSymbolicLink()) await symlink(await readlink(target), name)
  else await link(target, name)
  return true
}

function temporary(folder: string): string {
  return join(folder, `.hotload-${randomUUID()}`)
}

function markerOf({ digest, manifest }: StagedPackage): string {
  return `${digest} ${manifest.version}`
}

async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
