import { parentPort, workerData } from 'node:worker_threads'
import { readShare, transferables, type Input, type SharedCapture } from '@whyreset/core'
import { readBlocking } from './file-input.ts'

/** What a thread that reads a share of a capture is told. */
export interface ShardJob extends Omit<SharedCapture, 'input'> {
  readonly path: string
  readonly shard: number
  readonly of: number
  /** Shared memory, not 0 when the reading is to end. */
  readonly stop: Int32Array
}

const job: ShardJob = workerData
const input: Input = {
  name: job.path,
  replay: true,
  async *open() {
    yield* readBlocking(job.path)
  },
}
const result = await readShare({ ...job, input }, job, () => Atomics.load(job.stop, 0) !== 0)
parentPort?.postMessage(result, transferables(result))
