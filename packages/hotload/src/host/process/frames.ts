import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'

/** A message is refused beyond this, before memory is taken for it. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024
const LENGTH_BYTES = 4

/**
 * Messages over a pipe: four bytes of length, then what `v8.serialize` makes of the value. Throws where it cannot be copied,
 * or where the other side would refuse it: it would read no further.
 */
export function writeFrame(pipe: Socket, value: unknown): void {
  const body = serialize(value)
  if (body.length > MAX_FRAME_BYTES)
    throw new RangeError(`${body.length} bytes at once, ${MAX_FRAME_BYTES} pass between two processes`)
  const head = Buffer.alloc(LENGTH_BYTES)
  head.writeUInt32BE(body.length)
  pipe.cork()
  pipe.write(head)
  pipe.write(body)
  pipe.uncork()
}

/** Calls `onMessage` for each message, and once with `undefined` for what cannot be one; then it reads no further. */
export function readFrames(pipe: Socket, onMessage: (message: unknown) => void): void {
  let chunks: Buffer[] = []
  let have = 0
  let want = LENGTH_BYTES
  let isHead = true
  const refuse = (): void => {
    pipe.pause()
    pipe.removeAllListeners('data')
    onMessage(undefined)
  }
  pipe.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    have += chunk.length
    while (have >= want) {
      const all = chunks.length === 1 ? (chunks[0] ?? chunk) : Buffer.concat(chunks)
      const frame = all.subarray(0, want)
      const rest = all.subarray(want)
      chunks = [rest]
      have = rest.length
      if (isHead) {
        want = frame.readUInt32BE()
        if (want > MAX_FRAME_BYTES) {
          refuse()
          return
        }
      } else {
        want = LENGTH_BYTES
        const message = messageIn(frame)
        if (message === undefined) {
          refuse()
          return
        }
        onMessage(message)
      }
      isHead = !isHead
    }
  })
}

function messageIn(frame: Buffer): unknown {
  try {
    return deserialize(frame)
  } catch {
    return undefined
  }
}
