import { type Problem, problem } from '../errors.ts'
import { type Endpoint, endpoint, isAnyAddress, parseAddress, parseEndpoint } from './endpoint.ts'
import type { KernelReset, KernelStateChange, KernelTrace } from './kernel-event.ts'
import type { LineReader } from './line-reader.ts'
import { createNewest } from './newest.ts'
import type { LogTime } from './log-time.ts'

/** Kept of one input; a busy host changes a million states an hour. */
const MAX_RESETS = 200_000
const MAX_STATE_CHANGES = 200_000
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
    if (event.prefix.time === undefined) {
      untimed.events++
      untimed.line ||= line
      return
    }
    const fields = readFields(event.fields)
    const { time } = event.prefix
    const record =
      event.name === 'tcp_send_reset' || event.name === 'tcp_receive_reset'
        ? readReset(event, fields, time, line)
        : readStateChange(fields, time, line)
    if (record === 'other-protocol') return
    if (record === undefined) {
      damaged.lines++
      damaged.line ||= line
    } else if ('what' in record) resets.add(record)
    else stateChanges.add(record)
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
        resets: sent.records,
        stateChanges: changed.records,
        problems,
      }
    },
  }
}

/** Whether a line is a header of a trace, or any event with the prefix that the kernel or perf print. */
export function looksLikeKernelTraceLine(text: string): boolean {
  if (text.length > MAX_LINE) return false
  if (/^#\s*(?:tracer: \w|wall_minus_trace_clock:|entries-in-buffer\/entries-written:)/.test(text))
    return true
  const event = /\d: +(?:\w{1,40}:)?\w{1,60}: /.exec(text)
  return event !== null && readPrefix(text.slice(0, event.index + 2)) !== undefined
}

const EVENTS = ['tcp_send_reset', 'tcp_receive_reset', 'inet_sock_set_state', 'tcp_set_state'] as const

interface TraceEvent {
  readonly name: (typeof EVENTS)[number]
  readonly prefix: Prefix
  readonly fields: string
}

function findEvent(text: string): TraceEvent | undefined {
  for (const name of EVENTS) {
    const at = text.indexOf(`${name}:`)
    if (at < 0) continue
    // perf script puts the subsystem before the name: `tcp:tcp_send_reset:`.
    const before = text.slice(0, at)
    const prefix = readPrefix(before.replace(/(?<=\s)(?:tcp|sock):$/, '').trimEnd())
    if (prefix !== undefined) return { name, prefix, fields: text.slice(at + name.length + 1) }
  }
  return undefined
}

/** Who records a trace may write the wall clock into it: `wall SECONDS`, or Android's `realtime_ts=MILLISECONDS`. */
function readMarker(text: string): number | undefined {
  const marker =
    /\stracing_mark_write: (?:wall (\d{9,11}(?:\.\d{1,9})?)|trace_event_clock_sync: realtime_ts=(\d{12,14}))\s*$/.exec(
      text,
    )
  const time = marker === null ? undefined : readPrefix(text.slice(0, marker.index))?.time
  if (marker === null || time?.clock !== 'trace') return undefined
  const wall = marker[1] === undefined ? Number(marker[2]) / 1000 : Number(marker[1])
  return wall - time.seconds
}

interface Prefix {
  /** Absent when the trace clock counts something other than time. */
  readonly time: LogTime | undefined
  readonly task: { readonly name: string; readonly tid: number }
  /** Absent where the latency flags are not printed. */
  readonly inInterrupt: boolean | undefined
  readonly bottomHalvesOff: boolean
}

/** `TASK-TID (TGID) [CPU] FLAGS TIME:`, TGID and FLAGS by option (kernel/trace/trace_output.c trace_print_context). */
const FTRACE =
  /^\s*(\S.{0,63}?)-(\d{1,10})\s+(?:\([\s\d-]{1,12}\)\s+)?\[\d{1,5}\]\s+(?:\(\s{0,8}[\d-]{1,10}\)\s+)?(?:([^\s:]{4,9})\s+)?(\d{1,20}(?:\.\d{1,9})?):\s*$/
/** `TASK TID [CPU] TIME:`, `PID/TID` by option (tools/perf/builtin-script.c). */
const PERF =
  /^\s*(\S.{0,63}?)\s+(?:\d{1,10}\/)?(\d{1,10})\s+\[\d{1,5}\]\s+(?:([^\s:]{4,9})\s+)?(\d{1,20}\.\d{1,9}):\s*$/

function readPrefix(text: string): Prefix | undefined {
  const match = FTRACE.exec(text) ?? PERF.exec(text)
  if (match === null) return undefined
  const [, name = '', tid, flags, stamp = ''] = match
  return {
    task: { name: name.trim(), tid: Number(tid) },
    time: stamp.includes('.') ? { clock: 'trace', seconds: Number(stamp) } : undefined,
    // Softirq, hardirq, both, NMI (trace_print_lat_fmt); no other column of the flags uses these letters.
    inInterrupt: flags === undefined ? undefined : /[shHzZ]/.test(flags),
    bottomHalvesOff: flags !== undefined && /^[bD]/.test(flags),
  }
}

type Fields = ReadonlyMap<string, string>

function readFields(text: string): Fields {
  const fields = new Map<string, string>()
  for (const word of text.trim().split(/\s+/)) {
    const equals = word.indexOf('=')
    if (equals > 0) fields.set(word.slice(0, equals), word.slice(equals + 1))
  }
  return fields
}

/**
 * In both layouts the first end is the socket's own. The newer tcp_send_reset has no socket for a stray segment and
 * prints the segment's ends exchanged, so that the first is the sender of the reset there too
 * (include/trace/events/tcp.h; seen on Linux 6.18 against captures of the same resets).
 */
function readReset(event: TraceEvent, fields: Fields, time: LogTime, line: number): KernelReset | undefined {
  const ends = readEnds(fields)
  if (ends === undefined) return undefined
  const what = event.name === 'tcp_send_reset' ? 'sent' : 'received'
  const state = readState(fields.get('state'))
  const reason = fields.get('reason')
  // A reset that a listener sends shows the listener: nobody at the other end, and perhaps any address at its own.
  const peer = isAnyAddress(ends.peer.address) && ends.peer.port === undefined ? undefined : ends.peer
  return {
    line,
    what,
    time,
    task: event.prefix.task,
    inInterrupt: event.prefix.inInterrupt ?? !isActiveReset(what, fields, state),
    ...(event.prefix.bottomHalvesOff && { bottomHalvesOff: true }),
    local: withoutAnyAddress(ends.local),
    ...(peer !== undefined && { peer }),
    ...(state !== undefined && { state }),
    ...(reason !== undefined && { reason }),
  }
}

/**
 * Without flags only an active reset by a call of the program is in process context for sure: it answers no segment
 * (`skbaddr` is null) and its socket is closed already; keepalive resets come from a timer.
 */
function isActiveReset(what: KernelReset['what'], fields: Fields, state: string | undefined): boolean {
  const answersSegment = !/^(?:0x)?0+$|^\(nil\)$/.test(fields.get('skbaddr') ?? '')
  return (
    what === 'sent' &&
    !answersSegment &&
    state === 'CLOSE' &&
    fields.get('reason') !== 'TCP_KEEPALIVE_TIMEOUT'
  )
}

function readStateChange(
  fields: Fields,
  time: LogTime,
  line: number,
): KernelStateChange | 'other-protocol' | undefined {
  const protocol = fields.get('protocol')
  if (protocol !== undefined && protocol !== 'IPPROTO_TCP' && Number(protocol) !== 6) return 'other-protocol'
  const ends = readEnds(fields)
  const from = readState(fields.get('oldstate'))
  const to = readState(fields.get('newstate'))
  if (ends === undefined || from === undefined || to === undefined) return undefined
  return { line, time, ...ends, from, to }
}

/** `src=10.0.0.1:80 dest=[::1]:90`, or ports and addresses apart: there the IPv6 pair is right for both families. */
function readEnds(fields: Fields): { local: Endpoint; peer: Endpoint } | undefined {
  const local = parseEndpoint(fields.get('src') ?? '') ?? readEnd(fields, 'sport', 'saddrv6', 'saddr')
  const peer = parseEndpoint(fields.get('dest') ?? '') ?? readEnd(fields, 'dport', 'daddrv6', 'daddr')
  return local === undefined || peer === undefined ? undefined : { local, peer }
}

function readEnd(fields: Fields, portName: string, v6Name: string, v4Name: string): Endpoint | undefined {
  const address = parseAddress(fields.get(v6Name) ?? '') ?? parseAddress(fields.get(v4Name) ?? '')
  const port = fields.get(portName)
  if (address === undefined || port === undefined || !/^\d{1,5}$/.test(port)) return undefined
  return endpoint(address, Number(port))
}

function withoutAnyAddress(end: Endpoint): Partial<Endpoint> {
  if (!isAnyAddress(end.address)) return end
  return end.port === undefined ? {} : { port: end.port }
}

/** `TCP_CLOSE` → `CLOSE`. perf prints numbers where it cannot resolve the names: `0x7`. */
function readState(printed: string | undefined): string | undefined {
  if (printed === undefined || printed === '') return undefined
  const number = /^(?:0x[\da-f]{1,2}|\d{1,2})$/i.test(printed) ? Number(printed) : undefined
  if (number !== undefined) return KERNEL_STATES[number] ?? printed
  return printed.replace(/^TCP_/, '')
}

/** include/net/tcp_states.h */
const KERNEL_STATES: readonly (string | undefined)[] = [
  undefined,
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
]
