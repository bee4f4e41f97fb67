import type { LogTime } from '../log-time.ts'
import type { GcLogBuilder } from './gc-log-builder.ts'
import { readDecimal, shiftTime } from './gc-time.ts'
import { createCycle, createEvent, createPause, type OpenEvent } from './unified-collections.ts'
import { readReferenceLine } from './unified-references.ts'

/**
 * Puts the lines of one process's collections together, by their `GC(n)`.
 *
 * - A stop-the-world pause (Young, Mixed, Full, Degenerated) is a Collection. Its `start` is the printed end minus
 *   the printed duration, which is finer than the stamp of its start line.
 * - G1 and CMS: a concurrent mark cycle reclaims and processes references in `Pause Remark` alone: that pause is a
 *   Collection of kind `other`; the cycle, `Pause Cleanup` and CMS's `Pause Initial Mark` are none.
 * - ZGC: a cycle is one Collection; its pauses only add to `pauseMs`. `referencesProcessedAt` is the end of
 *   `Concurrent Process Non-Strong`. Before JDK 21 and without `gc,start` lines its `start` is unknown. A `Minor
 *   Collection` of generational ZGC processes no references at all (zReferenceProcessor serves the old generation).
 * - Shenandoah prints no line for a cycle: its phases with one number are the Collection, once marking was final.
 *   `referencesProcessedAt` is the end of `Concurrent weak references`, in JDK 15 and earlier of `Pause Final Mark`.
 */
export interface UnifiedEvents {
  line(gcId: number, message: string, time: LogTime | undefined, line: number): void
  /** A collector that prints no end of a cycle says that something else begins. */
  closeCycles(): void
  end(): void
}

/** Collections whose end is not seen are given up when this many are open. */
const MAX_OPEN = 64

const HEAP = String.raw`\d+[BKMGT](?:\(\d+%\))?->\d+[BKMGT](?:\(\d+[BKMGT%]+\))?`
const PAUSE_END = new RegExp(
  String.raw`^Pause (.{1,200}?)(?: ${HEAP})?(?: \([\d.,]+s, [\d.,]+s\))? (\d+[.,]\d+)(ms|s)$`,
)
const PAUSE_START = /^Pause [A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*){0,3}(?: \([^>]{1,200}\))?$/
const CYCLE = new RegExp(
  String.raw`^((?:Garbage|Minor|Major) Collection \(.{1,120}?\))( ${HEAP}(?: (\d+[.,]\d+)s)?)?$`,
)
const CYCLE_PAUSE = /^(?:Mark Start|Mark End|Relocate Start)/
const SHENANDOAH_PAUSE =
  /^(?:Init Mark|Final Mark|Init Update Refs|Final Update Refs|Final Roots|Final Strong)/
