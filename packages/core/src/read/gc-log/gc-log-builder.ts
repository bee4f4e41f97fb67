import { problem, type Problem } from '../../errors.ts'
import type { LogTime } from '../log-time.ts'
import { createNewest } from '../newest.ts'
import type { Collection, GcLog } from './collection.ts'
import { shiftTime, type Stamp, type WallTime } from './gc-time.ts'

/** A log of more collections than this keeps the last ones: about 200 MB of objects. */
const MAX_COLLECTIONS = 1_000_000

/** What damaged lines look like, in a problem's words. */
const WHAT = 'a garbage-collection log'

export type Runtime = GcLog['runtime']

/** Collects what belongs to one run of one process. */
export interface GcLogBuilder {
  collector: string | undefined
  pid: number | undefined
  /** Counts a line as this log's own, and learns from its times when the process started. */
  seen(stamp: Stamp, wrapper: LogTime | undefined): void
  add(collection: Collection): void
  /** A line of this format that cannot be read. */
  damaged(line: number): void
  /** A collection whose end the log does not show. */
  unfinished(line: number): void
  /** A collection that carries no time at all. */
  untimed(line: number): void
  /** Whether a line with this stamp comes from an earlier or later run than the lines seen so far. */
  isOtherRun(stamp: Stamp): boolean
  isEmpty(): boolean
  end(): GcLog
}

/** The uptime may step back this far between threads that write one log before it means a restart. */
const MAX_UPTIME_DISORDER_SECONDS = 1

/** Starts computed from wall clock minus uptime differ by rounding and by clock steps; restarts differ by more. */
const MAX_START_DISORDER_MS = 2000

/** Creates the builder of one log. @param section As in `LineContext`. */
export function createGcLogBuilder(runtime: Runtime, section: string | undefined): GcLogBuilder {
  const kept = createNewest<Collection>(MAX_COLLECTIONS)
  const marks = { damaged: createMark(), unfinished: createMark(), untimed: createMark() }
  let lines = 0
  let lastUptime = 0
  let ownStart: WallTime | undefined
  let wrapperStart: WallTime | undefined

  return {
    collector: undefined,
    pid: undefined,
    seen(stamp, wrapper) {
      lines += 1
      if (stamp.uptimeSeconds === undefined) return
      lastUptime = stamp.uptimeSeconds
      if (stamp.wall !== undefined) ownStart ??= startOf(stamp.wall, stamp.uptimeSeconds)
      // Output is held back in buffers, never printed early: the least delayed line tells the start best.
      else if (wrapper?.clock === 'wall')
        wrapperStart = earlier(wrapperStart, startOf(wrapper, stamp.uptimeSeconds))
    },
    add(collection) {
      kept.add(collection)
    },
    damaged: (line) => count(marks.damaged, line),
    unfinished: (line) => count(marks.unfinished, line),
    untimed: (line) => count(marks.untimed, line),
    isOtherRun(stamp) {
      if (stamp.uptimeSeconds === undefined) return false
      if (stamp.uptimeSeconds >= lastUptime - MAX_UPTIME_DISORDER_SECONDS) return false
      if (stamp.wall === undefined || ownStart === undefined) return true
      const start = startOf(stamp.wall, stamp.uptimeSeconds)
      return Math.abs(utcMs(start) - utcMs(ownStart)) > MAX_START_DISORDER_MS
    },
    isEmpty: () => kept.isEmpty(),
    end() {
      const { records: collections, omitted } = kept.end()
      const startedAt = ownStart ?? wrapperStart
      return {
        runtime,
        ...(this.collector !== undefined && { collector: this.collector }),
        ...(this.pid !== undefined && { pid: this.pid }),
        ...(section !== undefined && { section }),
        collections:
          ownStart === undefined && wrapperStart !== undefined
            ? onWall(collections, wrapperStart)
            : collections,
        ...(startedAt !== undefined && { startedAt }),
        lines,
        problems: listProblems(marks, collections.length, omitted),
      }
    },
  }
}

interface Mark {
  count: number
  line: number
}

function createMark(): Mark {
  return { count: 0, line: 0 }
}

function count(mark: Mark, line: number): void {
  if (mark.count === 0) mark.line = line
  mark.count += 1
}

function listProblems(
  marks: { readonly damaged: Mark; readonly unfinished: Mark; readonly untimed: Mark },
  kept: number,
  omitted: number,
): readonly Problem[] {
  const { damaged, unfinished, untimed } = marks
  return [
    ...(damaged.count > 0
      ? [problem('lines-damaged', { what: WHAT, lines: damaged.count }, { line: damaged.line })]
      : []),
    ...(unfinished.count > 0
      ? [problem('gc-event-unfinished', { collections: unfinished.count }, { line: unfinished.line })]
      : []),
    ...(untimed.count > 0
      ? [problem('gc-time-missing', { collections: untimed.count }, { line: untimed.line })]
      : []),
    ...(omitted > 0
      ? [problem('records-omitted', { what: 'collections', kept, omitted, which: 'newest' })]
      : []),
  ]
}

/** Puts collections that carry an uptime on the wall clock of a process that started at `start`. */
function onWall(collections: readonly Collection[], start: WallTime): Collection[] {
  const place = (time: LogTime): LogTime =>
    time.clock === 'uptime' ? shiftTime(start, time.seconds * 1000) : time
  return collections.map((collection) => ({
    ...collection,
    end: place(collection.end),
    ...(collection.start !== undefined && { start: place(collection.start) }),
    ...(collection.referencesProcessedAt !== undefined && {
      referencesProcessedAt: place(collection.referencesProcessedAt),
    }),
  }))
}

function startOf(wall: WallTime, uptimeSeconds: number): WallTime {
  return { ...wall, localMs: wall.localMs - uptimeSeconds * 1000 }
}

function earlier(a: WallTime | undefined, b: WallTime): WallTime {
  return a === undefined || utcMs(b) < utcMs(a) ? b : a
}

/** For comparing two stamps of one log, whose zone may change with the season. */
function utcMs(time: WallTime): number {
  return time.localMs - (time.zoneMinutes ?? 0) * 60_000
}
