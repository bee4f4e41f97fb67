import { MessageChannel, Worker, type ResourceLimits } from 'node:worker_threads'
import type { Loader } from '../loader.ts'
import { startRemote, type Link } from '../remote-isolate.ts'

export interface WorkerOptions {
  /** Of the thread's own heap; beyond it the thread ends, not the process. Default: 512 MB of old generation. */
  readonly resourceLimits?: ResourceLimits
  /** What the package sees as `process.env`: a copy of the host's where it is absent. */
  readonly env?: Readonly<Record<string, string>>
}

const GUEST = new URL('worker-guest.js', import.meta.url)
const DEFAULT_OLD_GENERATION_MB = 512

/** One thread for each version: its memory, timers and listeners go with it. It does not hold hostile code back. */
export function workerLoader(options: WorkerOptions = {}): Loader {
  return {
    isolation: 'worker',
    load(pkg, context) {
      const { name, version } = pkg.manifest
      const link = startWorker(`${name}@${version} #${context.generation}`, options)
      return startRemote(link, pkg, context)
    },
  }
}

function startWorker(name: string, { resourceLimits, env }: WorkerOptions): Link {
  const { port1: port, port2: guestPort } = new MessageChannel()
  const worker = new Worker(GUEST, {
    name,
    workerData: guestPort,
    transferList: [guestPort],
    // Flags of the host's own command line, as loaders and inspectors, are not the package's.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: DEFAULT_OLD_GENERATION_MB, ...resourceLimits },
    ...(env !== undefined && { env: { ...env } }),
  })
  let death: Error | undefined
  const ended = new Promise<Error>((resolve) => {
    worker.on('error', (error: unknown) => {
      death ??= error instanceof Error ? error : new Error(`it threw ${String(error)}`)
    })
    worker.on('exit', (code) => {
      port.close()
      resolve(death ?? new Error(`its thread ended with code ${code}`))
    })
  })
  return {
    post: (batch, moved) => port.postMessage(batch, moved),
    onMessage(listener) {
      port.on('message', listener)
      port.on('messageerror', () => listener(undefined))
    },
    ended,
    async kill() {
      await worker.terminate()
      await ended
    },
  }
}
