import { Readable, type Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { problem, type Compression, type Problem } from '@whyreset/core'
import { CutShort, pieceBytes } from './compressed-bytes.ts'
import { gunzip, OtherBytes } from './gzip-members.ts'
import type { OpenedInput } from './opened-input.ts'
import { systemReason } from './system-reason.ts'
import { ZstdFrames, type FramePiece } from './zstd-frames.ts'

/** Bytes that one step of a decompressor gives. */
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
  let bytes = 0
  try {
    const source = withSourceErrors(chunks)
    for await (const chunk of compression === 'gzip' ? gunzip(source) : unzstd(source)) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    if (error instanceof SourceError) throw error.cause
    if (bytes === 0 && !(error instanceof OtherBytes))
      throw new Error(`its ${compression} stream: ${systemReason(error)}`, { cause: error })
    onDamage(damageOf(error, compression, bytes))
  }
}

function damageOf(error: unknown, compression: Compression, offset: number): Problem {
  if (error instanceof CutShort) return problem('compressed-cut-short', { compression }, { offset })
  if (error instanceof OtherBytes)
    return problem('compressed-then-other', { compression, bytes: error.bytes }, { offset })
  return problem('compressed-damaged', { compression, reason: systemReason(error) }, { offset })
}

/** The compressed bytes could not be read: nothing is wrong with the compression. */
class SourceError extends Error {
  override readonly name = 'SourceError'
}

async function* withSourceErrors(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) yield chunk
  } catch (cause) {
    throw new SourceError('the source failed', { cause })
  }
}

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const create = createZstdDecompress()
  if (create === undefined) throw new Error('this Node has no zstd')
  const frames = new ZstdFrames()
  const pieces = piecesOf(chunks, frames)
  try {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next())
      yield* through(frameOf(next.value, pieces), create({ chunkSize: CHUNK_BYTES }))
  } finally {
    await pieces.return(undefined)
  }
  if (frames.isInFrame) throw new CutShort()
}

async function* piecesOf(chunks: AsyncIterable<Uint8Array>, frames: ZstdFrames): AsyncGenerator<FramePiece> {
  for await (const chunk of chunks) yield* frames.split(chunk)
}

async function* frameOf(first: FramePiece, rest: AsyncGenerator<FramePiece>): AsyncGenerator<Uint8Array> {
  yield first.bytes
  for (let { endsFrame } = first; !endsFrame;) {
    const next = await rest.next()
    if (next.done === true) return
    yield next.value.bytes
    endsFrame = next.value.endsFrame
  }
}

async function* through(chunks: AsyncIterable<Uint8Array>, stream: Transform): AsyncGenerator<Uint8Array> {
  const raw = Readable.from(copies(chunks))
  // The end is announced only when all before it came out: together with it, the last output would be lost.
  raw.pipe(stream, { end: false })
  raw.once('end', () => stream.write(new Uint8Array(0), () => stream.end()))
  raw.once('error', (cause) => stream.destroy(cause))
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk
  } finally {
    raw.destroy()
    stream.destroy()
  }
}

/** The decompressor may still hold a piece when the next one is asked for, and suppliers reuse their buffers. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let given = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.slice(at, at + pieceBytes(given))
      at += piece.length
      given += piece.length
      yield piece
    }
  }
}

/** Absent before Node 22.15, and so from the types of the oldest Node that is supported. */
function createZstdDecompress(): ((options: zlib.ZlibOptions) => Transform) | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions
  return (zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Transform }).createZstdDecompress
}
