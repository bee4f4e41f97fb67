import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

/** Where things lie in a store. All of it is one file system, so that a rename is atomic. */
export interface Layout {
  readonly folder: string
  readonly blobs: string
  readonly trees: string
  /** Blobs that are not whole yet: they outlive the process. */
  readonly partial: string
  /** What is being made: swept at each start. */
  readonly tmp: string
  readonly lock: string
  readonly clientId: string
  readonly blob: (sha512: string) => string
  readonly tree: (sha512: string) => string
  readonly part: (sha512: string) => string
  /** A new path in `tmp`. */
  readonly temporary: () => string
}

export function layoutOf(folder: string): Layout {
  const blobs = join(folder, 'blobs', 'sha512')
  const trees = join(folder, 'trees')
  const partial = join(folder, 'partial')
  const tmp = join(folder, 'tmp')
  return {
    folder,
    blobs,
    trees,
    partial,
    tmp,
    lock: join(folder, 'lock'),
    clientId: join(folder, 'client-id'),
    blob: (sha512) => join(blobs, sha512),
    tree: (sha512) => join(trees, sha512),
    part: (sha512) => join(partial, sha512),
    temporary: () => join(tmp, randomUUID()),
  }
}
