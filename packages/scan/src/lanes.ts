import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FoundFile } from './files/find-files.ts'
import type { Pass, PassReport } from './passes.ts'
import { scanFiles, type FileOptions } from './scan-files.ts'
import type { FromWorker, ToWorker } from './scan-worker.ts'

/** Beside this file, or beside the bundle that it went into; run from its sources the scan has one lane. */
const WORKER = new URL('./scan-worker.js', import.meta.url)
/** Files in one parcel. */
const PARCEL = 16
/** Files that were parsed before other cores are called in: they take 0.1 s to come. */
const PARSED_ALONE = 32
/** Each has parsers and about 40 MB of its own. */
const MAX_WORKERS = 3

/**
 * Goes through files on all cores: this thread, and workers where the tree turns out to be large. A class, because
 * the workers live from pass to pass.
 */
export class Lanes {
  readonly #options: FileOptions
  readonly #workers: ScanWorker[] = []
  #parsed = 0

  constructor(options: FileOptions) {
    this.#options = options
  }

  async run(
    files: Iterator<FoundFile>,
    pass: Pass,
    {
      signal,
      onReport,
    }: { readonly signal: AbortSignal | undefined; readonly onReport: (report: PassReport) => void },
  ): Promise<void> {
    const lane = async (scan: (parcel: readonly FoundFile[]) => Promise<PassReport>): Promise<void> => {
      for (;;) {
        const parcel = signal?.aborted === true ? [] : take(files)
        if (parcel.length === 0) return
        const report = await scan(parcel)
        this.#parsed += report.parsed
        onReport(report)
        this.#callIn(pass, lanes, lane)
      }
    }
    const lanes: Promise<void>[] = []
    for (const worker of this.#workers) lanes.push(lane((parcel) => worker.scan(parcel, pass)))
    lanes.push(lane((parcel) => scanFiles(parcel, pass, this.#options)))
    // More may be added while these are awaited.
    for (let at = 0; at < lanes.length; at++) await lanes[at]
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
  }

  #callIn(
    pass: Pass,
    lanes: Promise<void>[],
    lane: (scan: (parcel: readonly FoundFile[]) => Promise<PassReport>) => Promise<void>,
  ): void {
    if (this.#workers.length > 0 || this.#parsed < PARSED_ALONE || !existsSync(WORKER)) return
    for (let count = Math.min(availableParallelism() - 1, MAX_WORKERS); count > 0; count--) {
      const worker = new ScanWorker(this.#options)
      this.#workers.push(worker)
      lanes.push(lane((parcel) => worker.scan(parcel, pass)))
    }
  }
}

/** One other core. */
class ScanWorker {
  readonly #worker: Worker
  readonly #waiting: {
    readonly resolve: (report: PassReport) => void
    readonly reject: (error: unknown) => void
  }[] = []
  #pass: Pass | undefined

  constructor({ rules }: FileOptions) {
    this.#worker = new Worker(fileURLToPath(WORKER), { workerData: rules })
    this.#worker.on('message', ({ report, failure }: FromWorker) => {
      const asked = this.#waiting.shift()
      if (report === undefined) asked?.reject(new Error(failure))
      else asked?.resolve(report)
    })
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    })
  }

  scan(files: readonly FoundFile[], pass: Pass): Promise<PassReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      const message: ToWorker = { files, ...(pass === this.#pass ? {} : { pass }) }
      this.#pass = pass
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker of Node has no origin
      this.#worker.postMessage(message)
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}

function take(files: Iterator<FoundFile>): FoundFile[] {
  const parcel: FoundFile[] = []
  while (parcel.length < PARCEL) {
    const { value, done } = files.next()
    if (done === true) break
    parcel.push(value)
  }
  return parcel
}
