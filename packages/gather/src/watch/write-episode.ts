import { join } from 'node:path'
import { createEvidenceFolder, type EvidenceFolder } from '../record/evidence-folder.ts'
import { manifestText, type LineTime, type Tool } from '../record/manifest.ts'
import { fileStamp, wallMinusMonotonic } from '../record/time-stamp.ts'
import type { Attachment } from './attachment.ts'
import { createCaptureWriter } from './capture-writer.ts'
import type { PendingEpisode } from './episodes.ts'
import type { PacketRing } from './packet-ring.ts'

/** An evidence folder that is being written: the packets before are in it, those that follow go in as they come. */
export interface OpenEpisode {
  readonly directory: string
  /** Writes the rest of what is remembered and closes it. Throws what the system says. */
  finish(attachment: Attachment): Promise<void>
  /** Removes it. */
  discard(): Promise<void>
}

export interface EpisodeWriterOptions {
  readonly root: string
  readonly ring: PacketRing
  /** Bound of the packets that follow. */
  readonly maxAfterBytes: number
  readonly watched: { readonly startMs: number; readonly tools: readonly Tool[] }
}

/** Begins at once: under load the packets before the reset leave the ring within seconds. */
export function openEpisode(
  { root, ring, maxAfterBytes, watched }: EpisodeWriterOptions,
  { firstMs }: PendingEpisode,
  { target }: Attachment,
): OpenEpisode {
  const folder = newFolder(root, `${fileStamp(firstMs)}-${target.name}`)
  const captures = createCaptureWriter(folder, target.name)
  const before = ring.lend(Date.now())
  if (before !== undefined)
    for (const part of before.parts)
      captures.writeLent(before.header, part.records, () => {
        part.giveBack()
      })
  let afterBytes = 0
  ring.tap((header, records) => {
    afterBytes += records.length
    if (afterBytes > maxAfterBytes) ring.tap(undefined)
    else captures.write(header, records)
  })

  async function close(): Promise<void> {
    ring.tap(undefined)
    await captures.close()
  }

  return {
    directory: folder.directory,
    async finish(attachment) {
      await close()
      writeRest(folder, attachment, watched)
    },
    async discard() {
      await close().catch(() => undefined)
      folder.discard()
    },
  }
}

function writeRest(
  folder: EvidenceFolder,
  { target, sockets, logs, kernel }: Attachment,
  { startMs, tools }: EpisodeWriterOptions['watched'],
): void {
  const endMs = Date.now()
  for (const { atMs, bytes } of sockets.read(endMs)) {
    const path = `sockets/ss-${target.name}-${fileStamp(atMs)}.txt`
    put(folder, path, 'socket-table', [bytes], target.name)
  }
  const lineTimes: LineTime[] = []
  for (const log of logs.read(endMs)) {
    if (log.bytes.length === 0) continue
    put(folder, log.path, log.kind, [log.bytes], log.target?.name)
    lineTimes.push(...log.lineTimes.map((time) => ({ path: log.path, ...time })))
  }
  const { bytes: resets } = kernel.read(endMs)
  if (resets.length > 0) {
    const clock = `# wall_minus_trace_clock: ${wallMinusMonotonic().toFixed(6)}\n`
    put(folder, 'kernel-resets.txt', 'kernel-trace', [
      Buffer.from(`# tracer: nop\n# trace_clock: mono\n${clock}`),
      resets,
    ])
  }
  folder.put('manifest.json', manifestText(folder, [target], { startMs, endMs, tools, lineTimes }))
}

/** Two episodes may have begun in the same millisecond: one that was written, one that went on. */
function newFolder(root: string, name: string): EvidenceFolder {
  for (let number = 1; ; number++) {
    const directory = join(root, number === 1 ? name : `${name}-${number}`)
    try {
      return createEvidenceFolder(directory)
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('is not empty')
      if (!isTaken || number >= MAX_SAME) throw error
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
