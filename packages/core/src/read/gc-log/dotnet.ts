import { findLogTime } from '../log-time-parse.ts'
import type { LogTime } from '../log-time.ts'
import type { Collection } from './collection.ts'
import type { FormatReader } from './format-reader.ts'
import type { GcProcesses } from './gc-processes.ts'
import { isJsonCandidate, normalise, pick, readJsonRows, splitCsv, type Row } from './dotnet-rows.ts'
import { readIsoTime, shiftTime } from './gc-time.ts'

/**
 * Reads a list of .NET collections. .NET has no text log of its own, so this takes what people export from
 * dotnet-trace, PerfView or an EventListener, as CSV with a header line, or as JSON: one object a line, or an array
 * on one line, or an array with one object a line. Field names are compared without case, spaces, `_`, `-`, `.`.
 *
 * | field | names | |
 * |---|---|---|
 * | time | timestamp time timeutc date start starttime | ISO 8601 |
 * | or uptime | timestamprelativemsec timemsec timems pausestart startmsec | milliseconds since the trace began |
 * | generation, needed | generation gen depth | 0, 1, 2; 2 is `full` |
 * | pause | pausems pausemsec pausedurationms pausedurationmsec pausetimems durationms | milliseconds |
 * | number | gcindex gcnumber gccount gc count number index | |
 * | type | type gctype kind | `BackgroundGC`, `Background` or 1 is a concurrent cycle |
 * | event | event eventname | of a runtime event: only `GCEnd`, `GC/Stop` count, or all rows where none is given |
 * | pid | pid processid | |
 *
 * An object needs a time, a generation and one of pause, number, event; a header needs time, generation and one of
 * pause, a number with `gc` in its name, or event and number. Time and generation alone do where every other field
 * is one of these too. The time is that of the event where one is named; otherwise it is the start, if a pause tells the
 * end, or else the end.
 *
 * What an EventListener prints on a line is read as well, by the names that the runtime gives (`GCEnd_V1` with `Count` and
 * `Depth`, learn.microsoft.com/dotnet/fundamentals/diagnostics/runtime-garbage-collection-events), wherever they stand:
 * `2026-11-22T15:00:01.500Z GCEnd_V1 Count=7, Depth=2`. `dotnet-counters` only counts the collections of a
 * second, which is too coarse to be compared with resets.
 */
export function createDotnetReader(processes: GcProcesses): FormatReader {
  let columns: readonly string[] | undefined

  function add(row: Row, line: number, wrapper: LogTime | undefined): boolean {
    const found = readRow(row, line)
    if (found === undefined) return false
    const end = found.collection?.end
    const stamp =
      end?.clock === 'wall' ? { wall: end } : end?.clock === 'uptime' ? { uptimeSeconds: end.seconds } : {}
    const log = processes.of('dotnet', found.pid === undefined ? '' : String(found.pid), stamp, wrapper)
    if (log === undefined) return true
    log.pid ??= found.pid
    if (found.collection !== undefined) log.add(found.collection)
    return true
  }

  return {
    line(text, number, wrapper) {
      if (isJsonCandidate(text)) {
        let isOwn = false
        for (const row of readJsonRows(text)) if (add(row, number, wrapper)) isOwn = true
        return isOwn
      }
      const printed = readPrinted(text, wrapper, number)
      if (printed !== undefined) {
        const end = printed.end
        const log = processes.of('dotnet', '', end.clock === 'wall' ? { wall: end } : {}, wrapper)
        log?.add(printed)
        return true
      }
      const header = readHeader(text)
      if (header !== undefined) {
        columns = header
        return true
      }
      if (columns === undefined || text.trim() === '') return false
      const cells = splitCsv(text)
      const row: Row = new Map(columns.map((column, index) => [column, cells[index] ?? '']))
      if (cells.length < 2) {
        // Something else follows the table.
        columns = undefined
        return false
      }
      if (!isOtherEvent(row) && !add(row, number, wrapper))
        processes.of('dotnet', '', {}, wrapper)?.damaged(number)
      return true
    },
    isOpen: () => columns !== undefined,
    end() {},
  }
}

/** Whether a line is the header of such a CSV, or such an object. */
export function isDotnetLine(text: string): boolean {
  if (isJsonCandidate(text)) return readJsonRows(text).some((row) => readRow(row, 1) !== undefined)
  return readHeader(text) !== undefined || readPrinted(text, undefined, 1) !== undefined
}

