import type { Namespace } from '../record/namespace.ts'
import { isNotInstalled, type Programs } from '../record/programs.ts'
import { createStalledCount } from './stalled-readers.ts'

/** Socket tables of one namespace, taken now and then; the last ones are remembered. */
export interface SocketWatch {
  /** Of the newest table; absent before the first. */
  readonly closeWait: number | undefined
  readonly stalledReaders: number | undefined
  /** Why there are no tables. */
  readonly trouble: string | undefined
  /** Takes one now, so that evidence ends with it. */
  sample(): Promise<void>
  read(nowMs: number): readonly SocketSample[]
  stop(): Promise<void>
}

interface SocketSample {
  readonly atMs: number
  readonly bytes: Buffer
}

export interface SocketWatchOptions {
  readonly namespace: Namespace
  readonly programs: Programs
  readonly maxAgeMs: number
  readonly onSample: (closeWait: number) => void
}

const EVERY_MS = 10_000
/** Where there are many processes, finding the owners of sockets is slow: then there are fewer tables. */
const MAX_SHARE = 0.02
const MAX_SAMPLE_BYTES = 32 << 20
const MAX_BYTES = 16 << 20
/** Closed connections wait in TIME-WAIT by the ten thousand, belong to nobody, and tell nothing. */
const ARGUMENTS = ['-tanpoiem', 'exclude', 'time-wait']

/** Resolves when the first table is taken, or cannot be. */
export async function startSocketWatch(options: SocketWatchOptions): Promise<SocketWatch> {
  const { namespace, programs, maxAgeMs, onSample } = options
  const samples: SocketSample[] = []
  const countStalled = createStalledCount()
  let closeWait: number | undefined
  let stalledReaders: number | undefined
  let trouble: string | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let taking: Promise<void> | undefined

  async function take(): Promise<void> {
    const atMs = Date.now()
    try {
      const bytes = await programs.output(namespace.command('ss', ARGUMENTS), MAX_SAMPLE_BYTES)
      const text = bytes.toString('latin1')
      trouble = undefined
      samples.push({ atMs, bytes })
      forget(atMs)
      closeWait = text.match(/^CLOSE-WAIT /gm)?.length ?? 0
      stalledReaders = countStalled(text)
      onSample(closeWait)
    } catch (error) {
      trouble = isNotInstalled(error)
        ? 'the program is not installed (apt-get install iproute2)'
        : error instanceof Error
          ? error.message
          : String(error)
    }
  }

  /** The oldest one stays as long as it is young enough: growth is measured from it. */
  function forget(nowMs: number): void {
    while (samples[0] !== undefined && samples[0].atMs < nowMs - maxAgeMs) samples.shift()
    let total = samples.reduce((sum, { bytes }) => sum + bytes.length, 0)
    while (total > MAX_BYTES && samples.length > 2) total -= samples.splice(1, 1)[0]?.bytes.length ?? 0
  }

  /** One at a time: whoever asks meanwhile waits for the one that is being taken. */
  function sample(): Promise<void> {
    if (isStopped) return Promise.resolve()
    taking ??= take().finally(() => {
      taking = undefined
    })
    return taking
  }

  async function next(): Promise<void> {
    const startedMs = performance.now()
    await sample()
    const tookMs = performance.now() - startedMs
    if (isStopped) return
    timer = setTimeout(() => void next(), Math.max(EVERY_MS, tookMs / MAX_SHARE) - tookMs)
  }

  await next()
  return {
    get closeWait() {
      return closeWait
    },
    get stalledReaders() {
      return stalledReaders
    },
    get trouble() {
      return trouble
    },
    sample,
    read(nowMs) {
      forget(nowMs)
      return samples
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await taking
    },
  }
}
