import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { AheadJob } from '@whyreset/core/prepare-ahead'
import { readShipped } from './executable.ts'

/** Bundled by scripts/build.mjs. */
const THREAD = 'prepare-thread.cjs'
/** A thread starts in some 20 ms, in which as much is read without it. */
const MIN_BYTES = 64 << 20

/** What the thread is given. */
export interface Errand {
  readonly path: string
  readonly job: AheadJob
}

/** Whether a file of this size is read faster by two. */
export function isWorthThread(byteLength: number): boolean {
  return byteLength >= MIN_BYTES && availableParallelism() > 1
}

/** Starts the thread that reads the file ahead: see `Input.prepareAhead`. */
export function startPreparing(path: string, job: AheadJob, lost: () => void): () => Promise<void> {
  const worker = begin({ path, job })
  if (worker === undefined) {
    lost()
    return () => Promise.resolve()
  }
  // What it could not read is read without it, and told then.
  worker.on('error', lost)
  worker.on('exit', lost)
  worker.unref()
  return async () => {
    await worker.terminate()
  }
}

/** From its text, which the single executable has and no file. A system that is short of threads is no reason to fail. */
function begin(errand: Errand): Worker | undefined {
  try {
    return new Worker(readShipped(THREAD), { eval: true, workerData: errand, execArgv: [], stderr: true })
  } catch {
    return undefined
  }
}
