import type { Because, Citation } from '../cause.ts'
import type { ResetFacts, Side } from './reset-facts.ts'
import type { Timed } from './timeline.ts'
import type { LogEvent } from '../read/app-log/log-event.ts'

/*
 * Citations of what a reset's facts rest on: each names a frame, a line or a row of the user's own files.
 */

export function citeRst(reset: ResetFacts): Citation {
  const rst = reset.rsts[0]
  const values = {
    flags: rst?.hasAck === true ? 'RST,ACK' : 'RST',
    seq: reset.inSequence ? 'in sequence' : 'not in sequence',
    window: rst?.window ?? 0,
  }
  return { input: rst?.input ?? reset.input, frame: rst?.frame ?? 1, says: { id: 'proof-rst', values } }
}

export function citeOffending(reset: ResetFacts): Citation[] {
  const { offending } = reset
  if (offending === undefined) return []
  return [frame(reset, offending.frame, { id: 'proof-offending', values: { bytes: offending.length } })]
}

export function citeFin(reset: ResetFacts, side: Side): Citation[] {
  if (side.fin === undefined) return []
  return [frame(reset, side.fin.frame, { id: 'proof-fin', values: { by: side.address } })]
}

export function citeZeroWindow(reset: ResetFacts, side: Side): Citation[] {
  if (side.zeroWindow === undefined) return []
  return [frame(reset, side.zeroWindow.frame, { id: 'proof-zero-window', values: { by: side.address } })]
}

export function citeExchange(reset: ResetFacts): Citation[] {
  const { exchange, client, server } = reset
  const cited: Citation[] = []
  if (exchange.method !== undefined && client.turn !== undefined) {
    const request = `${exchange.method} ${exchange.target ?? ''}`
    cited.push(frame(reset, client.turn.frame, { id: 'proof-request', values: { request } }))
  }
  if (exchange.status !== undefined && server.turn !== undefined) {
    const length = exchange.responseLength === undefined ? '' : `, ${exchange.responseLength} bytes announced`
    const response = `${exchange.status}${length}`
    cited.push(frame(reset, server.turn.frame, { id: 'proof-response', values: { response } }))
  }
  return cited
}

export function citeLast(reset: ResetFacts, side: Side): Citation[] {
  if (side.last === undefined) return []
  return [frame(reset, side.last.frame, { id: 'proof-last-segment', values: { by: side.address } })]
}

export function citeKernel(reset: ResetFacts): Citation[] {
  const event = reset.kernelSent
  if (event === undefined) return []
  // Only a process that closed its own socket is named rightly; others happened to run when the segment came.
  const isOwn = reset.form === 'active' && !event.inInterrupt
  const task = isOwn ? event.task?.name : undefined
  const values = {
    reason: event.reason ?? 'no reason (old kernel)',
    ...(task === undefined ? {} : { task }),
  }
  return [{ input: event.input, line: event.line, says: { id: 'proof-kernel', values } }]
}

export function citeSocket(reset: ResetFacts): Citation[] {
  const { socket } = reset
  if (socket === undefined) return []
  const process = socket.process?.name
  const values = {
    state: socket.state,
    recvQ: socket.recvQ ?? 0,
    ...(process === undefined ? {} : { process }),
  }
  return [{ input: socket.input, row: socket.row, says: { id: 'proof-socket', values } }]
}

/** The table that no longer has the sender's socket. */
export function citeMissing({ socketMissing }: ResetFacts): Citation[] {
  return socketMissing === undefined
    ? []
    : [{ ...socketMissing, says: { id: 'socket-missing-before', values: {} } }]
}

export function citeLog(events: readonly Timed<LogEvent>[]): Citation[] {
  const [event] = events
  if (event === undefined) return []
  return [{ input: event.input, line: event.line, says: { id: 'proof-log', values: { text: event.text } } }]
}

/** What speaks of data the sender had not read. */
export function citeUnread(reset: ResetFacts): Citation[] {
  const { own } = reset
  const socket = (reset.socket?.recvQ ?? 0) > 1 ? citeSocket(reset) : []
  return [...citeZeroWindow(reset, own), ...socket, ...citeKernel(reset), ...citeExchange(reset)]
}

export function frame(reset: ResetFacts, number: number, says: Because): Citation {
  return { input: reset.input, frame: number, says }
}
