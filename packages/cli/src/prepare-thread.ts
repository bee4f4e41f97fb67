import { openSync, readSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { prepareAhead } from '@whyreset/core/prepare-ahead'
import type { Errand } from './prepare-ahead.ts'

const { path, job }: Errand = workerData
const descriptor = openSync(path, 'r')
prepareAhead(job, (into, offset) => readSync(descriptor, into, 0, into.length, offset))
