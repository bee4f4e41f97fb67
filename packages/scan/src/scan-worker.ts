/** A core of its own for the scan: files in, what was found in them out. Started by lanes.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import type { FoundFile } from './files/find-files.ts'
import { loadGrammars } from './languages/grammars.ts'
import type { Pass, PassReport } from './passes.ts'
import type { Rule } from './rule.ts'
import { scanFiles } from './scan-files.ts'

export interface ToWorker {
  readonly files: readonly FoundFile[]
  /** Where it is another than before. */
  readonly pass?: Pass
}

export interface FromWorker {
  readonly report?: PassReport
  readonly failure?: string
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what lanes.ts starts this with
const rules = workerData as readonly Rule[]
const grammars = loadGrammars()
let current: Pass = { kind: 'first' }

parentPort?.on('message', ({ files, pass }: ToWorker) => {
  current = pass ?? current
  void answer(files, current)
})

async function answer(files: readonly FoundFile[], pass: Pass): Promise<void> {
  let message: FromWorker
  try {
    message = grammars.ok
      ? { report: await scanFiles(files, pass, { rules, grammars }) }
      : { failure: grammars.reason }
  } catch (error) {
    message = { failure: error instanceof Error ? error.message : String(error) }
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker of Node has no origin
  parentPort?.postMessage(message)
}
