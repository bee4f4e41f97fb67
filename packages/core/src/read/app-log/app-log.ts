import { problem } from '../../errors.ts'
import type { LineReader } from '../line-reader.ts'
import { findLogTime, type FoundTime } from '../log-time-parse.ts'
import type { LogTime } from '../log-time.ts'
import { createNewest } from '../newest.ts'
import { readCaller, readPeer, readPid, readReused } from './details.ts'
import { addFrame, beginEntry, entryOf, type LogEntry, type OpenEvent } from './log-entry.ts'
import type { AppLog, LogEvent } from './log-event.ts'
import { createProgramFinder } from './programs.ts'
import { readProxyLine, readRequest, shiftTime } from './proxy-line.ts'
import { continuesTrace, FRAME_LINE, framesWithin, namesException, readFrame } from './stack-trace.ts'
import { matchWord } from './word-match.ts'
import type { WrapperContext } from './wrapper.ts'

export const MAX_LOG_EVENTS = 200_000
const MAX_TEXT = 300
/** What names an event stands at the start of a line; the rest is not read. */
const MAX_READ = 4096
/** Interleaved logs whose entries are open at once. */
const MAX_OPEN = 256

/** Whether a line could be of an application's log: it has a stamp, or words that this reader knows. */
export function looksLikeAppLogLine(text: string): boolean {
  const start = text.length > MAX_READ ? text.slice(0, MAX_READ) : text
  return findLogTime(start) !== undefined || namesException(start) || matchWord(start) !== undefined
}

/** What the log's other lines are skipped by (see log-skim.ts). */
interface AppLogReader extends LineReader<AppLog> {
  /** @param isWordless It is known that no words in the line name an event. */
  line(text: string, number: number, context: WrapperContext, isWordless?: boolean): void
  /** So many lines were left out that would have changed nothing. */
  skip(lines: number): void
  /** The time that the log begins with is known. */
  hasStart(): boolean
  isSettled(section: string | undefined): boolean
}

/** Reads the logs of programs, proxies, databases and kernels: only the lines that a diagnosis needs are kept. */
export function createAppLogReader(): AppLogReader {
  const events = createNewest<OpenEvent>(MAX_LOG_EVENTS)
  const open = new Map<string | undefined, LogEntry>()
  const programs = createProgramFinder()
  let lines = 0
  let from: LogTime | undefined
  let to: LogTime | undefined

  function stamp(time: LogTime): void {
    from ??= time
    to = time
  }

  function remember(section: string | undefined, entry: LogEntry): void {
    if (open.size >= MAX_OPEN && !open.has(section)) open.clear()
    open.set(section, entry)
  }

  function add(entry: LogEntry, event: OpenEvent): void {
    entry.event = event
    events.add(event)
  }

  return {
    skip(skipped) {
      lines += skipped
    },
    hasStart: () => from !== undefined,
    isSettled: (section) => programs.isSettled(section),
    line(whole: string, number: number, context: WrapperContext, isWordless = false): void {
      lines += 1
      const text = whole.length > MAX_READ ? whole.slice(0, MAX_READ) : whole
      const { section, wrapperTime } = context
      const above = open.get(section)
      // JSON may print the time behind a long message; the lines of a trace bear none.
      const own = continuesTrace(text) && above !== undefined ? undefined : findLogTime(whole)
      const time = own === undefined ? wrapperTime : pickTime(own.time, wrapperTime)
      if (time !== undefined) stamp(time)
      if (text === '') return

      const entry = own === undefined ? entryOf(text, above, wrapperTime) : beginEntry(time)
      if (entry !== above) remember(section, entry)

      const proxy = own === undefined && entry === above ? undefined : readProxyLine(text)
      if (proxy !== undefined) {
        if (proxy.program !== undefined) programs.add(proxy.program, section, context.pid)
        if (proxy.flag === undefined) return
        const ended = endOfSession(own, time, proxy.tookMs, text)
        const pid = readPid(text) ?? context.pid
        add(entry, {
          line: number,
          word: 'proxy-error',
          ...base(whole, section, ended, pid),
          flag: detach(proxy.flag),
          ...(proxy.peer === undefined ? {} : { peer: { ...proxy.peer, host: detach(proxy.peer.host) } }),
          ...(proxy.request === undefined ? {} : { request: detach(proxy.request) }),
        })
        return
      }

      const frame = readFrame(text)
      if (frame !== undefined) addFrame(entry, { ...frame, code: keepCode(frame.code) })
      const isFrame = frame !== undefined || FRAME_LINE.test(text)
      if (isFrame) entry.traced = true
      if (entry.event !== undefined) {
        if (!isFrame) enrich(entry.event, text)
        programs.see(text, context, undefined, false)
        return
      }
      const match = isFrame || isWordless ? undefined : matchWord(text)
      const pid = match === undefined && lines > MAX_PID_LINES ? undefined : (readPid(text) ?? context.pid)
      programs.see(text, context, pid, match !== undefined)
      if (match === undefined) return

      const event: OpenEvent = {
        line: number,
        word: match.word,
        ...base(whole, section, entry.time ?? time, pid),
      }
      add(entry, event)
      describe(event, text)
      if (match.reused === true) event.reused = true
      if (!entry.traceback) {
        // What stood above was where it was caught; the frames of the cause say where it happened.
        const caught = entry.frame
        entry.frame = undefined
        if (caught !== undefined) event.code = caught.code
      } else if (entry.frame !== undefined) event.code = entry.frame.code
      for (const inner of framesWithin(text)) addFrame(entry, { ...inner, code: keepCode(inner.code) })
    },
    end(): AppLog {
      const { records, omitted } = events.end()
      return {
        events: records,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        programs: programs.end(),
        problems:
          omitted === 0
            ? []
            : [
                problem('records-omitted', {
                  what: 'log events',
                  kept: MAX_LOG_EVENTS,
                  omitted,
                  which: 'newest',
                }),
              ],
      }
    },
  }
}

