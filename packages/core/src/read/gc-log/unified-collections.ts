import type { LogTime } from '../log-time.ts'
import type { Collection, ReferenceCounts } from './collection.ts'
import { shiftTime } from './gc-time.ts'
import type { ReferenceTally } from './unified-references.ts'

/** What was read under one `GC(n)` so far. */
export interface OpenEvent {
  readonly number: number
  readonly firstLine: number
  /** Where the log says when it began. */
  start?: LogTime
  lastTime?: LogTime
  lastLine: number
  pauseMs: number
  tally: ReferenceTally
  referencesProcessedAt?: LogTime
  /** A start line was seen whose end must follow. */
  awaitsEnd: boolean
  /** A Shenandoah cycle that marked everything, so that its references were processed. */
  shenandoah?: { isYoung: boolean; isMarked: boolean }
}

export function createEvent(number: number, line: number): OpenEvent {
  return { number, firstLine: line, lastLine: line, pauseMs: 0, tally: { counts: {} }, awaitsEnd: false }
}

export function createPause(
  event: OpenEvent,
  what: string,
  time: LogTime,
  pauseMs: number,
  line: number,
): Collection {
  return {
    line,
    number: event.number,
    kind: kindOfPause(what),
    name: `Pause ${what}`,
    start: shiftTime(time, -pauseMs),
    end: time,
    pauseMs,
    concurrent: false,
    ...referencesOf(event),
  }
}

export function createCycle(
  event: OpenEvent,
  kind: Collection['kind'],
  name: string,
  end: LogTime,
  line: number,
): Collection {
  return {
    line,
    number: event.number,
    kind,
    name,
    ...(event.start !== undefined && { start: event.start }),
    end,
    ...(event.referencesProcessedAt !== undefined && { referencesProcessedAt: event.referencesProcessedAt }),
    ...(event.pauseMs > 0 && { pauseMs: event.pauseMs }),
    concurrent: true,
    ...referencesOf(event),
  }
}

function referencesOf(event: OpenEvent): { readonly references?: ReferenceCounts } {
  const { counts } = event.tally
  return Object.keys(counts).length > 0 ? { references: { ...counts } } : {}
}

/** JDK 9 and 10 print `Pause Mixed` and `Pause Initial Mark (cause)`, later ones `Pause Young (Mixed)`. */
function kindOfPause(what: string): Collection['kind'] {
  if (what.startsWith('Full') || what.startsWith('Degenerated')) return 'full'
  if (what.startsWith('Mixed') || what.startsWith('Young (Mixed)')) return 'mixed'
  if (what.startsWith('Young') || what.startsWith('Initial Mark')) return 'young'
  return 'other'
}
