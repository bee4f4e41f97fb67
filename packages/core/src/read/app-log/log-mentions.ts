import { findLogTime } from '../log-time-parse.ts'
import { createLineSplitter } from '../text-lines.ts'
import { readCaller, readPeer } from './details.ts'
import { beginEntry, entryOf, type LogEntry } from './log-entry.ts'
import type { LogEvent, LogWord } from './log-event.ts'
import { readRequest } from './proxy-line.ts'
import { continuesTrace, FRAME_LINE, framesWithin, readFrame, type Frame } from './stack-trace.ts'
import { readThreads } from './threads.ts'
import { matchWord } from './word-match.ts'
import { createLogUnwrapper } from './wrapper.ts'

/** What an entry of a log names beside the event that it speaks of: all that leads to the source of a program. */
export interface LogMention {
  /** 1-based, of the line that names the event; the first of several that say the same. */
  readonly line: number
  readonly word: LogWord
  /** All frames of its stack trace but the runtime's own. */
  readonly frames: readonly NonNullable<LogEvent['code']>[]
  /** What may be names of threads: loggers print them between other words. */
  readonly threads: readonly string[]
  readonly host?: string
  /** `GET /x HTTP/1.1` */
  readonly request?: string
}

export interface LogMentionReader {
  push(chunk: Uint8Array): void
  end(): readonly LogMention[]
}

interface Draft {
  readonly entry: LogEntry
  line: number
  word: LogWord | undefined
  readonly frames: NonNullable<LogEvent['code']>[]
  readonly threads: string[]
  host: string | undefined
  request: string | undefined
  /** Go prints the function on the line above its frame. */
  caller: string | undefined
}

/** Different mentions that are kept, and frames of one of them. */
const MAX_MENTIONS = 5000
const MAX_FRAMES = 60
/** Interleaved logs whose entries are open at once. */
const MAX_OPEN = 256
/** What names an event stands at the start of a line; the rest is not read. */
const MAX_READ = 4096

/** Reads what the entries of a log name. Entries are told apart as the reader of application logs does it. */
export function createLogMentionReader(): LogMentionReader {
  const unwrap = createLogUnwrapper()
  const open = new Map<string | undefined, Draft>()
  const mentions = new Map<string, LogMention>()
  const splitter = createLineSplitter((whole, number) => {
    const unwrapped = unwrap(whole)
    if (unwrapped !== undefined) line(unwrapped.text.slice(0, MAX_READ), number, unwrapped.context.section)
  })

  function line(text: string, number: number, section: string | undefined): void {
    const above = open.get(section)
    const draft = draftOf(text, number, above)
    if (draft !== above) {
      if (above !== undefined) keep(above)
      if (open.size >= MAX_OPEN && !open.has(section)) closeAll()
      open.set(section, draft)
    }
    const frame = readFrame(text)
    if (frame !== undefined) addFrame(draft, frame.code)
    draft.caller = GO_FUNCTION.exec(text)?.[1]
    if (frame !== undefined || FRAME_LINE.test(text)) draft.entry.traced = true
    else readWords(draft, text, number)
  }

  function keep({ line: at, word, frames, threads, host, request }: Draft): void {
    if (word === undefined || mentions.size >= MAX_MENTIONS) return
    if (frames.length === 0 && threads.length === 0 && host === undefined && request === undefined) return
    const named = {
      word,
      frames,
      threads,
      ...(host === undefined ? {} : { host }),
      ...(request === undefined ? {} : { request }),
    }
    const key = JSON.stringify(named)
    if (!mentions.has(key)) mentions.set(key, { line: at, ...named })
  }

  function closeAll(): void {
    for (const draft of open.values()) keep(draft)
    open.clear()
  }

  return {
    push: (chunk) => {
      splitter.push(chunk)
    },
    end() {
      splitter.end()
      closeAll()
      return [...mentions.values()].toSorted((a, b) => a.line - b.line)
    },
  }
}

/** `main.(*Client).fetch(0xc000012345, …)`; pkg/errors leaves out the arguments. */
const GO_FUNCTION =
  /^(?:created by )?([a-z][\w./-]{0,200}\.(?:\(\*?\w{1,80}\)\.)?\w{1,100}(?:\.func[\d.]{1,8})?)(?:\(.*\)$| in goroutine|$)/

function draftOf(text: string, number: number, above: Draft | undefined): Draft {
  if (above?.entry.traced === true && GO_FUNCTION.test(text)) return above
  const own = continuesTrace(text) && above !== undefined ? undefined : findLogTime(text)
  const entry = own === undefined ? entryOf(text, above?.entry, undefined) : beginEntry(own.time)
  if (entry === above?.entry) return above
  return {
    entry,
    line: number,
    word: undefined,
    frames: [],
    threads: [],
    host: undefined,
    request: undefined,
    caller: undefined,
  }
}

function readWords(draft: Draft, text: string, number: number): void {
  const found = matchWord(text)
  const isFirst = draft.word === undefined || (found?.word === 'leak' && draft.word !== 'leak')
  if (found !== undefined && isFirst) {
    draft.word = found.word
    draft.line = number
    if (!MANUAL.test(text)) draft.host ??= readPeer(text)?.host
    draft.request ??= readRequest(text) ?? addressedPath(text)
    const caller = readCaller(text)
    if (caller !== undefined) addFrame(draft, caller)
  }
  if (draft.word !== undefined) for (const { code } of framesWithin(text)) addFrame(draft, code)
  if (draft.threads.length === 0) draft.threads.push(...readThreads(text))
}

/** An address to read about it is no peer: Netty. */
const MANUAL = /\bsee https?:/i
/** Go `Get "http://a/x": read tcp …`, node-fetch `request to http://a/x failed`; urllib3 `(host='a', port=80): … with url: /x`. */
const ADDRESS = /\bhttps?:\/\/[^\s/"'<>]{1,250}(\/[^\s"'<>?#]{1,200})|\bwith url: (\/[^\s"'<>?#]{1,200})/

/** The path in an address that the line names, as a request for it. */
function addressedPath(text: string): string | undefined {
  const match = MANUAL.test(text) ? null : ADDRESS.exec(text)
  const path = match?.[1] ?? match?.[2]
  return path === undefined ? undefined : `GET ${path}`
}

function addFrame({ frames, caller }: Draft, code: Frame['code']): void {
  if (frames.length >= MAX_FRAMES) return
  frames.push(code.function === undefined && caller !== undefined ? { ...code, function: caller } : code)
}
