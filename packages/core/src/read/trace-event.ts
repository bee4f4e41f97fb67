import type { LogTime } from './log-time.ts'

const EVENTS = ['tcp_send_reset', 'tcp_receive_reset', 'inet_sock_set_state', 'tcp_set_state'] as const

export interface TraceEvent {
  readonly name: (typeof EVENTS)[number]
  readonly prefix: Prefix
  readonly fields: string
}

/** The event of a line, if it is one of those that are read. */
export function findEvent(text: string): TraceEvent | undefined {
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
export function readMarker(text: string): number | undefined {
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

export function readPrefix(text: string): Prefix | undefined {
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
