import type { Guardian } from '../guardian/guarded.ts'
import type { Target } from '../target.ts'
import type { EvidenceFolder } from './evidence-folder.ts'
import type { LineTime } from './manifest.ts'
import type { MissingList } from './missing-list.ts'
import type { Namespace } from './namespace.ts'
import { createSeenSegments } from './packet-reader.ts'
import type { Programs } from './programs.ts'
import { recordKernel } from './record-kernel.ts'
import { recordLogs } from './record-logs.ts'
import { recordNamespace } from './record-namespace.ts'
import type { Missing, RecordOptions, SeenReset } from './recording.ts'

export interface PartsOptions {
  readonly options: RecordOptions
  readonly guardian: Guardian
  readonly namespaces: readonly Namespace[]
  readonly folder: EvidenceFolder
  readonly programs: Programs
  readonly missing: MissingList
  readonly maxBytes: number
  readonly onLine: (line: string, target: Target | undefined) => void
  readonly onReset: (reset: SeenReset) => void
  readonly cannotWrite: (error: unknown) => void
}

/** All that is being recorded at the same time. */
export interface Parts {
  counts(): {
    readonly packets: number
    readonly connections: number
    readonly resets: number
    readonly droppedPackets: number
    readonly closeWait?: number
  }
  lineTimes(): readonly LineTime[]
  missingNow(): readonly Missing[]
  stop(): Promise<void>
}

const DEFAULT_SNAP_LENGTH = 512
const DEFAULT_SAMPLE_MS = 3000

/** Starts everything at once. Where one part cannot begin for a reason that ends all, the others are stopped again. */
export async function startParts(from: PartsOptions): Promise<Parts> {
  const { options, namespaces, missing, maxBytes } = from
  const kernel = options.kernelResets === false ? undefined : recordKernel(from)
  const seen = createSeenSegments()
  const startingLogs = recordLogs(from)
  const startingCaptures = namespaces.map((namespace) =>
    recordNamespace({
      ...from,
      namespace,
      seen,
      isAlone: namespaces.length === 1,
      maxBytes: maxBytes / namespaces.length,
      snapLength: options.snapLength ?? DEFAULT_SNAP_LENGTH,
      sampleEveryMs: options.sampleEveryMs ?? DEFAULT_SAMPLE_MS,
    }),
  )

  async function stop(): Promise<void> {
    const started = await Promise.allSettled([startingLogs, ...startingCaptures])
    const running = started.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []))
    const all = kernel === undefined ? running : [kernel, ...running]
    // All at the same time: what ended last would otherwise see what the others do not.
    await Promise.allSettled(all.map((part) => part.stop()))
  }

  try {
    const [logs, ...captures] = await Promise.all([startingLogs, ...startingCaptures])
    return {
      counts() {
        const closeWaits = captures.flatMap(({ closeWait }) => closeWait ?? [])
        return {
          packets: sum(captures.map(({ packets }) => packets)),
          connections: sum(captures.map(({ connections }) => connections)),
          resets: sum(captures.map(({ resets }) => resets)),
          droppedPackets: sum(captures.map(({ dropped }) => dropped)),
          ...(closeWaits.length === 0 ? {} : { closeWait: sum(closeWaits) }),
        }
      },
      lineTimes: () => logs.lineTimes(),
      missingNow: () => [
        ...missing.list(),
        ...captures.flatMap((capture) => capture.missingNow()),
        ...logs.missingNow(),
      ],
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