/** Process ids of lines that are no events are looked for so far, for the sake of `programs`. */
const MAX_PID_LINES = 2000

/**
 * The line's own stamp, unless the wrapper's says more: a date that the line lacks, or the zone. With both at hand the
 * line's stamp gets the zone by which the two clocks agree; a container buffers, so its own stamp is the late one.
 */
function pickTime(own: LogTime, wrapper: LogTime | undefined): LogTime {
  if (wrapper?.clock !== 'wall' || wrapper.missing !== undefined) return own
  if (own.clock !== 'wall' || own.missing !== undefined) return wrapper
  if (own.zoneMinutes !== undefined || wrapper.zoneMinutes === undefined) return own
  const utc = wrapper.localMs - wrapper.zoneMinutes * 60_000
  const zoneMinutes = Math.round((own.localMs - utc) / QUARTER_MS) * 15
  const apartMs = Math.abs(own.localMs - zoneMinutes * 60_000 - utc)
  return apartMs <= MAX_BUFFERED_MS && Math.abs(zoneMinutes) <= 14 * 60 ? { ...own, zoneMinutes } : wrapper
}
const QUARTER_MS = 15 * 60_000
/** A line is rarely held back longer; beyond it the two stamps speak of different things. */
const MAX_BUFFERED_MS = 120_000

/** HAProxy's only stamp is the accept date: the line is about the session's end. */
function endOfSession(
  own: FoundTime | undefined,
  time: LogTime | undefined,
  tookMs: number | undefined,
  text: string,
) {
  if (own === undefined || time !== own.time || tookMs === undefined) return time
  return text[own.start - 1] === '[' && own.start > 2 ? shiftTime(own.time, tookMs) : time
}

function base(
  whole: string,
  section: string | undefined,
  time: LogTime | undefined,
  pid: number | undefined,
) {
  return {
    ...(time === undefined ? {} : { time }),
    ...(section === undefined ? {} : { section }),
    ...(pid === undefined ? {} : { pid }),
    text: detach(whole.slice(0, MAX_READ).trim().slice(0, MAX_TEXT)),
  }
}

function describe(event: OpenEvent, text: string): void {
  const peer = readPeer(text)
  if (peer !== undefined) event.peer = { ...peer, host: detach(peer.host) }
  const request = readRequest(text)
  if (request !== undefined) event.request = detach(request)
  if (readReused(text)) event.reused = true
  const flag = event.word === 'proxy-error' ? FLAG.exec(text)?.[0] : undefined
  if (flag !== undefined) event.flag = flag
  const code = readCaller(text)
  if (code !== undefined) event.code = keepCode(code)
}

const FLAG = /\b50[234](?= [BSG])/

/** Later lines of the entry name what its first line did not: Node prints `address:`, `port:` and `reusedSocket:`. */
function enrich(event: OpenEvent, text: string): void {
  if (event.reused === undefined && /reused/i.test(text) && readReused(text)) event.reused = true
  const address = /^\s{1,8}address: ['"]([^'"]{2,60})/.exec(text)?.[1]
  if (address !== undefined && event.peer === undefined) event.peer = { host: detach(address) }
  const port = /^\s{1,8}port: (\d{1,5})\b/.exec(text)?.[1]
  if (port !== undefined && event.peer !== undefined && event.peer.port === undefined)
    event.peer = { ...event.peer, port: Number(port) }
}

function keepCode(code: NonNullable<LogEvent['code']>): NonNullable<LogEvent['code']> {
  return {
    ...code,
    file: detach(code.file),
    ...(code.function === undefined ? {} : { function: detach(code.function) }),
  }
}

/** A copy: engines keep the whole line alive for a piece of it. */
function detach(text: string): string {
  if (text.length < 13) return text
  const units: number[] = []
  for (let i = 0; i < text.length; i += 1) units.push(text.charCodeAt(i))
  return String.fromCharCode(...units)
}
