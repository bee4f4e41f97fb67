import { Readable, type Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { problem, type Compression, type Problem } from '@whyreset/core'
import type { OpenedInput } from './opened-input.ts'
import { systemReason } from './system-reason.ts'

/** Bytes that one step of a decompressor gives: what is lost before damage is less than this. */
const CHUNK_BYTES = 1 << 16

/** Whether this runtime can undo the compression: Node has zstd since 22.15 and 23.8. */
export function canDecompress(compression: Compression): boolean {
  return compression === 'gzip' || createZstdDecompress() !== undefined
}

/** The input with its compression undone while it is read. It cannot be read at random any more. */
export function decompressedInput(raw: OpenedInput, compression: Compression): OpenedInput {
  let damage: Problem | undefined
  return {
    name: raw.name,
    replay: raw.replay,
    open: () =>
      decompress(raw.open(), compression, (found) => {
        damage = found
      }),
    problems: () => (damage === undefined ? [] : [damage]),
    close: () => raw.close?.(),
  }
}

/** Gives what can be decompressed; what then is wrong with the stream goes to `onDamage`. */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  onDamage: (damage: Problem) => void,
): AsyncGenerator<Uint8Array> {
  const raw = Readable.from(copies(chunks))
  const stream = createDecompressor(compression)
  let failure: unknown
  // The end is announced only when all before it came out: together with it, the last output would be lost.
  raw.pipe(stream, { end: false })
  raw.once('end', () => stream.write(new Uint8Array(0), () => stream.end()))
  raw.once('error', (error) => {
    failure = error
    stream.destroy(error)
  })
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    if (failure !== undefined) throw error
    if (bytes === 0) throw new Error(`its ${compression} stream: ${systemReason(error)}`, { cause: error })
    onDamage(damageOf(error, compression, bytes))
  } finally {
    raw.destroy()
    stream.destroy()
  }
}

function damageOf(error: unknown, compression: Compression, bytes: number): Problem {
  const isCutShort = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
  return isCutShort
    ? problem('compressed-cut-short', { compression }, { offset: bytes })
    : problem('compressed-damaged', { compression, reason: systemReason(error) }, { offset: bytes })
}

/** The decompressor may still hold a chunk when the next one is asked for, and suppliers reuse their buffers. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.slice()
}

function createDecompressor(compression: Compression): Transform {
  const options = { chunkSize: CHUNK_BYTES }
  if (compression === 'gzip') return zlib.createGunzip(options)
  const create = createZstdDecompress()
  if (create === undefined) throw new Error('this Node has no zstd: zstd -dc FILE | whyreset -')
  return create(options)
}

/** Absent before Node 22.15, and so from the types of the oldest Node that is supported. */
function createZstdDecompress(): ((options: zlib.ZlibOptions) => Transform) | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions
  return (zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform }).createZstdDecompress
}
