import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Guarded, Guardian } from './guarded.ts'

/** A new folder among the temporary ones, 0700, that goes when its owner does. `prefix` begins with `whyreset-`. */
export function makeGuardedFolder(guardian: Guardian, prefix: string): Extract<Guarded, { kind: 'folder' }> {
  const folder = { kind: 'folder', path: join(tmpdir(), prefix + randomBytes(6).toString('hex')) } as const
  guardian.guard(folder)
  // Fails where somebody has made it: then it is not ours, and must not go.
  try {
    mkdirSync(folder.path, { mode: 0o700 })
  } catch (error) {
    guardian.release(folder)
    throw error
  }
  return folder
}
