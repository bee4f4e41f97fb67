import type { EvidenceFile, EvidenceFolder } from './evidence-folder.ts'
import type { Namespace } from './namespace.ts'
import { isNotInstalled, type Programs } from './programs.ts'
import { fileStamp } from './time-stamp.ts'

/** Socket tables of one namespace, taken again and again. */
export interface SocketSampler {
  /** Of the newest sample; absent before the first. */
  readonly closeWait: number | undefined
  /** Why there are no samples, or only poorer ones. */
  readonly trouble: SamplerTrouble | undefined
  /** Takes the last sample and ends. */
  stop(): Promise<void>
}

interface SamplerTrouble {
  readonly what: 'ss' | 'socket tables'
  readonly because: string
}

export interface SamplerOptions {
  readonly folder: EvidenceFolder
  readonly namespace: Namespace
  readonly programs: Programs
  readonly who: string
  readonly everyMs: number
  /** Of all samples; the oldest but the first go. */
  readonly maxBytes: number
}

/** Samples may take this share of the time: on a machine with many processes, finding the owners is slow. */
const MAX_SHARE = 0.05
/** An evidence folder is read up to ten thousand files. */
const MAX_SAMPLES = 1500
const MAX_SAMPLE_BYTES = 64 << 20

/** Resolves when the first sample is taken, or cannot be. */
export async function startSocketSampler(options: SamplerOptions): Promise<SocketSampler> {
  const { folder, who, everyMs, maxBytes } = options
  const files: EvidenceFile[] = []
  let closeWait: number | undefined
  let trouble: SamplerTrouble | undefined
  let readTable: TableReader = readSs
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  async function sample(): Promise<void> {
    const atMs = Date.now()
    const table = await tableNow()
    if (table === undefined) return
    closeWait = table.closeWait
    const file = folder.create(`sockets/${table.program}-${who}-${fileStamp(atMs)}.txt`, 'socket-table', who)
    file.write(table.bytes)
    file.close()
    files.push(file)
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    // The first one stays: what was there from the beginning.
    while ((total > maxBytes && files.length > 2) || files.length > MAX_SAMPLES) {
      const [oldest] = files.splice(1, 1)
      if (oldest === undefined) break
      folder.remove(oldest)
      total -= oldest.bytes
    }
  }

  async function tableNow(): Promise<Table | undefined> {
    try {
      return await readTable(options)
    } catch (error) {
      if (readTable === readProc) {
        trouble = { what: 'socket tables', because: reason(error) }
        return undefined
      }
      trouble = {
        what: 'ss',
        because: isNotInstalled(error) ? 'the program is not installed' : reason(error),
      }
      readTable = readProc
      return tableNow()
    }
  }

  async function next(): Promise<void> {
    const startedMs = performance.now()
    try {
      await sample()
    } catch (error) {
      trouble = { what: 'socket tables', because: reason(error) }
      return
    }
    const tookMs = performance.now() - startedMs
    if (isStopped) return
    timer = setTimeout(
      () => {
        running = next()
      },
      Math.max(everyMs, tookMs / MAX_SHARE) - tookMs,
    )
  }

  let running = next()
  await running
  return {
    get closeWait() {
      return closeWait
    },
    get trouble() {
      return trouble
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
      await sample().catch(() => undefined)
    },
  }
}

interface Table {
  readonly program: 'ss' | 'proc'
  readonly bytes: Buffer
  readonly closeWait: number
}

type TableReader = (from: Pick<SamplerOptions, 'namespace' | 'programs'>) => Promise<Table>

async function readSs({
  namespace,
  programs,
}: Pick<SamplerOptions, 'namespace' | 'programs'>): Promise<Table> {
  const bytes = await programs.output(namespace.command('ss', ['-tanpoiem']), MAX_SAMPLE_BYTES)
  return { program: 'ss', bytes, closeWait: count(bytes, '\nCLOSE-WAIT') }
}

/** The kernel's own tables: no owners and no timers' names, but the states and the queues. */
async function readProc({
  namespace,
  programs,
}: Pick<SamplerOptions, 'namespace' | 'programs'>): Promise<Table> {
  const paths = ['/proc/net/tcp', '/proc/net/tcp6']
  const bytes = await programs
    .output(namespace.command('cat', paths), MAX_SAMPLE_BYTES)
    // Without IPv6 there is no second file.
    .catch(() => programs.output(namespace.command('cat', paths.slice(0, 1)), MAX_SAMPLE_BYTES))
  return { program: 'proc', bytes, closeWait: bytes.toString('latin1').match(PROC_CLOSE_WAIT)?.length ?? 0 }
}

/** State 08 after both ends (Documentation/networking/proc_net_tcp.rst). */
const PROC_CLOSE_WAIT = /^ *\d+: [\dA-F]+:[\dA-F]{4} [\dA-F]+:[\dA-F]{4} 08 /gm

function count(bytes: Buffer, text: string): number {
  let found = 0
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found++
  return found
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
