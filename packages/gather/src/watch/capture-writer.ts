import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { EvidenceFolder } from '../record/evidence-folder.ts'

/**
 * Writes packets into `capture-0001.pcap` and so on in the background: a disk that is slow for a second must not keep
 * this process from reading what tcpdump gives it.
 */
export interface CaptureWriter {
  /** Takes a copy: small pieces are put together. */
  write(header: Buffer, records: Buffer): void
  /** Without a copy: the records must stay as they are until `onDone` is called, whether they were written or not. */
  writeLent(header: Buffer, records: Buffer, onDone: () => void): void
  /** Resolves when all is written. Rejects with what went wrong. */
  close(): Promise<void>
}

const BATCH_BYTES = 1 << 20

/** A file goes on as long as the packets are of one kind. */
export function createCaptureWriter(folder: EvidenceFolder, who: string): CaptureWriter {
  let handle: FileHandle | undefined
  let written: Buffer | undefined
  let number = 0
  let batch: { readonly header: Buffer; readonly memory: Buffer; used: number } | undefined
  let failure: Error | undefined
  /** The last one that was asked for; they are done one after the other. */
  let last = Promise.resolve()

  async function writeOne(header: Buffer, records: Buffer): Promise<void> {
    if (handle === undefined || written?.equals(header) !== true) {
      await handle?.close()
      handle = await nextFile()
      written = header
      await writeAll(handle, header)
    }
    await writeAll(handle, records)
  }

  function nextFile(): Promise<FileHandle> {
    number++
    const file = folder.create(`capture-${String(number).padStart(4, '0')}.pcap`, 'capture', who)
    file.close()
    return open(join(folder.directory, file.path), 'a')
  }

  function enqueue(header: Buffer, records: Buffer, onDone?: () => void): void {
    last = last
      .then(() => (failure === undefined ? writeOne(header, records) : undefined))
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error))
      })
      .finally(onDone)
  }

  function flush(): void {
    if (batch !== undefined && batch.used > 0) enqueue(batch.header, batch.memory.subarray(0, batch.used))
    batch = undefined
  }

  return {
    write(header, records) {
      const hasRoom =
        batch !== undefined &&
        batch.used + records.length <= batch.memory.length &&
        batch.header.equals(header)
      if (!hasRoom) flush()
      batch ??= { header, memory: Buffer.allocUnsafeSlow(Math.max(BATCH_BYTES, records.length)), used: 0 }
      records.copy(batch.memory, batch.used)
      batch.used += records.length
    },
    writeLent(header, records, onDone) {
      flush()
      enqueue(header, records, onDone)
    },
    async close() {
      flush()
      await last
      await handle?.close()
      handle = undefined
      if (failure !== undefined) throw failure
    },
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done)
    done += bytesWritten
  }
}