const SHENANDOAH_PHASE = /^Concurrent [a-z]/
/** A log that began before this part of it does not say `Using G1`. */
const G1_WORDS = /\(G1 |\(Normal\)|\(Mixed\)|\(Prepare Mixed\)|\(Concurrent Start\)/
const PHASE_DURATION = / (\d+[.,]\d+)ms$/
const REFERENCES_DONE =
  /^Concurrent (?:Process Non-Strong(?: References)?|weak references) (?:.* )?\d+[.,]\d+ms$/

export function createUnifiedEvents(log: GcLogBuilder): UnifiedEvents {
  const open = new Map<number, OpenEvent>()

  return {
    line(gcId, text, time, line) {
      // Generational ZGC marks the generation: `Y: `, `y: ` in a minor collection, `O: `.
      const message = /^[YyOo]: /.test(text) ? text.slice(3) : text
      let event = open.get(gcId)
      if (event === undefined) {
        closeShenandoah()
        open.set(gcId, (event = createEvent(gcId, line)))
        if (open.size > MAX_OPEN) giveUpOldest()
      }
      event.lastLine = line
      if (time !== undefined) event.lastTime = time
      if (readReferenceLine(message, event.tally)) return
      const first = message.charCodeAt(0)
      if (first === 0x50 /* P */ && message.startsWith('Pause ')) readPause(event, message, time, line)
      else if (first === 0x43 /* C */ && message.startsWith('Concurrent ')) readPhase(event, message, time)
      else if (/^(?:Garbage|Minor|Major) Collection/.test(message)) readCycle(event, message, time, line)
    },
    closeCycles: closeShenandoah,
    end() {
      closeShenandoah()
      for (const event of open.values()) giveUp(event)
      open.clear()
    },
  }

  function readPause(event: OpenEvent, message: string, time: LogTime | undefined, line: number): void {
    const found = PAUSE_END.exec(message)
    if (found?.[1] === undefined) {
      const isStart = PAUSE_START.test(message)
      if (!isStart) log.damaged(line)
      if (!isPartOfCycle(message.slice(6))) event.awaitsEnd = isStart
      return
    }
    const what = found[1]
    const pauseMs = readDecimal(found[2]) * (found[3] === 's' ? 1000 : 1)
    if (SHENANDOAH_PAUSE.test(what)) {
      event.pauseMs += pauseMs
      noteShenandoah(event, what, time, pauseMs)
      return
    }
    if (CYCLE_PAUSE.test(what)) {
      event.pauseMs += pauseMs
      return
    }
    if (isPartOfCycle(what)) return
    if (log.collector === undefined && G1_WORDS.test(what)) log.collector = 'G1'
    if (time === undefined) log.untimed(line)
    else log.add(createPause(event, what, time, pauseMs, line))
    // A Remark's cycle goes on under the same number.
    event.awaitsEnd = false
    event.tally = { counts: {} }
    if (what !== 'Remark') open.delete(event.number)
  }

  function readPhase(event: OpenEvent, message: string, time: LogTime | undefined): void {
    if (REFERENCES_DONE.test(message) && time !== undefined) event.referencesProcessedAt = time
    if (SHENANDOAH_PHASE.test(message)) {
      noteShenandoah(event, message, time, readDecimal(PHASE_DURATION.exec(message)?.[1]))
    } else if (/^Concurrent (?:Mark |Undo )?Cycle /.test(message)) {
      open.delete(event.number)
    }
  }

  function readCycle(event: OpenEvent, message: string, time: LogTime | undefined, line: number): void {
    const found = CYCLE.exec(message)
    if (found?.[1] === undefined) {
      log.damaged(line)
      event.awaitsEnd = false
      return
    }
    if (found[2] === undefined) {
      event.awaitsEnd = true
      if (time !== undefined) event.start = time
      return
    }
    open.delete(event.number)
    if (time === undefined) {
      log.untimed(line)
      return
    }
    const durationMs = readDecimal(found[3]) * 1000
    if (event.start === undefined && !Number.isNaN(durationMs)) event.start = shiftTime(time, -durationMs)
    const kind = message.startsWith('Minor') ? 'young' : 'concurrent'
    log.collector ??= 'Z'
    log.add(createCycle(event, kind, found[1], time, line))
  }

  function closeShenandoah(): void {
    for (const event of open.values()) {
      if (event.shenandoah === undefined) continue
      open.delete(event.number)
      const { isMarked, isYoung } = event.shenandoah
      // A cycle that was cancelled before marking ended has freed nothing: its degenerated pause is what counts.
      if (!isMarked) continue
      log.collector ??= 'Shenandoah'
      if (event.lastTime === undefined) log.untimed(event.lastLine)
      else {
        const kind = isYoung ? 'young' : 'concurrent'
        log.add(createCycle(event, kind, 'Shenandoah cycle', event.lastTime, event.lastLine))
      }
    }
  }

  function giveUpOldest(): void {
    const oldest = open.values().next().value
    if (oldest === undefined) return
    open.delete(oldest.number)
    giveUp(oldest)
  }

  /** A cycle whose references were processed has acted, even if the log breaks off before its end. */
  function giveUp(event: OpenEvent): void {
    if (!event.awaitsEnd) return
    if (event.referencesProcessedAt !== undefined && event.lastTime !== undefined) {
      log.add(createCycle(event, 'concurrent', 'Garbage Collection', event.lastTime, event.lastLine))
    } else log.unfinished(event.firstLine)
  }
}

function noteShenandoah(event: OpenEvent, what: string, time: LogTime | undefined, durationMs: number): void {
  event.shenandoah ??= { isYoung: false, isMarked: false }
  if (what.includes('(Young)')) event.shenandoah.isYoung = true
  if (time !== undefined) {
    event.start ??= Number.isNaN(durationMs) ? time : shiftTime(time, -durationMs)
  }
  if (what.startsWith('Final Mark')) {
    event.shenandoah.isMarked = true
    if (time !== undefined) event.referencesProcessedAt ??= time
  } else if (REFERENCES_DONE.test(what) || what.startsWith('Concurrent evacuation')) {
    event.shenandoah.isMarked = true
  }
}

/** Pauses that begin or tidy up a cycle and process no references. */
function isPartOfCycle(what: string): boolean {
  return (
    what.startsWith('Cleanup') ||
    what === 'Initial Mark' ||
    CYCLE_PAUSE.test(what) ||
    SHENANDOAH_PAUSE.test(what)
  )
}
