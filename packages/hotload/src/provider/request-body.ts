import type { IncomingMessage } from 'node:http'

/** What a client that goes on sending is allowed before its connection is ended. */
const MAX_DRAINED_BYTES = 1024 ** 2
const MAX_DRAIN_MS = 10_000

/** The body, where it is at most so long; `undefined` where it is longer: the rest is read and forgotten. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  const timer = setTimeout(() => request.destroy(), MAX_DRAIN_MS)
  try {
    const body: AsyncIterable<Buffer> = request
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size <= maxBytes) chunks.push(chunk)
      if (size > MAX_DRAINED_BYTES) return undefined
    }
  } catch {
    // The client went away: nobody waits for the answer.
    return undefined
  } finally {
    clearTimeout(timer)
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined
}
