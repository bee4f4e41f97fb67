import { type Endpoint, endpoint, isAnyAddress, parseAddress, parseEndpoint } from './endpoint.ts'
import type { KernelReset, KernelStateChange } from './kernel-event.ts'
import type { LogTime } from './log-time.ts'
import type { TraceEvent } from './trace-event.ts'

/** A reset or a change of state, as an event says it; undefined where it cannot be understood. */
export function readRecord(
  event: TraceEvent,
  time: LogTime,
  line: number,
): KernelReset | KernelStateChange | 'other-protocol' | undefined {
  const fields = readFields(event.fields)
  return event.name === 'tcp_send_reset' || event.name === 'tcp_receive_reset'
    ? readReset(event, fields, time, line)
    : readStateChange(fields, time, line)
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
