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
/** Files, and UTF-16 units, that are parsed before other cores are called in: they take 0.1 s to come. */
const PARSED_ALONE = 32
const UNITS_ALONE = 500_000
/** Each has parsers and about 40 MB of its own. */
const MAX_WORKERS = 4
/**
 * UTF-16 units of source that one thread parses. Trees take 20 to 50 bytes a unit outside of JavaScript's heap, where
 * its garbage collector sees nothing of them: only the end of a thread gives all of it back. Measured on 75 MB of Go:
 * 209 MB at most, where threads that live on had 328 MB and went on growing, and the same processor time.
 */
const UNITS_A_THREAD = 2_000_000

interface LaneOptions {
  readonly worker?: URL
  readonly unitsAThread?: number
}

type Lane = (parcel: readonly FoundFile[]) => Promise<PassReport>

/**
 * Goes through files on all cores: in this thread, and in workers where the tree turns out to be large. A class,
 * because the workers live from pass to pass.
 */
export class Lanes {
  readonly #options: FileOptions
  readonly #worker: URL
  readonly #unitsAThread: number
  readonly #workers: ScanWorker[] = []
  #parsed = 0
  #units = 0

  constructor(options: FileOptions, { worker = WORKER, unitsAThread = UNITS_A_THREAD }: LaneOptions = {}) {
    this.#options = options
    this.#worker = worker
    this.#unitsAThread = unitsAThread
  }

  /** Threads that were started so far, those that gave way to another one included. */
  get threads(): number {
    return this.#workers.reduce((sum, { threads }) => sum + threads, 0)
  }

  async run(
    files: Iterator<FoundFile>,
    pass: Pass,
    {
      signal,
      onReport,
    }: { readonly signal: AbortSignal | undefined; readonly onReport: (report: PassReport) => void },
  ): Promise<void> {
    const lane = async (scan: Lane, isOpen = always): Promise<void> => {
      while (isOpen()) {
        const parcel = signal?.aborted === true ? [] : take(files)
        if (parcel.length === 0) return
        const report = await scan(parcel)
        this.#parsed += report.parsed
        this.#units += report.parsedUnits
        onReport(report)
        for (const worker of this.#calledIn()) lanes.push(lane((next) => worker.scan(next, pass)))
      }
    }
    const lanes = this.#workers.map((worker) => lane((parcel) => worker.scan(parcel, pass)))
    lanes.push(
      lane(
        (parcel) => scanFiles(parcel, pass, this.#options),
        // This thread cannot be replaced: where there are others, it leaves the rest to them.
        () => this.#workers.length === 0,
      ),
    )
    // More may be added while these are awaited.
    for (let at = 0; at < lanes.length; at++) await lanes[at]
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
  }

  /** The workers that the tree turned out to be large enough for, once. */
  #calledIn(): readonly ScanWorker[] {
    const isSmall = this.#parsed < PARSED_ALONE && this.#units < UNITS_ALONE
    if (isSmall || this.#workers.length > 0 || !existsSync(this.#worker)) return []
    for (let count = Math.min(availableParallelism(), MAX_WORKERS); count > 0; count--)
      this.#workers.push(new ScanWorker(this.#options, this.#worker, this.#unitsAThread))
    return this.#workers
  }
}

const always = (): boolean => true

/** One other core: a thread, and the next one after so many units of source. */
class ScanWorker {
  readonly #rules: FileOptions['rules']
  readonly #file: URL
  readonly #unitsAThread: number
  readonly #waiting: {
    readonly resolve: (report: PassReport) => void
    readonly reject: (error: unknown) => void
  }[] = []
  #worker: Worker | undefined
  #pass: Pass | undefined
  #units = 0
  threads = 0

  constructor({ rules }: FileOptions, file: URL, unitsAThread: number) {
    this.#rules = rules
    this.#file = file
    this.#unitsAThread = unitsAThread
  }

  async scan(files: readonly FoundFile[], pass: Pass): Promise<PassReport> {
    if (this.#units >= this.#unitsAThread) await this.close()
    this.#worker ??= this.#start()
    const report = await this.#ask(this.#worker, files, pass)
    this.#units += report.parsedUnits
    return report
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(fileURLToPath(this.#file), { workerData: this.#rules })
    this.#pass = undefined
    this.#units = 0
    this.threads++
    worker.on('message', ({ report, failure }: FromWorker) => {
      const asked = this.#waiting.shift()
      if (report === undefined) asked?.reject(new Error(failure))
      else asked?.resolve(report)
    })
    worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    })
    return worker
  }

  #ask(worker: Worker, files: readonly FoundFile[], pass: Pass): Promise<PassReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      const message: ToWorker = { files, ...(pass === this.#pass ? {} : { pass }) }
      this.#pass = pass
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker of Node has no origin
      worker.postMessage(message)
    })
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
