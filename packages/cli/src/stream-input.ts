import { closeSync, constants, createReadStream, open, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { recogniseCompression, type Problem } from '@whyreset/core'
import { canDecompress, decompress } from './compressed-input.ts'
import type { OpenedInput } from './opened-input.ts'
import { withSystemReason } from './system-reason.ts'

/** The longest magic number of a compression. */
const MAGIC_BYTES = 4

/** Standard input, under the name `-`. */
export function stdinInput(signal?: AbortSignal): OpenedInput {
  return streamInput('-', () => Promise.resolve(process.stdin), signal)
}

/** A named pipe, or `<(zcat …)` of a shell: what can be read once, and may never end. */
export function pipeInput(path: string, signal?: AbortSignal): OpenedInput {
  return streamInput(path, () => openPipe(path, signal), signal)
}

/** A terminal or another character device. */
export function deviceInput(path: string, signal?: AbortSignal): OpenedInput {
  return streamInput(path, () => Promise.resolve(createReadStream(path)), signal)
}

/** The stream ends when `signal` says so: what came until then is the input. */
function streamInput(
  name: string,
  openStream: () => Promise<Readable>,
  signal: AbortSignal | undefined,
): OpenedInput {
  let damage: Problem | undefined
  let stream: Readable | undefined
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      stream = await openStream()
    } catch (error) {
      throw withSystemReason(error)
    }
    const { head, chunks } = await peek(untilAborted(stream, signal))
    const compression = recogniseCompression(head)
    const isPlain = compression === undefined || !canDecompress(compression)
    const keep = (found: Problem): void => {
      if (signal?.aborted !== true) damage = found
    }
    yield* isPlain ? chunks : decompress(chunks, compression, keep)
  }
  return {
    name,
    replay: false,
    open: read,
    problems: () => (damage === undefined ? [] : [damage]),
    close: () => stream?.destroy(),
  }
}

async function* untilAborted(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const stop = (): void => {
    stream.destroy()
  }
  signal?.addEventListener('abort', stop)
  try {
    if (signal?.aborted === true) return
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    if (signal?.aborted !== true) throw withSystemReason(error)
  } finally {
    signal?.removeEventListener('abort', stop)
    stream.destroy()
  }
}

/** Enough of the beginning to know a compression by, and all the chunks, those of the beginning included. */
async function peek(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = []
  let head = new Uint8Array(0)
  while (head.length < MAGIC_BYTES) {
    const next = await chunks.next()
    if (next.done === true) break
    first.push(next.value)
    head = Uint8Array.from(first.flatMap((chunk) => Array.from(chunk.subarray(0, MAGIC_BYTES))))
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* first
    yield* chunks
  }
  return { head, chunks: all() }
}

/**
 * Waits for a writer as every program does. The waiting cannot be called off, and would keep this process from
 * ending; on `signal` this process becomes the writer for an instant.
 */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<Readable> {
  const stopWaiting = (): void => {
    try {
      closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    } catch {
      // Nobody waits, or it may not be written: nothing to call off.
    }
  }
  signal?.addEventListener('abort', stopWaiting)
  try {
    const fd = await promisify(open)(path, 'r')
    // A socket's reads can be called off, a file's cannot.
    return new Socket({ fd, readable: true, writable: false })
  } finally {
    signal?.removeEventListener('abort', stopWaiting)
  }
}
