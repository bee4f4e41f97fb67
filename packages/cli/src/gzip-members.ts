import { crc32, createInflateRaw } from 'node:zlib'

/** Bytes that one step of the decompressor gives: what is lost before damage is less than this. */
const CHUNK_BYTES = 1 << 16
/** What a piece of gzip decompresses to is held in memory, and deflate packs a thousandfold. */
const MAX_PIECE_BYTES = 1 << 14
const FIRST_PIECE_BYTES = 256
const PIECE_SHARE = 1 / 64

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

/**
 * A decompressor that meets damage keeps back what it made of the piece it was given. So a piece is a small share of
 * what went before: of a small file little is lost, and a large one is not slowed down.
 */
export function pieceBytes(given: number): number {
  return Math.min(MAX_PIECE_BYTES, Math.max(FIRST_PIECE_BYTES, Math.floor(given * PIECE_SHARE)))
}

/** The stream breaks off. */
export class CutShort extends Error {
  override readonly name = 'CutShort'
  override readonly message = 'unexpected end of file'
}

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
  const source = new Source(chunks)
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
async function isMemberNext(source: Source): Promise<boolean> {
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

async function passHeader(source: Source): Promise<void> {
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
    while ((await source.take(1))[0] !== 0);
  }
  if ((flags & FLAG_HEADER_CRC) !== 0) await source.take(2)
}

async function* inflateMember(source: Source): AsyncGenerator<Uint8Array> {
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
async function* inflate(source: Source): AsyncGenerator<Uint8Array> {
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

/** Bytes in pieces of a fitting size; some may be given back. */
class Source {
  private readonly chunks: AsyncIterator<Uint8Array>
  private rest: Uint8Array = new Uint8Array(0)
  /** What comes after `rest`, the next of it last. */
  private readonly later: Uint8Array[] = []
  private given = 0

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next bytes, at most as many as fit; undefined at the end. */
  async piece(most = pieceBytes(this.given)): Promise<Uint8Array | undefined> {
    while (this.rest.length === 0) {
      const later = this.later.pop()
      const next = later === undefined ? await this.chunks.next() : { done: false, value: later }
      if (next.done === true) return undefined
      this.rest = next.value
    }
    const piece = this.rest.subarray(0, most)
    this.rest = this.rest.subarray(piece.length)
    this.given += piece.length
    return piece
  }

  async byte(): Promise<number | undefined> {
    return (await this.piece(1))?.[0]
  }

  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length)
    for (let at = 0; at < length;) {
      const piece = await this.piece(length - at)
      if (piece === undefined) throw new CutShort()
      taken.set(piece, at)
      at += piece.length
    }
    return taken
  }

  unread(bytes: Uint8Array): void {
    this.given -= bytes.length
    this.later.push(this.rest)
    this.rest = bytes
  }

  async close(): Promise<void> {
    await this.chunks.return?.()
  }
}
