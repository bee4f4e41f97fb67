import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { RecordError } from './record/record-error.ts'

/** Evidence is for whoever recorded it. */
const FOLDER_MODE = 0o700

/**
 * Makes a folder (0700) and those above it; true when it was not there. `mkdirSync({ recursive: true })` of Node 20 does
 * not end under a folder that can hold none, such as /proc: there mkdir answers ENOENT though the parent exists.
 *
 * @throws RecordError with what mkdir(2) says
 */
export function makeFolder(path: string): boolean {
  try {
    return make(path)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new RecordError(`${path} cannot be made (${said}): name a folder on a disk that can be written`)
  }
}

function make(path: string): boolean {
  const above = dirname(path)
  try {
    return isMade(path)
  } catch (error) {
    if (!isMissing(error) || above === path) throw error
  }
  make(above)
  return isMade(path)
}

/** False where it was there. */
function isMade(path: string): boolean {
  try {
    mkdirSync(path, { mode: FOLDER_MODE })
    return true
  } catch (error) {
    if (isFolder(path)) return false
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
