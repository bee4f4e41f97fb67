import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { DEFAULT_MAX_BLOB_BYTES, isSha512 } from '../manifest/read-manifest.ts'
import type { ArchiveLimits } from './archive.ts'
import { openBlobFile, type BlobFile } from './blob-file.ts'
import { isBlobIntact } from './digest.ts'
import { isDiskFull, onDisk, removePath, renameDurably } from './durable.ts'
import type { Layout } from './layout.ts'
import type { Lock } from './lock.ts'
import { Space } from './space.ts'
import { writeState } from './state-file.ts'
import type { BlobWriter, StagedPackage, Store, StoreState } from './store.ts'
import { entryOf, isTreeIntact, writeTree } from './tree.ts'
import { measure } from './usage.ts'

export interface StoreOptions {
  /** Of all that the store holds: 2 GiB where it is absent. */
  readonly maxBytes?: number
  /** Of one blob: 1 GiB where it is absent. */
  readonly maxBlobBytes?: number
  /** Of one unpacked package: 1 GiB where it is absent. */
  readonly maxUnpackedBytes?: number
  /** Files and folders of one package: 20 000 where it is absent. */
  readonly maxEntries?: number
  /** Unpacked bytes per packed byte, beyond the first 16 MiB: 200 where it is absent. */
  readonly maxRatio?: number
}

/** An open store, with what its user may show. */
export interface OpenStore extends Store {
  /** What was found damaged at the start, and what was done: one sentence each. */
  readonly repairs: readonly string[]
  /** Bytes that it holds. */
  readonly usedBytes: number
}

