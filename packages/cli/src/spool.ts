import { closeSync, mkdtempSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemReason } from './system-reason.ts'

/** Of what is free on the disk, so that a stream without an end does not fill it. */
const SHARE_OF_FREE = 0.5
/** Where the system does not say how much is free. */
const UNKNOWN_FREE_BYTES = 2 ** 32
const CHUNK_BYTES = 1 << 18

/**
 * Bytes on a disk that have no name there: the file is removed as soon as it is open, so that nothing stays behind
 * however this process ends, and nobody else ever reads it.
 */
export class Spool {
  bytes = 0
  /** Why no more is kept; absent while all was. */
  fullBecause: string | undefined
  private mostBytes: number | undefined
  private descriptor: number | undefined
  private folder: string | undefined
  private readonly parents: readonly string[]

  /** @param mostBytes instead of a share of what is free */
  constructor(parents: readonly string[] = folders(), { mostBytes }: { readonly mostBytes?: number } = {}) {
    this.parents = parents
    this.mostBytes = mostBytes
  }

  append(chunk: Uint8Array): void {
    if (this.fullBecause !== undefined) return
    try {
      this.descriptor ??= this.create()
      if (this.bytes + chunk.length > (this.mostBytes ?? 0))
        throw new Error('half of what was free there is used')
      for (let at = 0; at < chunk.length;) {
        const written = writeSync(this.descriptor, chunk, at, chunk.length - at, this.bytes)
        at += written
        this.bytes += written
      }
    } catch (error) {
      this.fullBecause = systemReason(error)
    }
  }

  /** What was kept, from its beginning. */
  *read(): Generator<Uint8Array> {
    if (this.descriptor === undefined) return
    const buffer = new Uint8Array(CHUNK_BYTES)
    for (let at = 0; at < this.bytes;) {
      const length = readSync(this.descriptor, buffer, 0, Math.min(buffer.length, this.bytes - at), at)
      if (length === 0) return
      yield buffer.subarray(0, length)
      at += length
    }
  }

  /** Gives the room back. */
  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
    this.descriptor = undefined
    this.remove()
  }

  /** In the first folder where that is possible. */
  private create(): number {
    let failure: unknown
    for (const parent of this.parents) {
      try {
        this.folder = mkdtempSync(join(parent, 'whyreset-'))
        const descriptor = openSync(join(this.folder, 'stream'), 'wx+', 0o600)
        // Before anything is in it: whoever kills this process meanwhile leaves an empty file at most.
        this.remove()
        this.mostBytes ??= freeBytes(parent) * SHARE_OF_FREE
        return descriptor
      } catch (error) {
        this.remove()
        failure = error
      }
    }
    throw failure
  }

  private remove(): void {
    if (this.folder === undefined) return
    try {
      rmSync(this.folder, { recursive: true, force: true })
      this.folder = undefined
    } catch {
      // Windows before 10 keeps the name of an open file: `close` tries again.
    }
  }
}

/** `/tmp` may be memory; what is large belongs to `/var/tmp` (file-hierarchy(7)), unless the user says otherwise. */
function folders(): string[] {
  const own = process.env['TMPDIR']
  return [...(own === undefined || own === '' ? ['/var/tmp'] : []), tmpdir()]
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return UNKNOWN_FREE_BYTES
  }
}
