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
const MAX_LANES = 4
/**
 * UTF-16 units of source that one thread parses. Trees take 20 to 50 bytes a unit outside of JavaScript's heap, where
 * its garbage collector sees nothing of them: only the end of a thread gives all of it back. A new thread has to warm
 * up, which takes some 0.2 s. Measured on the Go sources: 548 MB where threads live on, and they go on growing.
 */
const UNITS_A_THREAD = 2_500_000

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
  readonly #isAlone: boolean
  readonly #unitsAThread: number
  readonly #workers: ScanWorker[] = []
  #parsed = 0
  #units = 0
  #unitsHere = 0

  constructor(options: FileOptions, { worker = WORKER, unitsAThread = UNITS_A_THREAD }: LaneOptions = {}) {
    this.#options = options
    this.#worker = worker
    this.#isAlone = !existsSync(worker)
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
        while (this.#workers.length < this.#wanted()) {
          const worker = new ScanWorker(this.#options, this.#worker, this.#unitsAThread)
          this.#workers.push(worker)
          lanes.push(lane((next) => worker.scan(next, pass)))
        }
      }
    }
    const lanes = this.#workers.map((worker) => lane((parcel) => worker.scan(parcel, pass)))
    lanes.push(
      lane(
        (parcel) => this.#scanHere(parcel, pass),
        () => this.#isOpenHere,
      ),
    )
    // More may be added while these are awaited.
    for (let at = 0; at < lanes.length; at++) await lanes[at]
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
  }

  async #scanHere(files: readonly FoundFile[], pass: Pass): Promise<PassReport> {
    const report = await scanFiles(files, pass, this.#options)
    this.#unitsHere += report.parsedUnits
    return report
  }

  /** This thread cannot be replaced: after its share it leaves the rest to a worker. */
  get #isOpenHere(): boolean {
    return this.#isAlone || this.#unitsHere < this.#unitsAThread
  }

  /** None for a small tree. */
  #wanted(): number {
    if (this.#isAlone || (this.#parsed < PARSED_ALONE && this.#units < UNITS_ALONE)) return 0
    return Math.min(availableParallelism(), MAX_LANES) - (this.#isOpenHere ? 1 : 0)
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
