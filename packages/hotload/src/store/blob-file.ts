import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { HotloadError } from '../errors.ts'
import { digestFile } from './digest.ts'
import { errorCode, isDiskFull, onDisk, removePath, renameDurably, writeAll } from './durable.ts'
import type { BlobWriter } from './store.ts'
import type { Usage } from './usage.ts'

export interface BlobTarget {
  /** Where the bytes go until they are whole. */
  readonly path: string
  /** Where a whole blob of this digest belongs. */
  readonly final: (sha512: string) => string
  /** What was announced; without it `limitBytes` holds and nothing is resumed. */
  readonly announced?: { readonly sha512: string; readonly size: number }
  readonly limitBytes: number
  readonly usage: Usage
  /** Called when there was no room for it, and what was written is gone again. */
  readonly onFull: () => void
  /** Called once, when the writer is done in one way or another. */
  readonly onDone: () => void
}

export async function openBlobFile(target: BlobTarget): Promise<BlobFile> {
  return onDisk(target.path, async () => {
    const before = target.announced === undefined ? undefined : await digestFile(target.path)
    const isUsable = before !== undefined && before.size <= target.limitBytes
    const handle = await open(target.path, isUsable ? 'r+' : 'w')
    if (before !== undefined && !isUsable) target.usage.shrink(before.size)
    return new BlobFile(target, handle, isUsable ? before : { hash: createHash('sha512'), size: 0 })
  })
}

/** A blob on its way into the store. After an error, `finish`, `suspend` or `discard` it takes nothing more. */
export class BlobFile implements BlobWriter {
  readonly #target: BlobTarget
  readonly #handle: FileHandle
  #hash: Hash
  #offset: number
  #isOpen = true

  constructor(
    target: BlobTarget,
    handle: FileHandle,
    before: { readonly hash: Hash; readonly size: number },
  ) {
    this.#target = target
    this.#handle = handle
    this.#hash = before.hash
    this.#offset = before.size
  }

  get offset(): number {
    return this.#offset
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#requireOpen()
    const { limitBytes, usage, announced, path } = this.#target
    try {
      if (this.#offset + chunk.byteLength > limitBytes)
        throw new HotloadError(
          'HOTLOAD_TOO_LARGE',
          `the blob goes on after the ${limitBytes} bytes that ${announced === undefined ? 'are allowed' : 'its manifest announced'}`,
        )
      usage.grow(chunk.byteLength)
      await onDisk(path, () => writeAll(this.#handle, chunk, this.#offset))
    } catch (error) {
      // A part of it on a full disk would keep the disk full.
      await this.discard()
      if (isDiskFull(error)) this.#target.onFull()
      throw error
    }
    this.#hash.update(chunk)
    this.#offset += chunk.byteLength
  }

  async restart(): Promise<void> {
    this.#requireOpen()
    await onDisk(this.#target.path, () => this.#handle.truncate(0))
    this.#target.usage.shrink(this.#offset)
    this.#hash = createHash('sha512')
    this.#offset = 0
  }

  async finish(): Promise<{ readonly sha512: string; readonly size: number }> {
    this.#requireOpen()
    const { announced, path, final } = this.#target
    const size = this.#offset
    const sha512 = this.#hash.copy().digest('hex')
    if (announced !== undefined && (announced.size !== size || announced.sha512 !== sha512)) {
      await this.discard()
      throw new HotloadError(
        'HOTLOAD_DIGEST',
        announced.size === size
          ? `the blob has SHA-512 ${sha512.slice(0, 16)}…, its manifest says ${announced.sha512.slice(0, 16)}…: it was changed at the provider or on the way`
          : `the blob has ${size} bytes, its manifest says ${announced.size}: it was cut short`,
      )
    }
    try {
      await onDisk(path, () => this.#handle.sync())
    } catch (error) {
      await this.discard()
      throw error
    }
    await this.#close()
    await onDisk(path, () => renameDurably(path, final(sha512)))
    return { sha512, size }
  }

  async suspend(): Promise<void> {
    if (this.#target.announced === undefined) await this.discard()
    else await this.#close()
  }

  async discard(): Promise<void> {
    // Closed, the path may be another writer's already.
    if (!this.#isOpen) return
    await this.#close()
    await removePath(this.#target.path)
    this.#target.usage.shrink(this.#offset)
    this.#offset = 0
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    try {
      await this.#handle.close()
    } catch (error) {
      // What close reports of the system was reported by sync, or does not matter any more.
      if (errorCode(error) === undefined) throw error
    } finally {
      this.#target.onDone()
    }
  }

  #requireOpen(): void {
    if (!this.#isOpen)
      throw new HotloadError('HOTLOAD_CLOSED', 'this blob was finished, suspended or discarded')
  }
}
