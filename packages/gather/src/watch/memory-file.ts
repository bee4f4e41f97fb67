import type { EvidenceFile } from '../record/evidence-folder.ts'
import { createLogRing, type LogRing } from './log-ring.ts'

/** What is written as if into a file, and remembered for a while. */
export interface MemoryFile extends EvidenceFile, Pick<LogRing, 'read'> {}

export function createMemoryFile(path: string, maxBytes: number, maxAgeMs: number): MemoryFile {
  const ring = createLogRing({ maxBytes, maxAgeMs })
  return {
    path,
    // It never fills up: the oldest lines go.
    bytes: 0,
    write(chunk) {
      ring.write(Buffer.from(chunk), Date.now())
    },
    close: () => undefined,
    read: (nowMs) => ring.read(nowMs),
  }
}
