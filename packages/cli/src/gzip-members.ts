import { crc32, createInflateRaw } from 'node:zlib'
import { CompressedBytes, CutShort } from './compressed-bytes.ts'

/** Bytes that one step of the decompressor gives: what is lost before damage is less than this. */
const CHUNK_BYTES = 1 << 16

// RFC 1952 §2.3
const MAGIC = [0x1f, 0x8b] as const
const DEFLATE = 8
const HEADER_BYTES = 10
const FLAG_HEADER_CRC = 0x02
const FLAG_EXTRA = 0x04
const FLAG_NAME = 0x08
const FLAG_COMMENT = 0x10
const RESERVED_FLAGS = 0xe0
const TRAILER_BYTES = 8

/** After whole members come bytes that are none; all of the members was given. */
export class OtherBytes extends Error {
  override readonly name = 'OtherBytes'
  readonly bytes: number

  constructor(bytes: number) {
    super(`${bytes} bytes follow that are no gzip`)
    this.bytes = bytes
  }
}

/**
 * Members that follow each other are one stream (RFC 1952 §2.2). Node's own decompressor takes whatever follows for a
 * member, and forgets what it made last when it is none; `gzip -dc` keeps all, and so does this.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new CompressedBytes(chunks)
  try {
    for (let isFirst = true; isFirst || (await isMemberNext(source)); isFirst = false) {
      await passHeader(source)
      yield* inflateMember(source)
    }
  } finally {
    await source.close()
  }
}

/** False at the end, and before zeros, with which tapes and block devices are filled up. */
async function isMemberNext(source: CompressedBytes): Promise<boolean> {
  const first = await source.byte()
  if (first === undefined) return false
  const second = await source.byte()
  if (first === MAGIC[0] && (second === undefined || second === MAGIC[1])) {
    if (second === undefined) throw new CutShort()
    source.unread(Uint8Array.from(MAGIC))
    return true
  }
  let bytes = second === undefined ? 1 : 2
  let isPadding = first === 0 && (second ?? 0) === 0
  for (let piece = await source.piece(); piece !== undefined; piece = await source.piece()) {
    bytes += piece.length
    isPadding &&= piece.every((byte) => byte === 0)
  }
  if (!isPadding) throw new OtherBytes(bytes)
  return false
}

async function passHeader(source: CompressedBytes): Promise<void> {
  const header = await source.take(HEADER_BYTES)
  const [first, second, method, flags = 0] = header
  // In the words of zlib, which the reader of the other compressions has.
  if (first !== MAGIC[0] || second !== MAGIC[1]) throw new Error('incorrect header check')
  if (method !== DEFLATE) throw new Error('unknown compression method')
  if ((flags & RESERVED_FLAGS) !== 0) throw new Error('unknown header flags set')
  if ((flags & FLAG_EXTRA) !== 0) {
    const [low = 0, high = 0] = await source.take(2)
    await source.take(low | (high << 8))
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue
    await passText(source)
  }
  if ((flags & FLAG_HEADER_CRC) !== 0) await source.take(2)
}

/** A name or a comment, which ends with a zero. */
async function passText(source: CompressedBytes): Promise<void> {
  for (let end = -1; end < 0;) {
    const piece = await source.piece()
    if (piece === undefined) throw new CutShort()
    end = piece.indexOf(0)
    if (end >= 0) source.unread(piece.subarray(end + 1))
  }
}

async function* inflateMember(source: CompressedBytes): AsyncGenerator<Uint8Array> {
  let checksum = 0
  let length = 0
  for await (const chunk of inflate(source)) {
    checksum = crc32(chunk, checksum)
    length = (length + chunk.length) % 2 ** 32
    yield chunk
  }
  const trailer = await source.take(TRAILER_BYTES)
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length)
  if (view.getUint32(0, true) !== checksum) throw new Error('incorrect data check')
  if (view.getUint32(4, true) !== length) throw new Error('incorrect length check')
}

/** One deflate stream; what comes after it goes back to the source. */
async function* inflate(source: CompressedBytes): AsyncGenerator<Uint8Array> {
  const engine = createInflateRaw({ chunkSize: CHUNK_BYTES })
  const made: Uint8Array[] = []
  const state: { isOver: boolean; failure?: Error; wake: () => void } = {
    isOver: false,
    wake: () => undefined,
  }
  engine.on('data', (chunk: Uint8Array) => made.push(chunk))
  engine.on('end', () => {
    state.isOver = true
    state.wake()
  })
  engine.on('error', (error) => {
    state.failure = error
    state.wake()
  })
  try {
    while (!state.isOver) {
      const piece = await source.piece()
      const before = engine.bytesWritten
      await new Promise<void>((resolve) => {
        state.wake = resolve
        if (piece === undefined) engine.end()
        // Never called back when the stream ends within the piece.
        else engine.write(piece, () => resolve())
      })
      yield* made.splice(0)
      if (state.failure !== undefined) throw asCutShort(state.failure)
      if (state.isOver && piece !== undefined) source.unread(piece.subarray(engine.bytesWritten - before))
    }
  } finally {
    engine.destroy()
  }
}

/** zlib's code for a stream that breaks off. */
function asCutShort(error: Error): Error {
  return 'code' in error && error.code === 'Z_BUF_ERROR' ? new CutShort() : error
}
