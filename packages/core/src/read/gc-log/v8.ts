import type { LogTime } from '../log-time.ts'
import type { Collection } from './collection.ts'
import type { FormatReader } from './format-reader.ts'
import type { GcProcesses } from './gc-processes.ts'

/** `[pid:isolate] uptime ms: `; Windows prints the isolate without `0x`, old versions print none. */
const HEAD = String.raw`\[(\d{1,10})(?::((?:0x)?[0-9a-fA-F]{1,16}))?\] +(\d+(?:\.\d+)?) ms: `
const TRACE = new RegExp(
  `${HEAD}${
    String.raw`((?:Shared |Incremental )?(?:Scavenge|Mark-[A-Za-z]+|Minor [A-Z][A-Za-z-]*)(?: \([a-z ]{1,30}\)){0,3}) ` +
    String.raw`[\d.]+ \([\d.]+\) -> [\d.]+ \([\d.]+\) MB, (?:pooled: [\d.]+ MB, )?(\d+(?:\.\d+)?)(?: \/ \d+(?:\.\d+)?)? ms`
  }`,
  'g',
)
const NVP = new RegExp(`${HEAD}${String.raw`pause=(\d+(?:\.\d+)?) mutator=-?[\d.]+ gc=([a-z_]{1,12}) `}`)
const BEGINS = new RegExp(`${HEAD}(?:Shared |Incremental )?(?:Scavenge|Mark-[A-Za-z]+|Minor [A-Z])`)

/** `gc=` of --trace-gc-nvp (gc-tracer.cc TypeName(true)). */
const NVP_NAMES: ReadonlyMap<string, string> = new Map([
  ['s', 'Scavenge'],
  ['mc', 'Mark-Compact'],
  ['ms', 'Mark-Compact'],
  ['ims', 'Mark-Compact'],
  ['imc', 'Mark-Compact'],
  ['mmc', 'Minor Mark-Compact'],
  ['mms', 'Minor Mark-Sweep'],
  ['imms', 'Minor Mark-Sweep'],
])

/**
 * Reads `node --trace-gc` and `--trace-gc-nvp` of all versions (gc-tracer.cc GCTracer::Print).
 *
 * The line is printed when the pause has ended; its clock counts whole milliseconds from the start of the isolate,
 * so each worker thread is a log of its own. FinalizationRegistry callbacks run after the pause, hence `concurrent`
 * is false and `start` is that of the final pause, though marking began before it.
 * The `Last few GCs` of a crash repeat lines that were printed before: those are taken once.
 */
export function createV8Reader(processes: GcProcesses): FormatReader {
  const lastMs = new Map<string, number>()
  let isRepeating = false

  function add(
    match: RegExpExecArray,
    name: string,
    durationMs: number,
    line: number,
    wrapper?: LogTime,
  ): void {
    const atMs = Number(match[3])
    const isolate = `${match[1]}:${match[2] ?? ''}`
    if (isRepeating && atMs <= (lastMs.get(isolate) ?? -1)) return
    if (lastMs.size < MAX_ISOLATES) lastMs.set(isolate, atMs)
    const log = processes.of('v8', isolate, { uptimeSeconds: atMs / 1000 }, wrapper)
    if (log === undefined) return
    log.pid ??= Number(match[1])
    log.add(createCollection(name, atMs, durationMs, line))
  }

  return {
    line(text, number, wrapper) {
      if (text.startsWith('<--- Last few GCs --->')) isRepeating = true
      else if (text.startsWith('<--- JS stack')) isRepeating = false
      if (!text.includes(' ms: ')) return false
      let isOwn = false
      // The crash report glues cut lines together.
      for (const match of text.matchAll(TRACE)) {
        isOwn = true
        add(match, match[4] ?? '', Number(match[5]), number, wrapper)
      }
      if (isOwn) return true
      const nvp = NVP.exec(text)
      if (nvp !== null) {
        const name = NVP_NAMES.get(nvp[5] ?? '')
        if (name !== undefined) add(nvp, name, Number(nvp[4]), number, wrapper)
        return true
      }
      const damaged = BEGINS.exec(text)
      if (damaged === null) return false
      const isolate = `${damaged[1]}:${damaged[2] ?? ''}`
      processes.of('v8', isolate, { uptimeSeconds: Number(damaged[3]) / 1000 }, wrapper)?.damaged(number)
      return true
    },
    end() {},
  }
}

/** Whether a line is V8's trace of a collection. */
export function isV8Line(text: string): boolean {
  return text.includes(' ms: ') && (text.search(TRACE) >= 0 || NVP.test(text))
}

/** Repeated lines are recognised for this many isolates. */
const MAX_ISOLATES = 10_000

function createCollection(name: string, atMs: number, pauseMs: number, line: number): Collection {
  const isYoung = name.includes('Scavenge') || name.startsWith('Minor')
  return {
    line,
    kind: isYoung ? 'young' : 'full',
    name,
    start: { clock: 'uptime', seconds: (atMs - pauseMs) / 1000 },
    end: { clock: 'uptime', seconds: atMs / 1000 },
    pauseMs,
    concurrent: false,
  }
}
