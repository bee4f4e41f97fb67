import type { Input } from './input.ts'
import type { CaptureReader } from './read-capture.ts'

/** The other thread is some slots ahead, so that this is hardly ever waited for; it may have died. */
const PATIENCE_MS = 50
/** After so many chunks, some milliseconds, signals and timers have their turn. */
const CHUNKS_PER_TURN = 32
const CHUNK_BYTES = 1 << 18

/**
 * Reads a capture, from where another thread is ready prepared by that one. Yields how many bytes were read, after each
 * chunk.
 *
 * @param pause awaited now and then, so that signals and timers have their turn
 */
export async function* readCaptureBytes(
  input: Input,
  chunks: AsyncIterable<Uint8Array> | undefined,
  reader: CaptureReader,
  pause: (() => Promise<void>) | undefined,
): AsyncGenerator<number> {
  let ahead: ReturnType<CaptureReader['ahead']>
  let end: (() => Promise<void>) | undefined
  let from: number | undefined
  try {
    for await (const chunk of chunks ?? input.open(() => reader.room())) {
      reader.push(chunk)
      yield chunk.length
      if (ahead !== undefined) {
        if (!ahead.isReady) continue
        from = reader.handOver()
        if (from !== undefined) break
      } else if (pause !== undefined && chunks === undefined && input.prepareAhead !== undefined) {
        const found = reader.ahead()
        if (found === undefined) continue
        ahead = found
        end = input.prepareAhead(found.job, () => {
          found.lose()
        })
      }
    }
    if (ahead === undefined || from === undefined || pause === undefined) return
    ahead.begin(from)
    for (let taken = 0; ;) {
      const slot = ahead.next()
      if (slot === 'end') return
      if (slot === 'failed') break
      if (slot === 'wait') {
        ahead.wait(PATIENCE_MS)
        if (!ahead.isEmpty) continue
        // That a thread died is told in a turn of the event loop; and whoever interrupts does not wait for it.
        await pause()
        yield 0
        continue
      }
      reader.pushSlot(slot)
      from += slot.bytes.length
      yield slot.bytes.length
      if (++taken % CHUNKS_PER_TURN === 0) await pause()
    }
    if (input.readAt === undefined) return
    // Without the thread: what it had to read is read here.
    for (;;) {
      const chunk = await input.readAt(from, CHUNK_BYTES)
      if (chunk.length === 0) return
      reader.push(chunk)
      from += chunk.length
      yield chunk.length
      await pause()
    }
  } finally {
    ahead?.end()
    // The next capture's thread will use the same memory.
    await end?.()
  }
}
