import { openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { prepareAhead } from '@whyreset/core/prepare-ahead'
import type { Errand } from './prepare-ahead.ts'

parentPort?.once('message', ({ path, job }: Errand) => {
  const descriptor = openSync(path, 'r')
  prepareAhead(job, (into, offset) => readSync(descriptor, into, 0, into.length, offset))
})