/** `GCEnd_V1` of an EventListener, `GC/Stop` of TraceEvent; a start tells the same collection once more. */
const PRINTED = /\bGC(?:End(?:_V\d)?|\/(?:Stop|End))(?![A-Za-z])/
const PRINTED_DEPTH = /\b(?:Depth|Generation|Gen)["']? ?[=:] ?["']?([0-2])(?![\d.])/i
const PRINTED_COUNT = /\b(?:Count|GC_?(?:Index|Number))["']? ?[=:] ?["']?(\d{1,15})(?![\d.])/i

function readPrinted(text: string, wrapper: LogTime | undefined, line: number): Collection | undefined {
  if (!text.includes('GC') || !PRINTED.test(text)) return undefined
  const generation = PRINTED_DEPTH.exec(text)?.[1]
  const end = findLogTime(text)?.time ?? wrapper
  if (generation === undefined || end === undefined) return undefined
  const count = PRINTED_COUNT.exec(text)?.[1]
  const row: Row = new Map(count === undefined ? [] : [['count', count]])
  return createCollection(Number(generation), { at: end, isStart: false }, Number.NaN, row, line)
}

const WALL = ['timestamp', 'time', 'timeutc', 'date', 'start', 'starttime']
const UPTIME = ['timestamprelativemsec', 'timemsec', 'timems', 'pausestart', 'startmsec']
const GENERATION = ['generation', 'gen', 'depth']
const PAUSE = ['pausems', 'pausemsec', 'pausedurationms', 'pausedurationmsec', 'pausetimems', 'durationms']
const GC_NUMBER = ['gcindex', 'gcnumber', 'gccount', 'gc']
const NUMBER = [...GC_NUMBER, 'count', 'number', 'index']
const TYPE = ['type', 'gctype', 'kind']
const EVENT = ['event', 'eventname']
const PID = ['pid', 'processid']
const KNOWN: ReadonlySet<string> = new Set([
  ...[WALL, UPTIME, GENERATION, PAUSE, NUMBER, TYPE, EVENT, PID].flat(),
  'reason',
])

function readHeader(text: string): readonly string[] | undefined {
  if (text.length > 2000 || !/\b(?:gen|generation|depth)\b/i.test(text) || !/[,;\t]/.test(text))
    return undefined
  const names = splitCsv(text).map(normalise)
  const has = (wanted: readonly string[]) => wanted.some((name) => names.includes(name))
  const isTable =
    has([...WALL, ...UPTIME]) &&
    has(GENERATION) &&
    (has([...PAUSE, ...GC_NUMBER]) || (has(EVENT) && has(NUMBER)) || names.every((name) => KNOWN.has(name)))
  // A line of prose or of data that holds these words also holds others.
  return isTable && names.every((name) => /^[a-z][a-z0-9%()/]{0,40}$/.test(name)) ? names : undefined
}

function readRow(
  row: Row,
  line: number,
): { readonly collection: Collection | undefined; readonly pid: number | undefined } | undefined {
  const generation = Number(pick(row, GENERATION) ?? Number.NaN)
  const pause = pick(row, PAUSE)
  const number = pick(row, NUMBER)
  const event = pick(row, EVENT)
  if (!(generation >= 0 && generation <= 4)) return undefined
  if (isOtherEvent(row)) return undefined
  if (event === undefined && pause === undefined && number === undefined && !isBare(row, generation))
    return undefined
  const time = readTime(row)
  if (time === undefined) return undefined
  const pid = readCount(pick(row, PID))
  // A start is followed by its end, which is the moment that matters.
  if (event !== undefined && /start/i.test(event)) return { collection: undefined, pid }
  return { collection: createCollection(generation, time, Number(pause ?? Number.NaN), row, line), pid }
}

/** A time and one of the three generations, and nothing that something else would have beside them. */
function isBare(row: Row, generation: number): boolean {
  return Number.isInteger(generation) && generation <= 2 && [...row.keys()].every((name) => KNOWN.has(name))
}

/** Whether a row is an event of the runtime that is not the start or the end of a collection. */
function isOtherEvent(row: Row): boolean {
  const event = pick(row, EVENT)
  return event !== undefined && !/^(?:.{1,80}\/)?GC[ /_]?(?:Start|End|Stop)/i.test(event)
}

function createCollection(
  generation: number,
  time: { readonly at: LogTime; readonly isStart: boolean },
  pauseMs: number,
  row: Row,
  line: number,
): Collection {
  const type = pick(row, TYPE) ?? ''
  const isConcurrent = /^background|^1$/i.test(type)
  const number = readCount(pick(row, NUMBER))
  const hasPause = pauseMs >= 0 && Number.isFinite(pauseMs)
  const isStart = time.isStart && hasPause
  return {
    line,
    ...(number !== undefined && { number }),
    kind: isConcurrent ? 'concurrent' : generation >= 2 ? 'full' : 'young',
    name: `Gen ${generation} GC`,
    ...(hasPause && { start: isStart ? time.at : shiftTime(time.at, -pauseMs) }),
    end: isStart ? shiftTime(time.at, pauseMs) : time.at,
    ...(hasPause && { pauseMs }),
    concurrent: isConcurrent,
  }
}

function readTime(row: Row): { readonly at: LogTime; readonly isStart: boolean } | undefined {
  const isStart = pick(row, EVENT) === undefined
  const wall = pick(row, WALL)
  const at = wall === undefined ? undefined : (readIsoTime(wall) ?? readDated(wall))
  if (at !== undefined) return { at, isStart }
  const uptime = pick(row, UPTIME)
  const milliseconds = uptime === undefined ? Number.NaN : Number(uptime.replaceAll(',', ''))
  if (!Number.isFinite(milliseconds)) return undefined
  return { at: { clock: 'uptime', seconds: milliseconds / 1000 }, isStart }
}

/** As a culture of .NET prints it: `11/22/2026 3:00:01 PM`. */
function readDated(text: string): LogTime | undefined {
  const time = findLogTime(text)?.time
  return time?.clock === 'wall' && time.missing === undefined ? time : undefined
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