/** A folder whose lock this process holds. `open-store.ts` makes it. */
export class FolderStore implements OpenStore {
  readonly clientId: string
  readonly #layout: Layout
  readonly #lock: Lock
  readonly #space: Space
  readonly #maxBlobBytes: number
  readonly #limits: ArchiveLimits
  readonly #writers = new Map<string, BlobFile>()
  readonly #repairs: string[] = []
  #state: StoreState
  /** Changes are done one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(layout: Layout, lock: Lock, clientId: string, state: StoreState, options: StoreOptions) {
    this.#layout = layout
    this.#lock = lock
    this.clientId = clientId
    this.#state = state
    this.#space = new Space(layout, options.maxBytes ?? 2 * 1024 ** 3)
    this.#maxBlobBytes = options.maxBlobBytes ?? DEFAULT_MAX_BLOB_BYTES
    this.#limits = {
      maxEntries: options.maxEntries ?? 20_000,
      maxUnpackedBytes: options.maxUnpackedBytes ?? 1024 ** 3,
      maxRatio: options.maxRatio ?? 200,
    }
  }

  get state(): StoreState {
    return this.#state
  }

  get repairs(): readonly string[] {
    return this.#repairs
  }

  get usedBytes(): number {
    return this.#space.usage.bytes
  }

  /** Before anybody else has the store. */
  async begin(damage: string | undefined): Promise<void> {
    await this.#space.measure()
    if (damage !== undefined) this.#repairs.push(damage)
    const { current, previous, pending, etag: _, ...rest } = this.#state
    if (current === undefined || (await this.#isUsable(current))) {
      // Sealed again, so that the next start finds what this one used.
      if (damage !== undefined) await this.#write(this.#state)
      return
    }
    const fallback = previous !== undefined && (await this.#isUsable(previous)) ? previous : undefined
    this.#repairs.push(
      `${current.name} ${current.version} is damaged in the store: ${fallback === undefined ? 'it has to be fetched again' : `${fallback.version} is used until it is fetched again`}`,
    )
    // Without the validator the provider sends the manifest again, whatever it says about changes.
    await this.#write({
      ...rest,
      ...(fallback !== undefined && { current: fallback }),
      ...(pending !== undefined && pending.manifest.sha512 !== current.sha512 && { pending }),
    })
  }

  update(change: (state: StoreState) => StoreState): Promise<void> {
    return this.#inTurn(() => this.#write(change(this.#state)))
  }

  receive(blob: { readonly sha512: string; readonly size: number }): Promise<BlobWriter | undefined> {
    return this.#inTurn(async () => {
      const { sha512, size } = blob
      if (!isSha512(sha512))
        throw new HotloadError('HOTLOAD_DIGEST', 'the digest is not a SHA-512 in hexadecimal')
      if (await isBlobIntact(this.#layout.blob(sha512), sha512)) return undefined
      if (this.#writers.has(sha512))
        throw new HotloadError('HOTLOAD_LOCKED', `blob ${sha512.slice(0, 16)}… is being received already`)
      if (size > this.#maxBlobBytes)
        throw new HotloadError(
          'HOTLOAD_TOO_LARGE',
          `the blob has ${size} bytes, ${this.#maxBlobBytes} are allowed: raise maxBlobBytes if that is meant`,
        )
      await this.#space.remove(this.#layout.blob(sha512))
      const path = this.#layout.part(sha512)
      await this.#space.makeRoom(size - (await measure(path)), this.#kept(sha512))
      return this.#writer(sha512, {
        path,
        final: this.#layout.blob,
        announced: { sha512, size },
        limitBytes: size,
      })
    })
  }

  receiveUnknown(limitBytes: number): Promise<BlobWriter> {
    return this.#inTurn(async () => {
      const path = this.#layout.temporary()
      // It need not fill the limit, so this is tried and not required.
      await this.#space.tryToMakeRoom(limitBytes, this.#kept())
      return this.#writer(path, {
        path,
        final: this.#layout.blob,
        limitBytes: Math.min(limitBytes, this.#maxBlobBytes),
      })
    })
  }

  stage(manifest: Manifest): Promise<StagedPackage> {
    return this.#inTurn(async () => {
      const staged = await this.#staged(manifest)
      if (staged !== undefined) return staged
      const { sha512, name, version } = manifest
      const [blob, folder] = [this.#layout.blob(sha512), this.#layout.tree(sha512)]
      await this.#space.remove(folder)
      if (!(await isBlobIntact(blob, sha512))) {
        await this.#space.remove(blob)
        throw new HotloadError(
          'HOTLOAD_DIGEST',
          `the blob of ${name} ${version} is not in the store, or damaged: it has to be fetched again`,
        )
      }
      await this.#unpack(manifest, blob, folder)
      return { manifest, digest: sha512, folder, entryPath: await entryOf(manifest, folder) }
    })
  }

  collect(): Promise<void> {
    return this.#inTurn(() => this.#space.collect(this.#space.usage.maxBytes, this.#kept()))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#last
    try {
      for (const writer of this.#writers.values()) await writer.suspend()
    } finally {
      await this.#lock.release()
    }
  }

  async #write(state: StoreState): Promise<void> {
    await writeState(this.#layout.folder, this.#layout.tmp, state)
    this.#state = state
  }

  async #writer(
    key: string,
    target: {
      path: string
      final: (sha512: string) => string
      announced?: { sha512: string; size: number }
      limitBytes: number
    },
  ): Promise<BlobFile> {
    const writer = await openBlobFile({
      ...target,
      usage: this.#space.usage,
      onDone: () => this.#writers.delete(key),
      onFull: () => void this.#inTurn(() => this.#clear()).catch(() => undefined),
    })
    this.#writers.set(key, writer)
    return writer
  }

  /** Where it is unpacked and nothing of it changed. */
  async #staged(manifest: Manifest): Promise<StagedPackage | undefined> {
    const { sha512 } = manifest
    const folder = this.#layout.tree(sha512)
    if ((await measure(folder)) === 0 || !(await isBlobIntact(this.#layout.blob(sha512), sha512)))
      return undefined
    if (!(await isTreeIntact(manifest, this.#layout.blob(sha512), folder, this.#limits))) return undefined
    return { manifest, digest: sha512, folder, entryPath: await entryOf(manifest, folder) }
  }

  async #isUsable(manifest: Manifest): Promise<boolean> {
    if ((await this.#staged(manifest)) !== undefined) return true
    const [blob, folder] = [this.#layout.blob(manifest.sha512), this.#layout.tree(manifest.sha512)]
    await this.#space.remove(folder)
    if (!(await isBlobIntact(blob, manifest.sha512))) {
      await this.#space.remove(blob)
      return false
    }
    this.#repairs.push(`the unpacked ${manifest.name} ${manifest.version} was damaged: it was unpacked again`)
    await this.#unpack(manifest, blob, folder)
    return true
  }

  async #unpack(manifest: Manifest, blob: string, folder: string): Promise<void> {
    const temporary = this.#layout.temporary()
    const reserve = async (bytes: number): Promise<void> => {
      const { usage } = this.#space
      // A tenth at a time, so that this is rare.
      if (usage.bytes + bytes > usage.maxBytes)
        await this.#space.collect(usage.maxBytes * 0.9 - bytes, this.#kept(manifest.sha512))
      usage.grow(bytes)
    }
    try {
      await writeTree(manifest, blob, temporary, this.#limits, reserve)
      await entryOf(manifest, temporary)
      await renameDurably(temporary, folder)
    } catch (error) {
      await removePath(temporary)
      await this.#space.measure()
      throw error
    }
  }

  /** The disk is smaller than the cap: what is there for nothing goes, so that the next try finds room. */
  #clear(): Promise<void> {
    return this.#space.collect(0, this.#kept())
  }

  /** What the state names, what is on its way, and what is wanted right now. */
  #kept(wanted?: string): ReadonlySet<string | undefined> {
    const { current, previous, pending } = this.#state
    return new Set([
      wanted,
      current?.sha512,
      previous?.sha512,
      pending?.manifest.sha512,
      ...this.#writers.keys(),
    ])
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new HotloadError('HOTLOAD_CLOSED', 'the store is closed'))
    const done = this.#last.then(() => onDisk(this.#layout.folder, work))
    this.#last = done.catch(async (error: unknown) => {
      if (isDiskFull(error)) await this.#clear().catch(() => undefined)
    })
    return done
  }
}
