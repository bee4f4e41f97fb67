import type { AheadJob } from './tcp/kernel.ts'

/** One piece of evidence: a file, standard input, a dropped blob. Already decompressed. */
export interface Input {
  /** What the user calls it: a path, or `-`. Shown in reports; never used to decide what it is. */
  readonly name: string
  /** Size in bytes where it is known beforehand; progress only. */
  readonly byteLength?: number
  /** Whether `open` may be called again and `readAt` works. */
  readonly replay: boolean
  /**
   * The bytes in order. A chunk is valid only until the next one is asked for: the supplier may reuse its
   * buffer, so a reader copies what it keeps.
   *
   * @param room asked before each chunk: memory of the reader's own that the chunk may begin, if there is any, so that
   *   nothing has to be copied. A supplier is free to give chunks of its own instead
   */
  open(room?: () => Uint8Array | undefined): AsyncIterable<Uint8Array>
  /**
   * Of an input that passes only once: its bytes once more after it has passed, from the beginning and as far as somebody
   * kept them. Pictures need that second look; without it they leave the input out.
   */
  again?(): AsyncIterable<Uint8Array>
  /**
   * Starts another thread, which runs `prepareAhead` with this job over the same bytes. Only of inputs that are long
   * enough to be worth it, and where the runtime has threads that wait. Gives what ends it, which resolves when it is gone.
   *
   * @param lost to be called when the thread has ended by itself
   */
  prepareAhead?(job: AheadJob, lost: () => void): () => Promise<void>
  /**
   * Random access for the heads of exchanges of reset connections; absent on streams. At once where the supplier
   * can: they are many and small.
   *
   * @param room memory of the reader's own, of that length, that the bytes may begin: as in `open`
   */
  readAt?(offset: number, length: number, room?: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** A compression that a supplier undoes before core sees the bytes; core only names it. */
export type Compression = 'gzip' | 'zstd'

/** Names the compression by its magic number (RFC 1952 §2.3.1, RFC 8878 §3.1.1), or undefined for none. */
export function recogniseCompression(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return undefined
}
