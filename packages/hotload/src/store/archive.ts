import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { HotloadError } from '../errors.ts'
import { shown } from '../manifest/json-value.ts'
import { isInnerPath } from '../manifest/read-manifest.ts'

/** What an archive may grow to. */
export interface ArchiveLimits {
  readonly maxEntries: number
  readonly maxUnpackedBytes: number
  /** Unpacked bytes per packed byte, once more than `RATIO_FREE_BYTES` were unpacked. */
  readonly maxRatio: number
}

/** So much may be packed as tightly as gzip can. */
const RATIO_FREE_BYTES = 16 * 1024 ** 2
/** A long name or a pax header beyond this is refused. */
const MAX_META_BYTES = 64 * 1024
const FILE_TYPES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile'])

/** One step through an archive. `path` stays inside: plain names with `/` between them. */
export type ArchiveStep =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly isExecutable: boolean }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }

/**
 * Reads a gzipped tar in order: a file is its `file` step, its data and `end`. Rejects with `HOTLOAD_ARCHIVE` at the first
 * thing that no package holds: a link, a device, a path that leads out, more than the limits.
 */
export async function readArchive(
  blobPath: string,
  packedBytes: number,
  limits: ArchiveLimits,
  onStep: (step: ArchiveStep) => Promise<void>,
): Promise<void> {
  const steps = stepsOf(limits)
  let unpacked = 0
  let thrown: { readonly error: unknown } | undefined
  let taking: Promise<void> = Promise.resolve()
  const take = async (chunk: Buffer): Promise<void> => {
    unpacked += chunk.byteLength
    checkGrowth(unpacked, packedBytes, limits)
    for (const step of steps.push(chunk)) await onStep(step)
  }
  await pipeline(createReadStream(blobPath), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks)
      // Thrown from inside the loop, it would come out of the pipeline as the AbortError of the streams that it ends.
      try {
        taking = take(chunk)
        await taking
      } catch (error) {
        thrown ??= { error }
        break
      }
  }).catch(async (cause: unknown) => {
    // A stream that fails does not wait for what is being written of the chunk before.
    await taking.catch((error: unknown) => {
      thrown ??= { error }
    })
    if (thrown === undefined)
      throw isZlibError(cause) ? refused(`is not a whole gzip file (${cause.message})`, cause) : cause
  })
  if (thrown !== undefined) throw thrown.error
  for (const step of steps.finish()) await onStep(step)
}

interface Steps {
  push(chunk: Buffer): readonly ArchiveStep[]
  finish(): readonly ArchiveStep[]
}

/**
 * The parser runs in flowing mode and is fed one chunk at a time, so that what it emits while it eats a chunk is all that
 * is held in memory.
 */
function stepsOf({ maxEntries }: ArchiveLimits): Steps {
  let steps: ArchiveStep[] = []
  let failure: HotloadError | undefined
  let entries = 0
  let isOver = false
  const fail = (error: HotloadError): void => {
    failure ??= error
  }
  const parser = new Parser({ strict: true, maxMetaEntrySize: MAX_META_BYTES })
  parser.on('error', (error: Error) => fail(refused(`is damaged (${error.message})`, error)))
  parser.on('ignoredEntry', (entry: ReadEntry) => fail(refusedEntry(entry)))
  parser.on('eof', () => {
    isOver = true
  })
  parser.on('entry', (entry: ReadEntry) => {
    if (++entries > maxEntries)
      fail(refused(`has more than ${maxEntries} entries: raise maxEntries of openStore() if that is meant`))
    const path = innerPath(entry)
    if (path === undefined) fail(refusedEntry(entry))
    else if (entry.type === 'Directory') {
      if (path !== '') steps.push({ kind: 'folder', path })
    } else if (FILE_TYPES.has(entry.type) && path !== '') {
      steps.push({ kind: 'file', path, isExecutable: ((entry.mode ?? 0) & 0o100) !== 0 })
      entry.on('data', (bytes: Buffer) => steps.push({ kind: 'data', bytes }))
      entry.on('end', () => steps.push({ kind: 'end' }))
      return
    } else fail(refusedEntry(entry))
    entry.resume()
  })
  const taken = (): readonly ArchiveStep[] => {
    if (failure !== undefined) throw failure
    const ready = steps
    steps = []
    return ready
  }
  return {
    push(chunk) {
      // The parser would keep what comes after the end in memory.
      if (isOver) {
        if (chunk.some((byte) => byte !== 0)) throw refused('goes on after its end')
        return []
      }
      parser.write(chunk)
      return taken()
    },
    finish() {
      if (!isOver) parser.end()
      return taken()
    },
  }
}

/** Without `./` before and `/` after it; empty for the root; `undefined` where it leads out or is no path. */
function innerPath({ path }: ReadEntry): string | undefined {
  const parts = path.replace(/\/+$/, '').split('/')
  const inner = parts[0] === '.' ? parts.slice(1).join('/') : parts.join('/')
  if (inner === '') return path.startsWith('.') ? '' : undefined
  return isInnerPath(inner) ? inner : undefined
}

function checkGrowth(unpacked: number, packed: number, limits: ArchiveLimits): void {
  if (unpacked > limits.maxUnpackedBytes)
    throw refused(
      `unpacks to more than ${limits.maxUnpackedBytes} bytes: raise maxUnpackedBytes of openStore() if that is meant`,
    )
  if (unpacked > RATIO_FREE_BYTES && unpacked / packed > limits.maxRatio)
    throw refused(
      `unpacks to more than ${limits.maxRatio} times its size: raise maxRatio of openStore() if that is meant`,
    )
}

function refusedEntry(entry: ReadEntry): HotloadError {
  return refused(
    `has an entry of type ${shown(entry.type)} at ${shown(entry.path)}: files and folders inside it were wanted`,
  )
}

function refused(found: string, cause?: unknown): HotloadError {
  return new HotloadError('HOTLOAD_ARCHIVE', `the archive ${found}`, { cause })
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^Z_|^ERR_ZLIB/.test(String(error.code))
}
