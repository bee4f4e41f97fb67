import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { shown } from '../manifest/json-value.ts'
import { isSha512 } from '../manifest/read-manifest.ts'
import { makeFolder, onDisk, removePath, syncPaths, writeDurably } from './durable.ts'
import { FolderStore, type OpenStore, type StoreOptions } from './folder-store.ts'
import { layoutOf, type Layout } from './layout.ts'
import { acquireLock } from './lock.ts'
import { readState } from './state-file.ts'

/**
 * Opens a folder, made where it is absent, as its only writer; rejects with `HOTLOAD_LOCKED` or `HOTLOAD_DISK`. What a
 * process that was killed left behind is swept, the current version is verified to its last byte, and where it is damaged the
 * version before it is used.
 */
export async function openStore(dir: string, options: StoreOptions = {}): Promise<OpenStore> {
  if (typeof dir !== 'string' || dir === '')
    throw new TypeError(`the store is ${shown(dir)}: a folder such as 'var/hotload' was wanted`)
  const layout = layoutOf(resolve(dir))
  return onDisk(layout.folder, async () => {
    for (const folder of [layout.blobs, layout.trees, layout.partial, layout.tmp]) await makeFolder(folder)
    await syncPaths([dirname(layout.blobs), layout.folder, dirname(layout.folder)])
    const lock = await acquireLock(layout.lock)
    try {
      await sweep(layout)
      await endPackageScope(layout)
      const { state, damage } = await readState(layout.folder)
      const store = new FolderStore(layout, lock, await clientIdOf(layout), state, options)
      await store.begin(damage)
      return store
    } catch (error) {
      await lock.release()
      throw error
    }
  })
}

async function sweep(layout: Layout): Promise<void> {
  for (const name of await readdir(layout.tmp)) await removePath(join(layout.tmp, name))
  // What has no digest for a name was not put there by a store.
  for (const folder of [layout.blobs, layout.trees, layout.partial])
    for (const name of await readdir(folder)) if (!isSha512(name)) await removePath(join(folder, name))
}

/** A package without a package.json of its own is loaded the same under a program that has one with `"type": "module"`. */
async function endPackageScope(layout: Layout): Promise<void> {
  const path = join(layout.folder, 'package.json')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (known === '') await writeDurably(path, layout.temporary(), Buffer.from('{}\n'))
}

async function clientIdOf(layout: Layout): Promise<string> {
  const known = (await readFile(layout.clientId, 'utf8').catch(() => '')).trim()
  if (/^[0-9a-f-]{36}$/.test(known)) return known
  const clientId = randomUUID()
  await writeDurably(layout.clientId, layout.temporary(), Buffer.from(`${clientId}\n`))
  return clientId
}
