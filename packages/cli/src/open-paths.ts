import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { basename } from 'node:path'
import { recogniseCompression } from '@whyreset/core'
import { canDecompress, decompressedInput } from './compressed-input.ts'
import { fileInput } from './file-input.ts'
import { identity, isNeverOpened, listFolder } from './folder.ts'
import { failingInput, type OpenedInput } from './opened-input.ts'
import { deviceInput, pipeInput, stdinInput } from './stream-input.ts'
import { systemReason } from './system-reason.ts'

/** What one name on the command line stands for. */
export interface NamedEvidence {
  readonly path: string
  readonly isFolder: boolean
  /** A folder that holds more than is read. */
  readonly isCut: boolean
  readonly inputs: readonly OpenedInput[]
}

/**
 * Opens files, folders, pipes and `-`. What cannot be opened becomes an input that fails with the reason. A file that
 * is named twice, or named and inside a named folder, is read once.
 */
export function openPaths(paths: readonly string[], signal?: AbortSignal): NamedEvidence[] {
  const known = new Set<string>()
  const isNew = (stats: Stats): boolean => known.size < known.add(identity(stats)).size

  function openPath(path: string): NamedEvidence {
    const one = (...inputs: OpenedInput[]): NamedEvidence => ({ path, isFolder: false, isCut: false, inputs })
    if (path === '-') {
      if (known.has('-')) return one()
      known.add('-')
      return one(stdinInput(signal))
    }
    if (isNeverOpened(basename(path))) return one()
    try {
      const stats = statSync(path)
      if (stats.isDirectory()) return openFolder(path)
      if (!isNew(stats)) return one()
      if (stats.isFIFO()) return one(pipeInput(path, signal))
      return one(stats.isFile() ? openFile(path, stats, signal) : deviceInput(path, signal))
    } catch (error) {
      return one(failingInput(path, systemReason(error)))
    }
  }

  function openFolder(path: string): NamedEvidence {
    const { files, failures, isCut } = listFolder(path)
    const inputs = [
      ...files.filter(({ stats }) => isNew(stats)).map((file) => openFile(file.path, file.stats, signal)),
      ...failures.map((failure) => failingInput(failure.path, systemReason(failure.error))),
    ]
    const isBare = files.length === 0 && failures.length === 0
    if (isBare) inputs.push(failingInput(path, 'the folder holds no files; captures and logs were wanted'))
    return { path, isFolder: true, isCut, inputs }
  }

  return paths.map(openPath)
}

function openFile(path: string, { size }: Stats, signal: AbortSignal | undefined): OpenedInput {
  const file = fileInput(path, size)
  try {
    const compression = recogniseCompression(headOf(path))
    const isPlain = compression === undefined || !canDecompress(compression)
    return untilAborted(isPlain ? file : decompressedInput(file, compression), signal)
  } catch (error) {
    return failingInput(path, systemReason(error))
  }
}

function headOf(path: string): Uint8Array {
  const descriptor = openSync(path, 'r')
  try {
    const head = new Uint8Array(4)
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0))
  } finally {
    closeSync(descriptor)
  }
}

/** Core asks between the chunks of captures whether to go on; a long log ends here. */
function untilAborted(input: OpenedInput, signal: AbortSignal | undefined): OpenedInput {
  if (signal === undefined) return input
  async function* chunks(room?: () => Uint8Array | undefined): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.open(room)) {
      yield chunk
      if (signal?.aborted === true) return
    }
  }
  return { ...input, open: chunks }
}
