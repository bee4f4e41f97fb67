import type { EvidenceFile, EvidenceFolder } from './evidence-folder.ts'

/** Files of a ring: with fewer, more is lost at once when the oldest goes. */
const FILES = 8
const MIN_FILE_BYTES = 1 << 16

/** Packets in numbered pcap files; the oldest file goes when all are full. */
export interface CaptureRing {
  /** @param records whole pcap records */
  write(header: Buffer, records: Buffer): void
  /** Files that had to go. */
  readonly removedFiles: number
  close(): void
}

/** @param name what the files are called: `capture`, `capture-server` */
export function createCaptureRing(
  folder: EvidenceFolder,
  name: string,
  target: string,
  maxBytes: number,
): CaptureRing {
  const fileBytes = Math.max(MIN_FILE_BYTES, Math.floor(maxBytes / FILES))
  const files: EvidenceFile[] = []
  let current: EvidenceFile | undefined
  let number = 0
  let removedFiles = 0

  function next(header: Buffer): EvidenceFile {
    current?.close()
    if (files.length >= FILES) {
      const oldest = files.shift()
      if (oldest !== undefined) folder.remove(oldest)
      removedFiles++
    }
    number++
    current = folder.create(`${name}-${String(number).padStart(4, '0')}.pcap`, 'capture', target)
    files.push(current)
    current.write(header)
    return current
  }

  return {
    get removedFiles() {
      return removedFiles
    },
    write(header, records) {
      let file = current ?? next(header)
      if (records.length === 0) return
      if (file.bytes > header.length && file.bytes + records.length > fileBytes) file = next(header)
      file.write(records)
    },
    close() {
      current?.close()
    },
  }
}
