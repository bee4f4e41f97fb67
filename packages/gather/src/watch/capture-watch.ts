import type { Namespace } from '../record/namespace.ts'
import { CaptureError, startPacketCapture, type PacketCapture } from '../record/packet-capture.ts'
import { createSeenSegments } from '../record/packet-reader.ts'
import type { Programs } from '../record/programs.ts'
import { RecordError } from '../record/record-error.ts'

/** tcpdump in one namespace, started again when it dies. */
export interface CaptureWatch {
  readonly packets: number
  readonly connections: number
  readonly resets: number
  readonly dropped: number
  readonly restarts: number
  readonly pid: number | undefined
  /** Why no packets come now. */
  readonly trouble: string | undefined
  /** Ends it when all that was captured has been passed on. */
  stop(): Promise<void>
}

export interface CaptureWatchOptions {
  readonly namespace: Namespace
  readonly programs: Programs
  readonly filter: string
  readonly onRecords: (header: Buffer, records: Buffer) => void
  readonly onReset: (atMs: number) => void
}

/** The request line and the Host of HTTP, the status of an answer, the hello of TLS. */
const SNAP_LENGTH = 256
const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 30_000
/** Whoever ran that long did not die of its start. */
const GOOD_RUN_MS = 60_000

/**
 * On loopback each packet is seen twice, going out and coming in. libpcap throws one away, after the kernel has copied
 * it: this way the kernel does not. The interface 1 is loopback in each namespace (include/net/flow.h
 * LOOPBACK_IFINDEX); `ifindex` is known to libpcap since 1.10.
 */
const ONCE = 'not (outbound and ifindex 1)'

/** Resolves when packets are being captured; throws a `RecordError` when that is not possible at all. */
export async function startCaptureWatch(options: CaptureWatchOptions): Promise<CaptureWatch> {
  const { namespace, programs } = options
  let filter = `(${options.filter}) and ${ONCE}`
  const seen = createSeenSegments()
  const earlier = { packets: 0, connections: 0, resets: 0, dropped: 0 }
  let capture: PacketCapture | undefined
  let trouble: string | undefined
  let restarts = 0
  let retryMs = FIRST_RETRY_MS
  let startedAt = 0
  let timer: NodeJS.Timeout | undefined
  let starting: Promise<void> | undefined
  let isStopped = false

  async function start(): Promise<void> {
    startedAt = performance.now()
    capture = await startPacketCapture({
      namespace,
      programs,
      filter,
      snapLength: SNAP_LENGTH,
      pace: 'batched',
      seen,
      onRecords: options.onRecords,
      onReset: ({ atMs }) => {
        options.onReset(atMs)
      },
      onFailure: (error) => {
        died(error.message)
      },
      onEnd: died,
    })
    trouble = undefined
  }

  function died(says: string): void {
    trouble = says
    if (capture !== undefined) {
      const { reader, dropped } = capture
      earlier.packets += reader.packets
      earlier.connections += reader.connections
      earlier.resets += reader.resets
      earlier.dropped += dropped
      capture = undefined
    }
    if (isStopped) return
    retryMs =
      performance.now() - startedAt > GOOD_RUN_MS ? FIRST_RETRY_MS : Math.min(retryMs * 2, MAX_RETRY_MS)
    timer = setTimeout(() => {
      restarts++
      starting = start().catch((error: unknown) => {
        died(error instanceof Error ? error.message : String(error))
      })
    }, retryMs)
  }

  try {
    await start().catch((error: unknown) => {
      if (!(error instanceof CaptureError) || error.kind !== 'filter') throw error
      filter = options.filter
      return start()
    })
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    throw new RecordError(whyNot(error))
  }
  return {
    get packets() {
      return earlier.packets + (capture?.reader.packets ?? 0)
    },
    get connections() {
      return earlier.connections + (capture?.reader.connections ?? 0)
    },
    get resets() {
      return earlier.resets + (capture?.reader.resets ?? 0)
    },
    get dropped() {
      return earlier.dropped + (capture?.dropped ?? 0)
    },
    get restarts() {
      return restarts
    },
    get pid() {
      return capture?.pid
    },
    get trouble() {
      return trouble
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await starting
      await capture?.stop()
    },
  }
}

function whyNot(error: CaptureError): string {
  switch (error.kind) {
    case 'not-installed':
      return 'watch needs tcpdump, which is not installed (apt-get install tcpdump)'
    case 'filter':
      return `the filter was refused by tcpdump: ${error.message}`
    case 'failed':
      return `tcpdump cannot capture: ${error.message}`
  }
}
