import { closeSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { OpenedInput } from './opened-input.ts'
import { isWorthThread, startPreparing } from './prepare-ahead.ts'
import { withSystemReason } from './system-reason.ts'

/** Large enough that the system's share of a read is small, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 1 << 18
/** After so many chunks, some milliseconds, signals and timers have their turn. */
const CHUNKS_PER_TURN = 32

/** Memory of the reader's own for the next chunk, if there is any: see `Input`. */
type Room = (() => Uint8Array | undefined) | undefined

/** A regular file: read in order as often as asked, and at random. */
export function fileInput(path: string, byteLength: number): OpenedInput {
  let descriptor: number | undefined
  return {
    name: path,
    path,
    replay: true,
    ...(byteLength > 0 ? { byteLength } : {}),
    open: (room) => inTurns(readBlocking(path, room)),
    ...(isWorthThread(byteLength) ? { prepareAhead: (job, lost) => startPreparing(path, job, lost) } : {}),
    // Heads of requests are many, small, and in the page cache: 2 µs each, against 42 µs through the thread pool.
    readAt(offset, length, room) {
      try {
        descriptor ??= openSync(path, 'r')
        const bytes = room ?? new Uint8Array(length)
        const read = readSync(descriptor, bytes, 0, length, offset)
        return read === length ? bytes : bytes.subarray(0, read)
      } catch (error) {
        throw withSystemReason(error)
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
  }
}

/**
 * Reads where the bytes are needed, into memory that stays in the processor's cache. The system reads ahead by itself;
 * a thread of Node's pool that does it takes the processor from the second reader of a large capture.
 */
function* readBlocking(path: string, room: Room): Generator<Uint8Array> {
  const descriptor = openSync(path, 'r')
  try {
    const own = new Uint8Array(CHUNK_BYTES)
    for (;;) {
      const buffer = room?.() ?? own
      const length = readSync(descriptor, buffer, 0, buffer.length, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** What blocks, with a turn for everything else now and then. */
export async function* inTurns(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let count = 0
  try {
    for (const chunk of chunks) {
      yield chunk
      if (++count % CHUNKS_PER_TURN === 0) await setImmediate()
    }
  } catch (error) {
    throw withSystemReason(error)
  }
}
