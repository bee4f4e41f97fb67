import type { Input } from './input.ts'
import { CaptureReader } from './read/capture.ts'
import { toShardResult, type ShardResult } from './tcp/shard.ts'
import { Tracker } from './tcp/tracker.ts'

/**
 * A large capture can be read by several threads: each reads all of it and follows the connections of its share, and
 * the results together are what one reader would have found. Core has no threads: whoever has lends them.
 */
export interface SharedCapture {
  readonly input: Input
  /** Which of the inputs it is. */
  readonly index: number
  readonly format: 'pcap' | 'pcapng'
  readonly byteLength: number
}

/** The readers beside the first one. */
export interface OtherReaders {
  /** How many there are with the first one: a power of two. */
  readonly of: number
  readonly results: Promise<readonly ShardResult[]>
  /** Ends the reading early; the results are of what was read by then. */
  stop(): void
}

/** Reads one share of a capture: what a thread beside the first one does. */
export async function readShare(
  { input, index, format, byteLength }: SharedCapture,
  share: { readonly shard: number; readonly of: number },
  isStopped: () => boolean,
): Promise<ShardResult> {
  const tracker = new Tracker(1, share)
  tracker.startInput(index, 0, true)
  const reader = new CaptureReader(format, tracker)
  for await (const chunk of firstBytes(input.open(), byteLength)) {
    reader.push(chunk)
    if (isStopped()) break
  }
  const summary = reader.end()
  tracker.finish()
  return toShardResult(tracker, summary)
}

/** No more than the first `limit` bytes. */
export async function* firstBytes(
  chunks: AsyncIterable<Uint8Array>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let left = limit
  for await (const chunk of chunks) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
}
