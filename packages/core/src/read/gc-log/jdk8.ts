import type { LogTime } from '../log-time.ts'
import type { Collection, ReferenceCounts } from './collection.ts'
import type { FormatReader } from './format-reader.ts'
import type { GcLogBuilder } from './gc-log-builder.ts'
import type { GcProcesses } from './gc-processes.ts'
import { readDecimal, readIsoTime, shiftTime, stampTime, type Stamp } from './gc-time.ts'

/**
 * Reads the logs of JDK 8 and earlier (`-XX:+PrintGCDetails`, with or without dates, ids, tenuring, references).
 *
 * An event is what stands between `[GC` or `[Full GC` and its closing bracket, over any number of lines. Its stamp is
 * the beginning; the last `, 0.0106548 secs` before the bracket is how long the program stood still.
 * - `GC remark` of G1 and `GC (CMS Final Remark)` are Collections of kind `other`, since they process references; `GC
 *   cleanup`, `CMS Initial Mark` and the concurrent phases process none and are not.
 * - A young collection that fell back to the old generation (`concurrent mode failure`, `[Tenured:`) is `full`.
 * - `[FinalReference, 294 refs` counts references discovered: an upper bound of those found dead.
 */
export function createJdk8Reader(processes: GcProcesses): FormatReader {
  let open: OpenEvent | undefined
  let collector: string | undefined

  function close(event: OpenEvent, number: number, wrapper: LogTime | undefined): void {
    open = undefined
    const duration = DURATION.exec(event.tail)
    if (duration === null) {
      processes.of('jvm', '', event.stamp, undefined)?.damaged(event.line)
      return
    }
    const pauseMs = Math.round(readDecimal(duration[1]) * 1e9) / 1e6
    // The line is printed when the pause has ended: a wrapper's time is the end.
    const log = processes.of('jvm', '', endStamp(event.stamp, pauseMs), wrapper)
    if (log === undefined) return
    log.collector ??= event.collector ?? collector
    const kind = kindOf(event)
    if (kind !== undefined) addEvent(log, event, kind, pauseMs, number, wrapper)
  }

  return {
    line(text, number, wrapper) {
      const begins = findEvent(text)
      if (open === undefined && begins?.name.startsWith('GC concurrent') === true) return true
      if (begins !== undefined && (open === undefined || begins.isAtStart)) {
        if (open !== undefined) processes.of('jvm', '', open.stamp, undefined)?.unfinished(open.line)
        open = createEvent(begins, number)
        if (consume(open, text.slice(begins.at))) close(open, number, wrapper)
        return true
      }
      if (open !== undefined && isContinuation(text)) {
        open.lines += 1
        if (consume(open, text)) close(open, number, wrapper)
        else if (open.lines > MAX_EVENT_LINES) {
          processes.of('jvm', '', open.stamp, undefined)?.damaged(open.line)
          open = undefined
        }
        return true
      }
      if (text.startsWith('CommandLine flags: ')) {
        collector = collectorOfFlags(text)
        return true
      }
      return false
    },
    isOpen: () => open !== undefined,
    end() {
      if (open !== undefined) processes.of('jvm', '', open.stamp, undefined)?.unfinished(open.line)
    },
  }
}

/** Whether a line begins a collection as JDK 8 prints it. */
export function isJdk8Line(text: string): boolean {
  return findEvent(text) !== undefined
}

/** `- age 15` lines, G1's phases and ergonomics: more lines than this are not one event. */
const MAX_EVENT_LINES = 1000

interface OpenEvent {
  readonly stamp: Stamp
  readonly line: number
  readonly name: string
  number: number | undefined
  depth: number
  lines: number
  /** What stands before the closing bracket, as far as a duration reaches. */
  tail: string
  isFull: boolean
  /** A step of a CMS cycle, which before JDK 8 only the spaces in the event tell. */
  cmsStep?: 'initial-mark' | 'remark'
  collector: string | undefined
  references: { -readonly [K in keyof ReferenceCounts]?: number }
}

interface EventBegin {
  readonly at: number
  readonly isAtStart: boolean
  readonly stamp: Stamp
  readonly number: number | undefined
  readonly name: string
}

