import type { Input } from '../../src/input.ts'
import type { EvidenceFile } from './folder.ts'

/** A file as a program has it that opened it: replayable, read at random. */
export function fileInput({ name, bytes }: EvidenceFile): Input {
  return {
    name,
    byteLength: bytes.length,
    replay: true,
    async *open() {
      yield bytes
    },
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  }
}

/** The same file in chunks of this many bytes, each in the same buffer, as a supplier may do it. */
export function chunkedInput(file: EvidenceFile, chunkBytes: number): Input {
  return { ...fileInput(file), open: () => chunks(file.bytes, chunkBytes) }
}

/** The same bytes on standard input: once, without a length, not at random. */
export function streamInput({ name, bytes }: EvidenceFile, chunkBytes = 65_536): Input {
  let isOpen = false
  return {
    name,
    replay: false,
    open() {
      if (isOpen) throw new Error('a stream was opened twice')
      isOpen = true
      return chunks(bytes, chunkBytes)
    },
  }
}

/** A stream of which its supplier keeps so many bytes for a second look. */
export function keptStreamInput(file: EvidenceFile, keptBytes = file.bytes.length): Input {
  return { ...streamInput(file, 977), again: () => chunks(file.bytes.subarray(0, keptBytes), 65_536) }
}

async function* chunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(chunkBytes)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
  }
}
