/** What a piece of gzip decompresses to is held in memory, and deflate packs a thousandfold. */
const MAX_PIECE_BYTES = 1 << 14
const FIRST_PIECE_BYTES = 256
const PIECE_SHARE = 1 / 64

/** Bytes in pieces of a fitting size; some may be given back. */
export class CompressedBytes {
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
