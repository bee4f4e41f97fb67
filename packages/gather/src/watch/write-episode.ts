import { join } from 'node:path'
import { createEvidenceFolder, type EvidenceFolder } from '../record/evidence-folder.ts'
import { manifestText, type LineTime, type Tool } from '../record/manifest.ts'
import { fileStamp, wallMinusMonotonic } from '../record/time-stamp.ts'
import type { Attachment } from './attachment.ts'
import type { PendingEpisode } from './episodes.ts'
import type { PacketRing } from './packet-ring.ts'

/** Writes what is remembered as an evidence folder; gives its path. */
export function writeEpisode(
  root: string,
  pending: PendingEpisode,
  { target, sockets, logs, kernel }: Attachment,
  ring: PacketRing,
  watched: { readonly startMs: number; readonly tools: readonly Tool[] },
): string {
  const nowMs = Date.now()
  const folder = newFolder(root, `${fileStamp(pending.firstMs)}-${target.name}`)
  try {
    const packets = ring.read(nowMs)
    if (packets.length > 0) put(folder, 'capture-0001.pcap', 'capture', packets, target.name)
    for (const { atMs, bytes } of sockets.read(nowMs))
      put(folder, `sockets/ss-${target.name}-${fileStamp(atMs)}.txt`, 'socket-table', [bytes], target.name)
    const lineTimes: LineTime[] = []
    for (const log of logs.read(nowMs)) {
      if (log.bytes.length === 0) continue
      put(folder, log.path, log.kind, [log.bytes], log.target?.name)
      lineTimes.push(...log.lineTimes.map((time) => ({ path: log.path, ...time })))
    }
    const { bytes: resets } = kernel.read(nowMs)
    if (resets.length > 0) {
      const header = `# tracer: nop\n# trace_clock: mono\n# wall_minus_trace_clock: ${wallMinusMonotonic().toFixed(6)}\n`
      put(folder, 'kernel-resets.txt', 'kernel-trace', [Buffer.from(header), resets])
    }
    const recorded = { startMs: watched.startMs, endMs: nowMs, tools: watched.tools, lineTimes }
    folder.put('manifest.json', manifestText(folder, [target], recorded))
    return folder.directory
  } catch (error) {
    folder.discard()
    throw error
  }
}

/** Two episodes may have begun in the same millisecond: one that was written, one that went on. */
function newFolder(root: string, name: string): EvidenceFolder {
  for (let number = 1; ; number++) {
    const directory = join(root, number === 1 ? name : `${name}-${number}`)
    try {
      return createEvidenceFolder(directory)
    } catch (error) {
      if (number >= MAX_SAME || !(error instanceof Error) || !error.message.includes('is not empty'))
        throw error
    }
  }
}

const MAX_SAME = 100

function put(
  folder: EvidenceFolder,
  path: string,
  kind: Parameters<EvidenceFolder['create']>[1],
  parts: readonly Buffer[],
  target?: string,
): void {
  const file = folder.create(path, kind, target)
  try {
    for (const part of parts) file.write(part)
  } finally {
    file.close()
  }
}
