import { type Problem, problem } from '../errors.ts'
import type { KernelReset, KernelStateChange, KernelTrace } from './kernel-event.ts'
import type { LineReader } from './line-reader.ts'
import { createNewest } from './newest.ts'
import { findEvent, readMarker, readPrefix, type TraceEvent } from './trace-event.ts'
import { readRecord } from './trace-records.ts'

/** Kept of one input; a busy host changes a million states an hour. */
const MAX_RESETS = 200_000
const MAX_STATE_CHANGES = 200_000
const MAX_TASKS = 200_000
/** trace_pipe cuts a line at a page; anything longer is not its. */
const MAX_LINE = 8192

/**
 * Reads the lines of trace_pipe, `trace`, `trace-cmd report` and `perf script`: tcp_send_reset, tcp_receive_reset,
 * inet_sock_set_state (tcp_set_state before Linux 4.16). Other events are passed over.
 */
export function createKernelTraceReader(): LineReader<KernelTrace> {
  let clock: string | undefined
  let wallMinusTrace: number | undefined
  let markedOffset: number | undefined
  const resets = createNewest<KernelReset>(MAX_RESETS)
  const stateChanges = createNewest<KernelStateChange>(MAX_STATE_CHANGES)
  const names = new Map<number, string | undefined>()
  const lost = { events: 0, line: 0 }
  const damaged = { lines: 0, line: 0 }
  const untimed = { events: 0, line: 0 }

  function readHeader(text: string, line: number): void {
    clock = /^#\s*trace_clock:\s*(\w{1,20})/.exec(text)?.[1] ?? clock
    const offset = /^#\s*wall_minus_trace_clock:\s*(-?\d{1,12}(?:\.\d{1,12})?)(?:\s|$)/.exec(text)?.[1]
    if (offset !== undefined) wallMinusTrace = Number(offset)
    // The ring buffer was overwritten: `# entries-in-buffer/entries-written: 205/205   #P:2`.
    const entries = /^#\s*entries-in-buffer\/entries-written:\s*(\d{1,15})\/(\d{1,15})/.exec(text)
    const overwritten = entries === null ? 0 : Number(entries[2]) - Number(entries[1])
    if (overwritten > 0) countLost(overwritten, line)
  }

  function countLost(events: number, line: number): void {
    if (lost.line === 0) lost.line = line
    lost.events += events
  }

  function readEvent(event: TraceEvent, line: number): void {
    noteName(event.prefix.task)
    if (event.prefix.time === undefined) {
      untimed.events++
      untimed.line ||= line
      return
    }
    const record = readRecord(event, event.prefix.time, line)
    if (record === 'other-protocol') return
    if (record === undefined) {
      damaged.lines++
      damaged.line ||= line
    } else if ('what' in record) resets.add(record)
    else stateChanges.add(record)
  }

  /** A task may rename itself, and numbers are used again: one that had two names has none for certain. */
  function noteName(task: Task): void {
    if (isNameless(task)) return
    if (!names.has(task.tid)) {
      if (names.size < MAX_TASKS) names.set(task.tid, task.name)
    } else if (names.get(task.tid) !== task.name) names.set(task.tid, undefined)
  }

  /** With the name that the task has on other lines, or without the task: nobody is called `<...>`. */
  function named(reset: KernelReset): KernelReset {
    if (reset.task === undefined || !isNameless(reset.task)) return reset
    const { task, ...rest } = reset
    const name = names.get(task.tid)
    return name === undefined ? rest : { ...rest, task: { ...task, name } }
  }

  return {
    line(text: string, number: number): void {
      if (text.length > MAX_LINE) return
      if (text.startsWith('#')) {
        readHeader(text, number)
        return
      }
      // trace_pipe: `CPU:1 [LOST 25 EVENTS]`; trace-cmd: `CPU:1 [25 EVENTS DROPPED]`, `CPU:1 [EVENTS DROPPED]`.
      const dropped = /^CPU:\s?\d{1,5} \[(?:LOST (\d{1,15}) EVENTS|(?:(\d{1,15}) )?EVENTS DROPPED)\]/.exec(
        text,
      )
      if (dropped !== null) countLost(Number(dropped[1] ?? dropped[2] ?? 0), number)
      const event = findEvent(text)
      if (event !== undefined) readEvent(event, number)
      else markedOffset ??= readMarker(text)
    },
    end(): KernelTrace {
      const problems: Problem[] = []
      if (lost.line > 0)
        problems.push(problem('trace-events-lost', { events: lost.events }, { line: lost.line }))
      if (damaged.lines > 0) {
        const values = { what: 'events of a kernel trace', lines: damaged.lines }
        problems.push(problem('lines-damaged', values, { line: damaged.line }))
      }
      if (untimed.events > 0) {
        problems.push(problem('trace-clock-not-seconds', { events: untimed.events }, { line: untimed.line }))
      }
      const sent = resets.end()
      const changed = stateChanges.end()
      for (const [what, { records, omitted }] of [
        ['resets', sent],
        ['state changes', changed],
      ] as const) {
        if (omitted > 0)
          problems.push(problem('records-omitted', { what, kept: records.length, omitted, which: 'newest' }))
      }
      const offset = wallMinusTrace ?? markedOffset
      return {
        ...(clock !== undefined && { clock }),
        ...(offset !== undefined && { wallMinusTraceSeconds: offset }),
        resets: sent.records.map(named),
        stateChanges: changed.records,
        problems,
      }
    },
  }
}

type Task = TraceEvent['prefix']['task']

/**
 * ftrace keeps the names of 128 tasks, and prints `<...>` for the others (kernel/trace/trace_sched_switch.c); perf, which
 * missed a task's beginning, prints `:TID` (tools/perf/util/thread.c).
 */
function isNameless({ name, tid }: Task): boolean {
  return name === '<...>' || name === `:${tid}`
}

/** Whether a line is a header of a trace, or any event with the prefix that the kernel or perf print. */
export function looksLikeKernelTraceLine(text: string): boolean {
  if (text.length > MAX_LINE) return false
  if (/^#\s*(?:tracer: \w|wall_minus_trace_clock:|entries-in-buffer\/entries-written:)/.test(text))
    return true
  const event = /\d: +(?:\w{1,40}:)?\w{1,60}: /.exec(text)
  return event !== null && readPrefix(text.slice(0, event.index + 2)) !== undefined
}
