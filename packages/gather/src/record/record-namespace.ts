import { createCaptureRing } from './capture-ring.ts'
import { counterDifferences, readCounters, type KernelCounters } from './counters.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import type { MissingList } from './missing-list.ts'
import type { Namespace } from './namespace.ts'
import { CaptureError, startPacketCapture, type PacketCapture } from './packet-capture.ts'
import { packetFilter } from './packet-filter.ts'
import type { SeenSegments } from './packet-reader.ts'
import type { Programs } from './programs.ts'
import { RecordError } from './record-error.ts'
import type { Missing, RecordOptions, SeenReset } from './recording.ts'
import { startSocketSampler } from './socket-samples.ts'

export interface NamespaceRecordOptions {
  readonly options: RecordOptions
  readonly namespace: Namespace
  /** The only one: its files need no name. */
  readonly isAlone: boolean
  readonly folder: EvidenceFolder
  readonly programs: Programs
  readonly missing: MissingList
  /** Of this namespace's evidence. */
  readonly maxBytes: number
  readonly snapLength: number
  readonly seen: SeenSegments
  readonly sampleEveryMs: number
  readonly onReset: (reset: SeenReset) => void
  readonly cannotWrite: (error: unknown) => void
}

/** Packets, socket tables and counters of one namespace. */
export interface NamespaceRecord {
  readonly packets: number
  readonly connections: number
  readonly resets: number
  readonly dropped: number
  readonly closeWait: number | undefined
  missingNow(): readonly Missing[]
  stop(): Promise<void>
}

/** Of the folder's bytes; logs and the kernel's trace have the rest. */
const PACKETS_SHARE = 0.65
const SOCKETS_SHARE = 0.1

export async function recordNamespace(from: NamespaceRecordOptions): Promise<NamespaceRecord> {
  const { namespace, programs, missing, maxBytes } = from
  const who = namespace.targets[0].name
  const startedAt = performance.now()
  // Packets first: what the samples cause is not of interest, what happens while they are taken is.
  const capture = await capturePackets(from, who)
  const before = await readCounters(namespace, programs).catch((error: unknown) => {
    missing.add({ what: 'counters', because: String(error), without: 'what the kernel counted is not known' })
  })
  const { sampleEveryMs: everyMs } = from
  const sampler = await startSocketSampler({ ...from, who, everyMs, maxBytes: maxBytes * SOCKETS_SHARE })

  return {
    get packets() {
      return capture?.packets.reader.packets ?? 0
    },
    get connections() {
      return capture?.packets.reader.connections ?? 0
    },
    get resets() {
      return capture?.packets.reader.resets ?? 0
    },
    get dropped() {
      return capture?.packets.dropped ?? 0
    },
    get closeWait() {
      return sampler.closeWait
    },
    missingNow: () => [
      ...socketTrouble(sampler.trouble),
      ...(capture === undefined || capture.ring.removedFiles === 0
        ? []
        : [
            {
              what: 'older packets',
              because: `the bound of the folder was reached: ${capture.ring.removedFiles} full files of ${who} were removed`,
              without: 'connections that began before have no beginning',
            },
          ]),
    ],
    async stop() {
      await sampler.stop()
      if (before !== undefined) await writeCounters(from, who, before, startedAt).catch(from.cannotWrite)
      await capture?.packets.stop()
      capture?.ring.close()
    },
  }
}

async function capturePackets(
  from: NamespaceRecordOptions,
  who: string,
): Promise<{ packets: PacketCapture; ring: ReturnType<typeof createCaptureRing> } | undefined> {
  const { options, namespace, folder, programs, missing, snapLength, seen, cannotWrite } = from
  const name = from.isAlone ? 'capture' : `capture-${who}`
  const ring = createCaptureRing(folder, name, who, from.maxBytes * PACKETS_SHARE)
  try {
    const packets = await startPacketCapture({
      namespace,
      programs,
      filter: packetFilter(options),
      snapLength,
      seen,
      onRecords: (header, records) => {
        ring.write(header, records)
      },
      onReset: (reset) => {
        from.onReset({ ...reset, target: namespace.targets[0] })
      },
      onFailure: cannotWrite,
      onEnd: (says) => {
        missing.add({ what: 'tcpdump', because: says, without: `later packets of ${who} are not captured` })
      },
    })
    return { packets, ring }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    if (error.kind === 'filter') throw new RecordError(`the filter was refused by tcpdump: ${error.message}`)
    missing.add({
      what: 'tcpdump',
      because:
        error.kind === 'not-installed' ? 'it is not installed (apt-get install tcpdump)' : error.message,
      without: `no packets of ${who} are captured; socket tables, counters, logs and the kernel's trace still are`,
    })
    return undefined
  }
}

async function writeCounters(
  { namespace, isAlone, folder, programs }: NamespaceRecordOptions,
  who: string,
  before: KernelCounters,
  startedAt: number,
): Promise<void> {
  const after = await readCounters(namespace, programs)
  const end = { atMs: Date.now(), overMs: performance.now() - startedAt }
  const file = folder.create(isAlone ? 'nstat-diff.txt' : `nstat-diff-${who}.txt`, 'counters', who)
  file.write(Buffer.from(counterDifferences(who, before, after, end)))
  file.close()
}

function socketTrouble(
  trouble: { readonly what: 'ss' | 'socket tables'; readonly because: string } | undefined,
): Missing[] {
  if (trouble === undefined) return []
  const without =
    trouble.what === 'ss'
      ? 'socket tables come from /proc, without the processes that own the sockets'
      : 'sockets in CLOSE_WAIT and unread data are not known'
  return [{ ...trouble, without }]
}
