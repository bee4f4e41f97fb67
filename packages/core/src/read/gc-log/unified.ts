import type { LogTime } from '../log-time.ts'
import { createNewest } from '../newest.ts'
import type { FormatReader } from './format-reader.ts'
import type { GcLogBuilder } from './gc-log-builder.ts'
import type { GcProcesses } from './gc-processes.ts'
import { stampTime } from './gc-time.ts'
import { readDecorations, type Decorations } from './unified-decorations.ts'
import { createUnifiedEvents, type UnifiedEvents } from './unified-events.ts'
import { readSafepoint } from './unified-safepoint.ts'

/**
 * Reads the unified logging of JDK 9 and later (`-Xlog:gc*`), every collector, any decorations.
 *
 * What becomes a Collection, and with which times, is said in unified-events.ts. A log with safepoint lines only
 * (`-Xlog:safepoint`) yields the safepoints whose operation is a collection.
 */
export function createUnifiedReader(processes: GcProcesses): FormatReader {
  const streams = new Map<GcLogBuilder, Stream>()
  return {
    line(text, number, wrapper) {
      const found = recogniseUnified(text)
      if (found === undefined) return false
      const { decorations, gcId } = found
      const log = processes.of('jvm', processOf(decorations), decorations.stamp, wrapper)
      if (log === undefined) return true
      let stream = streams.get(log)
      if (stream === undefined) streams.set(log, (stream = createStream(log)))
      stream.line(decorations, gcId, number, wrapper)
      return true
    },
    end() {
      for (const stream of streams.values()) stream.end()
    },
  }
}

/** Whether a line is one of unified logging that says something of a collection. */
export function isUnifiedLine(text: string): boolean {
  const found = recogniseUnified(text)
  if (found === undefined) return false
  const { tags, stamp, hasLevel, message } = found.decorations
  const isDecorated = tags !== '' || hasLevel || stamp.wall !== undefined || stamp.uptimeSeconds !== undefined
  if (found.gcId === undefined) return isDecorated || message.startsWith('Safepoint')
  if (isGcTagged(tags)) return true
  return /^(?:[YyOo]: )?(?:Pause |Concurrent |(?:Garbage|Minor|Major) Collection )/.test(message)
}

interface Stream {
  line(decorations: Decorations, gcId: number | undefined, number: number, wrapper: LogTime | undefined): void
  end(): void
}

function createStream(log: GcLogBuilder): Stream {
  const events: UnifiedEvents = createUnifiedEvents(log)
  const safepoints = createNewest<Parameters<GcLogBuilder['add']>[0]>(MAX_SAFEPOINTS)
  let singleId: number | undefined
  let manySingleIds = false

  return {
    line({ ids, stamp, message }, gcId, number, wrapper) {
      if (ids.length > 1) log.pid = ids[0]
      else if (ids.length === 1 && !manySingleIds) {
        // One number is a pid if it never changes, and a tid otherwise.
        manySingleIds = singleId !== undefined && singleId !== ids[0]
        singleId = ids[0]
        log.pid = manySingleIds ? undefined : singleId
      }
      const time = stampTime(stamp, wrapper)
      if (gcId !== undefined) events.line(gcId, message, time, number)
      else {
        const using = USING.exec(message)
        if (using?.[1] !== undefined) log.collector = using[1] === 'Concurrent Mark Sweep' ? 'CMS' : using[1]
        else if (message.startsWith('Trigger')) events.closeCycles()
        else if (log.isEmpty()) {
          const collection = readSafepoint(message, time, number)
          if (collection !== undefined) safepoints.add(collection)
        }
      }
    },
    end() {
      events.end()
      if (!log.isEmpty()) return
      for (const collection of safepoints.end().records) log.add(collection)
    },
  }
}

/** As many collections are kept of a log with safepoints only. */
const MAX_SAFEPOINTS = 1_000_000

const USING =
  /^Using (?:The )?(G1|Serial|Parallel|Z|Shenandoah|Epsilon|Concurrent Mark Sweep)(?: Garbage Collector)?$/
const GC_ID = /^GC\((\d{1,10})\) /

/** Other programs' lines carry brackets too: one without `GC(n)` must have gc tags, or be a safepoint. */
function recogniseUnified(
  text: string,
): { readonly decorations: Decorations; readonly gcId: number | undefined } | undefined {
  const start = findStart(text)
  if (start === undefined) return undefined
  const decorations = readDecorations(start === 0 ? text : text.slice(start))
  const { message, tags, hasLevel, stamp } = decorations
  const id = GC_ID.exec(message)
  if (id !== null) {
    return { decorations: { ...decorations, message: message.slice(id[0].length) }, gcId: Number(id[1]) }
  }
  const isDecorated = hasLevel || stamp.wall !== undefined || stamp.uptimeSeconds !== undefined
  if ((isGcTagged(tags) && isDecorated) || USING.test(message)) return { decorations, gcId: undefined }
  if (message.startsWith('Safepoint "') && message.includes(' Reaching safepoint: ')) {
    return { decorations, gcId: undefined }
  }
  return undefined
}

function isGcTagged(tags: string): boolean {
  return /^(?:gc|safepoint)(?:,|$)/.test(tags)
}

/** Where the decorations begin: at 0, or behind what a wrapper put before the line. */
function findStart(text: string): number | undefined {
  const first = text.charCodeAt(0)
  if (first === 0x5b || /^(?:GC\(|Using |Safepoint ")/.test(text)) return 0
  const id = text.indexOf('] GC(')
  if (id < 0 || id > MAX_PREFIX) return undefined
  const bracket = text.indexOf('[')
  return bracket > 0 && text.charCodeAt(bracket - 1) === 0x20 ? bracket : undefined
}

/** `GC(n)` further into a line than decorations and a wrapper's prefix reach is not looked for. */
const MAX_PREFIX = 400

function processOf({ ids }: Decorations): string {
  // A single number may be a tid: then the whole log is one process.
  return ids.length > 1 ? String(ids[0]) : ''
}
