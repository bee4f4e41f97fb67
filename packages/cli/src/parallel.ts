import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { OtherReaders, ShardResult, SharedCapture } from '@whyreset/core'
import type { OpenedInput } from './opened-input.ts'
import type { ShardJob } from './shard-worker.ts'

/** Below this a second thread costs more than it brings: it takes 50 ms to start and to get up to speed. */
const MIN_BYTES = 64 << 20
/** Every reader looks at every packet's addresses, so that more of them bring less and less. */
const MAX_READERS = 4

/** Lends core readers of a large capture file, one thread each; a smaller one, or anything else, is read alone. */
export function readBeside({ input, ...job }: SharedCapture): OtherReaders | undefined {
  const { path } = input as OpenedInput
  const of = readersFor(availableParallelism())
  if (path === undefined || of < 2 || job.byteLength < MIN_BYTES) return undefined
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workers = Array.from({ length: of - 1 }, (_, index) => {
    const workerData: ShardJob = { ...job, path, shard: index + 1, of, stop }
    return new Worker(new URL('./shard-worker.js', import.meta.url), { workerData })
  })
  return {
    of,
    results: Promise.all(workers.map(resultOf)),
    stop() {
      Atomics.store(stop, 0, 1)
    },
  }
}

function readersFor(processors: number): number {
  return Math.min(MAX_READERS, 2 ** Math.floor(Math.log2(processors)))
}

function resultOf(worker: Worker): Promise<ShardResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      reject(new Error('the reader ended without a result'))
    })
  })
}
