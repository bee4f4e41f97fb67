import type { LogTime } from '../log-time.ts'
import type { LogEvent } from './log-event.ts'
import { continuesTrace, namesException, type Frame } from './stack-trace.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** An event whose later lines may still add to it. */
export type OpenEvent = Writable<LogEvent>

/** What a program wrote at once: a line, and the lines of the stack trace below it. */
export interface LogEntry {
  readonly time: LogTime | undefined
  /** Lines since the stamp that gave the time. */
  age: number
  event: OpenEvent | undefined
  frame: Frame | undefined
  /** A frame was seen, be it the runtime's: a heading after it opens another trace. */
  traced: boolean
  /** A Python traceback prints the innermost frame last, and its exception after it. */
  traceback: boolean
  /** That exception was seen. */
  ended: boolean
  /** A further traceback belongs to the same exception. */
  chained: boolean
}

/** Lines without a stamp belong to the stamped line above, so far below it. */
const MAX_AGE = 100

export function beginEntry(time: LogTime | undefined, age = 0): LogEntry {
  return {
    time,
    age,
    event: undefined,
    frame: undefined,
    traced: false,
    traceback: false,
    ended: false,
    chained: false,
  }
}

/** The entry that a line without a stamp of its own belongs to: the one above, or a new one at its time. */
export function entryOf(
  text: string,
  above: LogEntry | undefined,
  wrapperTime: LogTime | undefined,
): LogEntry {
  if (above !== undefined) {
    above.age += 1
    if (continues(text, above)) return above
  }
  const inherited = above !== undefined && above.age <= MAX_AGE ? above.time : undefined
  const entry = beginEntry(wrapperTime ?? inherited, above?.age)
  entry.traceback = text.startsWith(TRACEBACK)
  return entry
}

const TRACEBACK = 'Traceback (most recent call last)'
const CHAIN = /^(?:During handling of the above|The above exception was)/
/** A logger prints the exception on the line after its own. */
const HEADING_WITHIN = 2

function continues(text: string, above: LogEntry): boolean {
  if (text.startsWith(TRACEBACK)) {
    if (above.traced && !above.chained) return false
    above.traceback = true
    above.ended = false
    above.chained = false
    return true
  }
  if (CHAIN.test(text)) above.chained = true
  if (continuesTrace(text)) return true
  if (!namesException(text)) return false
  if (!above.traceback) return !above.traced && above.age <= HEADING_WITHIN
  if (above.ended) return false
  above.ended = true
  return true
}

/** Remembers the frame that names the code best: the program's own before a library's, the innermost first. */
export function addFrame(entry: LogEntry, frame: Frame): void {
  const better =
    entry.frame === undefined ||
    (frame.whose === 'own' && entry.frame.whose === 'library') ||
    (entry.traceback && frame.whose === entry.frame.whose)
  if (!better) return
  entry.frame = frame
  if (entry.event !== undefined) entry.event.code = frame.code
}
