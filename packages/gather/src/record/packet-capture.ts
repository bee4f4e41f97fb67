import { drainCapture } from './drain-capture.ts'
import type { Namespace } from './namespace.ts'
import {
  createPacketReader,
  type PacketReader,
  type PacketReset,
  type SeenSegments,
} from './packet-reader.ts'
import { firstLine, isNotInstalled, type ProgramEnd, type Programs } from './programs.ts'

export interface PacketCaptureOptions {
  readonly namespace: Namespace
  readonly programs: Programs
  readonly filter: string
  readonly snapLength: number
  readonly seen: SeenSegments
  /**
   * Packets are passed on at once; the default. Batched, they come up to a second late, for a fifth of tcpdump's
   * processor time (0.5 µs a packet against 1.5 to 3).
   */
  readonly pace?: 'immediate' | 'batched'
  /** Whole pcap records as they come, valid until it returns, with the file header that belongs before the first of them. */
  readonly onRecords: (header: Buffer, records: Buffer) => void
  readonly onReset: (reset: PacketReset) => void
  /** `onRecords` threw, or what tcpdump wrote is no capture. */
  readonly onFailure: (error: Error) => void
  /** It ended by itself, and said this. */
  readonly onEnd: (says: string) => void
}

/** A running tcpdump in one namespace. */
export interface PacketCapture {
  readonly reader: Pick<PacketReader, 'packets' | 'connections' | 'resets'>
  readonly dropped: number
  /** Of tcpdump: what it costs is read from /proc. */
  readonly pid: number | undefined
  /** Ends it; resolves when all that it captured was passed on. */
  stop(): Promise<void>
}

/** tcpdump could not capture. `kind` tells what to say about it. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  readonly kind: 'not-installed' | 'filter' | 'failed'

  constructor(kind: CaptureError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** KiB of packets that may wait in the kernel while this process is busy; 2 MiB is the default. */
const KERNEL_BUFFER_KIB = 32_768
const ASK_FOR_DROPS_MS = 2000
/** tcpdump asks libpcap for batches of at most a second. */
const BATCH_MS = 1200
const MAX_COMPLAINT = 4000

/** Resolves when packets are being captured. */
export async function startPacketCapture(options: PacketCaptureOptions): Promise<PacketCapture> {
  const { namespace, programs, filter, snapLength } = options
  const isBatched = options.pace === 'batched'
  const pace = isBatched ? [] : ['--immediate-mode']
  const args = ['-i', 'any', '-n', ...pace, '-U', '--nano', '-s', String(snapLength)]
  const tcpdump = programs.start(
    namespace.command('tcpdump', [...args, '-B', String(KERNEL_BUFFER_KIB), '-w', '-', '--', filter]),
  )
  const { child, stdout, stderr, ended } = tcpdump
  const reader = createPacketReader(options.seen, options.onReset)
  const drops = new Map<string, number>()
  let complaint = ''
  let isStopping = false
  let failure: Error | undefined

  const fail = (error: Error): void => {
    failure ??= error
    child.kill('SIGKILL')
  }
  stdout.on('data', (chunk: Buffer) => {
    if (failure !== undefined) return
    try {
      const records = reader.read(chunk)
      if (reader.header !== undefined) options.onRecords(reader.header, records)
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  })

  const listening = new Promise<undefined>((resolve) => {
    stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-MAX_COMPLAINT)
      // Totals since the start, when asked and at the end: "3 packets dropped by kernel".
      for (const [, count, by] of text.matchAll(/(\d+) packets? dropped by (kernel|interface)/g))
        drops.set(by ?? '', Number(count))
      if (complaint.includes('listening on')) resolve(undefined)
    })
  })
  const asking = setInterval(() => {
    if (reader.header !== undefined) child.kill('SIGUSR1')
  }, ASK_FOR_DROPS_MS)
  const end = await Promise.race([listening, ended])
  if (end !== undefined) {
    clearInterval(asking)
    throw captureError(complaint, end)
  }
  const over = watch()

  async function watch(): Promise<void> {
    await ended
    clearInterval(asking)
    if (failure !== undefined) options.onFailure(failure)
    else if (!isStopping) options.onEnd(lastWords(complaint))
  }

  return {
    reader,
    pid: child.pid,
    get dropped() {
      return [...drops.values()].reduce((sum, count) => sum + count, 0)
    },
    async stop() {
      isStopping = true
      if (reader.header !== undefined) await drainCapture(tcpdump, isBatched ? BATCH_MS : 0)
      child.kill('SIGTERM')
      await over
    },
  }
}

/** What tcpdump or nsenter complained of last, without what tcpdump always says. */
function lastWords(complaint: string): string {
  const lines = complaint
    .split('\n')
    .filter((line) => /^(?:tcpdump|nsenter): (?!listening on|data link type|verbose output)/.test(line))
  return firstLine(lines.at(-1) ?? '') || 'it ended'
}

function captureError(complaint: string, { error }: ProgramEnd): CaptureError {
  if (error !== undefined)
    return isNotInstalled(error)
      ? new CaptureError('not-installed', 'the program is not installed')
      : new CaptureError('failed', error.message)
  const says = lastWords(complaint)
  // nsenter itself was found, and then did not find tcpdump.
  if (/failed to execute tcpdump: No such file/.test(says))
    return new CaptureError('not-installed', 'the program is not installed')
  const isFilter = /filter expression|syntax error|unknown (?:host|port)|parse error|illegal/i.test(says)
  return new CaptureError(isFilter ? 'filter' : 'failed', says)
}