const STAMP =
  /(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d{3}(?:Z|[+-]\d{4})): )?(?:(\d{1,12}[.,]\d{3}): )?(?:#(\d{1,10}): )?$/
const NAME =
  /^\[((?:Full GC|GC)(?:--)?(?: (?:pause|remark|cleanup|concurrent-[a-z-]+))?(?: ?\((?:[^()]|\([^()]*\)){1,80}\)){0,4})/
/** What follows the name in HotSpot's logs and nowhere else. */
const AFTER_NAME =
  /^(?:$|\s*$|\s?\[(?:PS|ParNew|DefNew|1 CMS|YG|Times)|\s*\d+[KMG]|\s?\d+[.,]\d+: \[|\s?\d{4}-\d\d-\d\dT|, \d|\])/
const DURATION = /, (\d+[.,]\d+) secs$/
const REFERENCES = /\[(Soft|Weak|Final|Phantom)Reference, (\d{1,12}) refs(?:, (\d{1,12}) refs)?/g
const STAMP_LENGTH = 70
const TAIL_LENGTH = 24

function findEvent(text: string): EventBegin | undefined {
  const plain = text.indexOf('[GC')
  const full = text.indexOf('[Full GC')
  const at = plain < 0 ? full : full < 0 ? plain : Math.min(plain, full)
  if (at < 0) return undefined
  const rest = text.slice(at, at + 400)
  const name = NAME.exec(rest)
  if (name?.[1] === undefined) return undefined
  const before = text.slice(Math.max(0, at - STAMP_LENGTH), at)
  const stamp = STAMP.exec(before)
  const wall = stamp?.[1] === undefined ? undefined : readIsoTime(stamp[1])
  const uptime = stamp?.[2]
  const isStamped = wall !== undefined || uptime !== undefined
  if (!isStamped && (at > 0 || !/^\[(?:Full )?GC (?:\(|pause|remark|\[PS|\d+K)/.test(rest))) return undefined
  if (!isStamped && !text.includes(' secs]')) return undefined
  const after = text.slice(at + name[0].length)
  if (!AFTER_NAME.test(after) && !(isStamped && /^(?:Full )?GC [(p]|^Full GC/.test(name[1]))) return undefined
  return {
    at,
    // A concurrent phase may be printed into the middle of a pause.
    isAtStart: stamp !== null && stamp[0].length >= at && !name[1].startsWith('GC concurrent'),
    stamp: {
      ...(wall !== undefined && { wall }),
      ...(uptime !== undefined && { uptimeSeconds: readDecimal(uptime) }),
    },
    number: stamp?.[3] === undefined ? undefined : Number(stamp[3]),
    name: name[1],
  }
}

function createEvent(begin: EventBegin, line: number): OpenEvent {
  return {
    stamp: begin.stamp,
    line,
    name: begin.name,
    number: begin.number,
    depth: 0,
    lines: 1,
    tail: '',
    isFull: begin.name.startsWith('Full GC'),
    collector: /^GC (?:pause|remark|cleanup|concurrent)/.test(begin.name) ? 'G1' : undefined,
    references: {},
  }
}

/** Takes a line into the event; true when it closes it. */
function consume(event: OpenEvent, text: string): boolean {
  let closedAt: number | undefined
  for (let at = 0; at < text.length && closedAt === undefined; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x5b) event.depth += 1
    else if (code === 0x5d) {
      event.depth -= 1
      if (event.depth <= 0) closedAt = at
    }
  }
  const piece = closedAt === undefined ? text : text.slice(0, closedAt)
  if (piece.includes('[Tenured') || piece.includes('[CMS:') || piece.includes('concurrent mode failure')) {
    event.isFull = true
  }
  if (piece.includes('[1 CMS-initial-mark')) event.cmsStep = 'initial-mark'
  else if (piece.includes('[1 CMS-remark')) event.cmsStep = 'remark'
  event.collector ??= collectorOfSpaces(piece)
  for (const found of piece.matchAll(REFERENCES)) addReferences(event, found)
  event.tail = (event.tail + piece.slice(-TAIL_LENGTH)).slice(-TAIL_LENGTH)
  return closedAt !== undefined
}

function addReferences(event: OpenEvent, found: RegExpExecArray): void {
  const count = Number(found[2]) + Number(found[3] ?? 0)
  const { references } = event
  if (found[1] === 'Soft') references.soft = (references.soft ?? 0) + count
  else if (found[1] === 'Weak') references.weak = (references.weak ?? 0) + count
  else if (found[1] === 'Final') references.final = (references.final ?? 0) + count
  else references.phantom = (references.phantom ?? 0) + count
}

/** An event is interrupted by what other threads print; only what looks like its own is taken. */
function isContinuation(text: string): boolean {
  if (text.includes('[0x')) return false
  return /^(?:[:,]|\s|\[|- age|Desired survivor|\d+[.,]\d{3}: |\(|\d+K->|\d{4}-\d\d-\d\dT[\d:.,+-]+: (?:\d+[.,]\d{3}: )?\[)/.test(
    text,
  )
}

function endStamp(stamp: Stamp, pauseMs: number): Stamp {
  const { wall, uptimeSeconds } = stamp
  return {
    ...(wall !== undefined && { wall: { ...wall, localMs: wall.localMs + pauseMs } }),
    ...(uptimeSeconds !== undefined && { uptimeSeconds: uptimeSeconds + pauseMs / 1000 }),
  }
}

function addEvent(
  log: GcLogBuilder,
  event: OpenEvent,
  kind: Collection['kind'],
  pauseMs: number,
  line: number,
  wrapper: LogTime | undefined,
): void {
  const end = stampTime(endStamp(event.stamp, pauseMs), wrapper)
  if (end === undefined) {
    log.untimed(event.line)
    return
  }
  log.add({
    line,
    ...(event.number !== undefined && { number: event.number }),
    kind,
    name: event.name,
    start: shiftTime(end, -pauseMs),
    end,
    pauseMs,
    concurrent: false,
    ...(Object.keys(event.references).length > 0 && { references: event.references }),
  })
}

function kindOf({ name, isFull, cmsStep }: OpenEvent): Collection['kind'] | undefined {
  if (/^GC (?:cleanup|concurrent)/.test(name) || cmsStep === 'initial-mark') return undefined
  if (name.startsWith('GC remark') || cmsStep === 'remark') return 'other'
  if (isFull) return 'full'
  return name.includes('(mixed)') ? 'mixed' : 'young'
}

function collectorOfSpaces(piece: string): string | undefined {
  if (piece.includes('[PSYoungGen')) return 'Parallel'
  if (piece.includes('[ParNew') || piece.includes('CMS')) return 'CMS'
  return piece.includes('[DefNew') ? 'Serial' : undefined
}

function collectorOfFlags(flags: string): string | undefined {
  if (flags.includes('+UseG1GC')) return 'G1'
  if (flags.includes('+UseConcMarkSweepGC')) return 'CMS'
  if (flags.includes('+UseParallel')) return 'Parallel'
  return flags.includes('+UseSerialGC') ? 'Serial' : undefined
}
