import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HotloadError } from '../errors.ts'

/** What a file or folder costs beside its bytes, so that empty files are not free. */
export const ENTRY_BYTES = 4096

/** How much a store holds, and the cap over it: a hostile provider cannot fill the disk. */
export class Usage {
  readonly maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  set(bytes: number): void {
    this.#bytes = bytes
  }

  /** Throws `HOTLOAD_TOO_LARGE` before the bytes are written. */
  grow(bytes: number): void {
    this.require(bytes)
    this.#bytes += bytes
  }

  shrink(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes)
  }

  require(bytes: number): void {
    if (this.#bytes + bytes <= this.maxBytes) return
    throw new HotloadError(
      'HOTLOAD_TOO_LARGE',
      `${bytes} more bytes would take the store from ${this.#bytes} beyond its cap of ${this.maxBytes}: raise maxBytes if that is meant`,
    )
  }
}

/** Bytes of a file or of all that is in a folder; 0 where there is none. */
export async function measure(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.size
  let bytes = 0
  for (const entry of await readdir(path, { recursive: true }).catch(() => [])) {
    const inner = await lstat(join(path, entry)).catch(() => undefined)
    bytes += ENTRY_BYTES + (inner?.isFile() ? inner.size : 0)
  }
  return bytes
}
