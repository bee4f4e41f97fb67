import { problem, type Problem } from '../errors.ts'
import { PACKED_HEAD_BYTES, recognisePacked } from './archives.ts'
import { createAppLogReader } from './app-log/app-log.ts'
import type { AppLog } from './app-log/log-event.ts'
import { createLogUnwrapper } from './app-log/wrapper.ts'
import type { Counters } from './counter-set.ts'
import { createCountersReader } from './counters.ts'
import type { GcLog } from './gc-log/collection.ts'
import { createGcLogReader } from './gc-log/gc-log.ts'
import type { KernelTrace } from './kernel-event.ts'
import { createKernelTraceReader } from './kernel-trace.ts'
import { createLineSkimmer, type SkimState } from './log-skim.ts'
import { parseManifest, type Manifest } from './manifest.ts'
import { recogniseText } from './recognise.ts'
import type { SocketTable } from './socket-table/socket-row.ts'
import { createSocketTableReader } from './socket-table/socket-table.ts'
import { createLineSplitter, type SkimLine } from './text-lines.ts'

/** Lines that are looked at before it is decided what a text is. */
const SAMPLE_LINES = 400
/** Of so many bytes nothing was known: what follows will not be either, and a disk's image would be read for hours. */
const MAX_UNKNOWN_BYTES = 32 << 20
/** The first bytes that are shown of what is not known. */
const DESCRIBED_BYTES = 8
/** A manifest is a few kilobytes. */
const MAX_MANIFEST_LINES = 50_000

type TextRecords =
  | { readonly kind: 'socket-table'; readonly tables: readonly SocketTable[] }
  | { readonly kind: 'kernel-trace'; readonly trace: KernelTrace }
  | { readonly kind: 'counters'; readonly counters: Counters }
  | { readonly kind: 'log'; readonly gcLogs: readonly GcLog[]; readonly appLog: AppLog }
  | { readonly kind: 'manifest'; readonly manifest?: Manifest }
  | { readonly kind: 'diagnosis' }
  | { readonly kind: 'unknown' }

export interface TextInput {
  readonly records: TextRecords
  readonly problems: readonly Problem[]
}

interface Consumer {
  line(text: string, number: number, isWordless: boolean): void
  /** What the bytes of a line tell, where lines may be left out. */
  readonly skim?: SkimLine
  end(): TextInput
}

/** Reads one text, whatever it is: the first lines decide. */
export class TextReader {
  private readonly name: string
  private readonly splitter = createLineSplitter(
    (text, number, isWordless) => {
      this.line(text, number, isWordless)
    },
    (bytes, from, to) => this.consumer?.skim?.(bytes, from, to) ?? 'unknown',
  )
  private readonly sample: string[] = []
  private consumer: Consumer | undefined
  private bytes = 0
  private readonly head = new Uint8Array(PACKED_HEAD_BYTES)

  constructor(name: string) {
    this.name = name
  }

  push(chunk: Uint8Array): void {
    if (this.bytes < this.head.length)
      this.head.set(chunk.subarray(0, this.head.length - this.bytes), this.bytes)
    this.bytes += chunk.length
    this.splitter.push(chunk)
  }

  /** Whether the rest need not be read: what this is will not be known. */
  get isHopeless(): boolean {
    return this.consumer === undefined && this.bytes >= MAX_UNKNOWN_BYTES
  }

  end(): TextInput {
    const { problems } = this.splitter.end()
    if (this.bytes === 0) {
      const empty = problem('empty-input', { wanted: 'a capture, a log or a socket table' })
      return { records: { kind: 'unknown' }, problems: [empty] }
    }
    const packed = recognisePacked(this.head)
    if (packed !== undefined)
      return { records: { kind: 'unknown' }, problems: [problem('packed-input', { kind: packed })] }
    this.consumer ??= this.decide()
    if (this.consumer === undefined) {
      const found = describe(Array.from(this.head.subarray(0, Math.min(this.bytes, DESCRIBED_BYTES))))
      return { records: { kind: 'unknown' }, problems: [problem('unknown-format', { found })] }
    }
    const read = this.consumer.end()
    return { ...read, problems: [...problems, ...read.problems] }
  }

