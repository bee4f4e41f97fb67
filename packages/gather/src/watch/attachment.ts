import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { isAlive, processIdentity } from '../guardian/process-identity.ts'
import type { Guardian } from '../guardian/guarded.ts'
import { startKernelTrace, traceRoot, type KernelTrace } from '../record/kernel-resets.ts'
import { openNamespaces, type Namespace } from '../record/namespace.ts'
import { packetFilter } from '../record/packet-filter.ts'
import type { Programs } from '../record/programs.ts'
import { RecordError } from '../record/record-error.ts'
import { wantedResets } from '../record/record-kernel.ts'
import type { Missing } from '../record/recording.ts'
import type { Target } from '../target.ts'
import { startCaptureWatch, type CaptureWatch } from './capture-watch.ts'
import { startLogWatch, type LogWatch } from './log-watch.ts'
import { createMemoryFile, type MemoryFile } from './memory-file.ts'
import type { PacketRing } from './packet-ring.ts'
import { startSocketWatch, type SocketWatch } from './socket-watch.ts'
import type { Episode, WatchOptions } from './watch.ts'

/** All that watches one run of the target: from its start, or the watch's, until its end. */
export interface Attachment {
  readonly target: Target
  readonly capture: CaptureWatch
  readonly sockets: SocketWatch
  readonly logs: LogWatch
  readonly kernel: MemoryFile
  missingNow(): readonly Missing[]
  /** Whether the target is still the one that this was made for. */
  isTargetThere(): boolean
  stop(): Promise<void>
}

export interface AttachmentOptions {
  readonly options: WatchOptions
  readonly target: Target
  readonly guardian: Guardian
  readonly programs: Programs
  readonly ring: PacketRing
  readonly ringAgeMs: number
  readonly note: (because: Episode['because'], atMs: number, resets?: number) => void
}

const KERNEL_BYTES = 2 << 20
/** A pile that doubles is worth a look; fewer are every service's daily life. */
const MIN_CLOSE_WAIT = 20

export async function attach(from: AttachmentOptions): Promise<Attachment> {
  const { options, target, programs, ring, ringAgeMs, note } = from
  const namespace = openOne(target)
  const kernel = createMemoryFile('kernel-resets.txt', KERNEL_BYTES, ringAgeMs)
  const running: { stop(): Promise<void> }[] = []
  const stop = async (): Promise<void> => {
    await Promise.allSettled(running.map((part) => part.stop()))
    namespace.close()
  }
  try {
    const isThere = presence(target)
    const trace = traceKernel(from, namespace, kernel)
    if (trace.running !== undefined) running.push(trace.running)
    const capture = await startCaptureWatch({
      namespace,
      programs,
      filter: packetFilter(options),
      onRecords: (header, records) => {
        ring.write(header, records, Date.now())
      },
      onReset: (atMs) => {
        ring.noteReset()
        note('reset', Math.max(atMs, Date.now() - ringAgeMs), 1)
      },
    })
    running.push(capture)
    const logs = await startLogWatch({
      options: { ...options, targets: [target] },
      programs,
      maxAgeMs: ringAgeMs,
      onReset: () => {
        note('log', Date.now())
      },
    })
    running.push(logs)
    let told = 0
    const sockets = await startSocketWatch({
      namespace,
      programs,
      maxAgeMs: ringAgeMs,
      onSample: (closeWait) => {
        if (closeWait >= Math.max(MIN_CLOSE_WAIT, told * 2)) {
          note('close-wait', Date.now())
          told = closeWait
        } else if (closeWait * 2 < told) told = closeWait
      },
    })
    running.push(sockets)
    return {
      target,
      capture,
      sockets,
      logs,
      kernel,
      missingNow: () => [
        ...trace.missing,
        ...logs.missingNow(),
        ...(sockets.trouble === undefined
          ? []
          : [{ what: 'ss', because: sockets.trouble, without: 'CLOSE_WAIT and unread data are not known' }]),
        ...(capture.trouble === undefined
          ? []
          : [
              {
                what: 'tcpdump',
                because: capture.trouble,
                without: 'no packets are seen until it runs again',
              },
            ]),
      ],
      isTargetThere: isThere,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function openOne(target: Target): Namespace {
  try {
    const [namespace] = openNamespaces([target])
    if (namespace !== undefined) return namespace
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RecordError(
      `the network namespace of ${target.name} cannot be opened (${reason}): is it still running, and is this root?`,
    )
  }
  throw new RecordError(`${target.name} has no network namespace`)
}

/** A process by its pid and start, a namespace by its inode: pids and names are used again. */
function presence(target: Target): () => boolean {
  const identity = target.pid === undefined ? undefined : processIdentity(target.pid)
  if (identity !== undefined) return () => isAlive(identity)
  if (target.pid !== undefined) return () => false
  const inode = inodeOf(target.networkNamespace)
  return () => inodeOf(target.networkNamespace) === inode
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

function traceKernel(
  { guardian }: AttachmentOptions,
  namespace: Namespace,
  file: MemoryFile,
): { readonly running?: KernelTrace; readonly missing: readonly Missing[] } {
  try {
    traceRoot()
    const running = startKernelTrace({
      name: `whyreset-${process.pid}-${randomUUID().slice(0, 8)}`,
      guardian,
      file,
      maxBytes: Infinity,
      // Memory is always writable; what else fails ends the trace, and the packets go on.
      cannotWrite: () => undefined,
      isWanted: wantedResets([namespace]),
    })
    return { running, missing: [] }
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    const without = "the kernel's own reasons for resets are not known; packets still show who sent them"
    return { missing: [{ what: 'kernel trace', because, without }] }
  }
}
