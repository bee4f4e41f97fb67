import { statSync } from 'node:fs'
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

/** The thread that was started before it was known what for. */
let early: Worker | undefined

/**
 * Starts the thread when one of the arguments is a file that is worth it: a thread takes 35 ms until it can read. Where
 * it is not asked for after all, it ends with the process.
 */
export function startEarly(args: readonly string[]): void {
  if (args.some(isLargeFile)) early = start()
}

function isLargeFile(path: string): boolean {
  try {
    const stats = statSync(path)
    return stats.isFile() && isWorthThread(stats.size)
  } catch {
    // Whoever opens it says why it cannot be read.
    return false
  }
}

/** Has the thread read the file ahead: see `Input.prepareAhead`. */
export function startPreparing(path: string, job: AheadJob, lost: () => void): () => Promise<void> {
  const worker = early ?? start()
  early = undefined
  if (worker === undefined) {
    lost()
    return () => Promise.resolve()
  }
  // What it could not read is read without it, and told then.
  worker.on('error', lost)
  worker.on('exit', lost)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has none
  worker.postMessage({ path, job } satisfies Errand)
  return async () => {
    await worker.terminate()
  }
}

/** From its text, which the single executable has and no file. A system that is short of threads is no reason to fail. */
function start(): Worker | undefined {
  try {
    const worker = new Worker(readShipped(THREAD), { eval: true, execArgv: [], stderr: true })
    // A failure before its errand: then it never becomes ready, and nothing is left to it.
    worker.on('error', () => undefined)
    worker.unref()
    return worker
  } catch {
    return undefined
  }
}