  private line(text: string, number: number, isWordless: boolean): void {
    if (this.consumer !== undefined) {
      this.consumer.line(text, number, isWordless)
      return
    }
    this.sample.push(text)
    if (this.sample.length >= SAMPLE_LINES) this.consumer = this.decide()
    // Nothing known so far: the sample moves on, its lines are lost to an unknown format anyway.
    if (this.consumer === undefined && this.sample.length >= SAMPLE_LINES) this.sample.length = 0
  }

  private decide(): Consumer | undefined {
    const kind = recogniseText(this.sample)
    if (kind === undefined) return undefined
    const consumer = createConsumer(kind, this.name)
    for (const [index, text] of this.sample.entries()) consumer.line(text, index + 1, false)
    return consumer
  }
}

function createConsumer(kind: Exclude<ReturnType<typeof recogniseText>, undefined>, name: string): Consumer {
  switch (kind) {
    case 'socket-table': {
      const reader = createSocketTableReader(name)
      return {
        line: (text, number) => {
          reader.line(text, number, {})
        },
        end: () => {
          const tables = reader.end()
          return { records: { kind, tables }, problems: tables.flatMap((table) => table.problems) }
        },
      }
    }
    case 'kernel-trace': {
      const reader = createKernelTraceReader()
      return {
        line: (text, number) => {
          reader.line(text, number, {})
        },
        end: () => {
          const trace = reader.end()
          return { records: { kind, trace }, problems: trace.problems }
        },
      }
    }
    case 'counters': {
      const reader = createCountersReader()
      return {
        line: (text, number) => {
          reader.line(text, number, {})
        },
        end: () => {
          const counters = reader.end()
          return { records: { kind, counters }, problems: counters.problems }
        },
      }
    }
    case 'log':
      return createLogConsumer()
    case 'manifest': {
      const lines: string[] = []
      return {
        line: (text) => {
          if (lines.length < MAX_MANIFEST_LINES) lines.push(text)
        },
        end: () => {
          const { manifest, problem: found } = parseManifest(lines.join('\n'))
          return {
            records: manifest === undefined ? { kind } : { kind, manifest },
            problems: found === undefined ? [] : [found],
          }
        },
      }
    }
    case 'diagnosis':
      return {
        line: () => {},
        end: () => ({
          records: { kind },
          problems: [problem('saved-answer', { wanted: 'evidence' })],
        }),
      }
  }
}

/** A log may be of both kinds at once: collectors print to the same stream as the program. */
function createLogConsumer(): Consumer {
  const unwrap = createLogUnwrapper()
  const gcLogs = createGcLogReader()
  const appLog = createAppLogReader()
  const skim = createLineSkimmer()
  let state: SkimState | undefined
  let last = 0

  function lookAtState(): SkimState {
    const section = unwrap.section()
    const isIdle = !unwrap.isWaiting() && gcLogs.isIdle(section) && appLog.hasStart()
    return { isIdle, isSettled: isIdle && appLog.isSettled(section) }
  }

  return {
    skim: (bytes, from, to) => skim(bytes, from, to, (state ??= lookAtState())),
    line: (text, number, isWordless) => {
      state = undefined
      appLog.skip(number - last - 1)
      last = number
      const unwrapped = unwrap(text)
      if (unwrapped === undefined) return
      gcLogs.line(unwrapped.text, number, unwrapped.context)
      // What was joined or unescaped may hold words that the bytes did not.
      const isSame = isWordless && text.endsWith(unwrapped.text)
      appLog.line(unwrapped.text, number, unwrapped.context, isSame)
    },
    end: () => {
      const records = { kind: 'log' as const, gcLogs: gcLogs.end(), appLog: appLog.end() }
      const problems = [...records.gcLogs.flatMap((log) => log.problems), ...records.appLog.problems]
      return { records, problems }
    },
  }
}

/** What they spell, in quotes, or their hexadecimal digits. */
function describe(bytes: readonly number[]): string {
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  if (printable) return `“${String.fromCharCode(...bytes)}”`
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
