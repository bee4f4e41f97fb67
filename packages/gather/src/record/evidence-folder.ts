import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import { RecordError } from './record-error.ts'

type EvidenceKind =
  | 'capture'
  | 'socket-table'
  | 'gc-log'
  | 'app-log'
  | 'kernel-trace'
  | 'counters'
  | 'manifest'

/** A file that is being written. Writing is synchronous: what a call wrote is there even when the next never comes. */
export interface EvidenceFile {
  /** Relative to the folder. */
  readonly path: string
  readonly bytes: number
  write(bytes: Uint8Array): void
  close(): void
}

/** The folder that is being written: what is in it and how much. */
export interface EvidenceFolder {
  readonly directory: string
  readonly bytes: number
  readonly files: readonly { readonly path: string; readonly kind: EvidenceKind; readonly target?: string }[]
  create(path: string, kind: EvidenceKind, target?: string): EvidenceFile
  /** Removes a closed file. */
  remove(file: EvidenceFile): void
  /** Replaces a small file as a whole: it is the old one or the new one. */
  put(path: string, text: string): void
  /** Removes what was made, when nothing came of the recording. */
  discard(): void
}

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
/** Only ever a new file: what somebody else laid in its place is not written through. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Makes `directory`, or takes an empty one. */
export function createEvidenceFolder(directory: string): EvidenceFolder {
  const isNew = makeEmptyFolder(directory)
  const files = new Map<string, { kind: EvidenceKind; target?: string; bytes: number }>()
  let bytes = 0

  return {
    directory,
    get bytes() {
      return bytes
    },
    get files() {
      return Array.from(files, ([path, { kind, target }]) => ({
        path,
        kind,
        ...(target === undefined ? {} : { target }),
      }))
    },
    create(path, kind, target) {
      if (path.includes('/')) mkdirSync(join(directory, path, '..'), { recursive: true, mode: FOLDER_MODE })
      const descriptor = openSync(join(directory, path), CREATE, FILE_MODE)
      const entry = { kind, ...(target === undefined ? {} : { target }), bytes: 0 }
      files.set(path, entry)
      let isOpen = true
      return {
        path,
        get bytes() {
          return entry.bytes
        },
        write(chunk) {
          for (let done = 0; done < chunk.length;) done += writeSync(descriptor, chunk, done)
          entry.bytes += chunk.length
          bytes += chunk.length
        },
        close() {
          if (isOpen) closeSync(descriptor)
          isOpen = false
        },
      }
    },
    remove(file) {
      unlinkSync(join(directory, file.path))
      bytes -= file.bytes
      files.delete(file.path)
    },
    put(path, text) {
      const draft = join(directory, `.${path}.new`)
      writeFileSync(draft, text, { mode: FILE_MODE })
      renameSync(draft, join(directory, path))
    },
    discard() {
      for (const path of files.keys()) rmSync(join(directory, path), { force: true })
      if (isNew) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Bytes that the file system of `directory` still has for this user. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/** True when it was not there. */
function makeEmptyFolder(directory: string): boolean {
  try {
    const isNew = makeFolder(directory)
    if (!statSync(directory).isDirectory()) throw new RecordError(`${directory} is not a folder`)
    if (readdirSync(directory).length > 0)
      throw new RecordError(`${directory} is not empty: name a folder that is not there yet`)
    chmodSync(directory, FOLDER_MODE)
    return isNew
  } catch (error) {
    if (error instanceof RecordError) throw error
    throw new RecordError(`${directory} cannot be made: ${error instanceof Error ? error.message : ''}`)
  }
}
