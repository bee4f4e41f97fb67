import { distance } from '../tcp/sequence.ts'
import { responseProgress } from './phase.ts'
import { other, type ResetFacts, type Role } from './reset-facts.ts'
import type { Because } from '../cause.ts'

/** Why the sender of a reset must have had data it did not read. */
export type UnreadEvidence =
  | { readonly kind: 'kernel' }
  | { readonly kind: 'zero-window'; readonly stalledMs: number }
  | { readonly kind: 'window-shrunk'; readonly bytes: number }
  | { readonly kind: 'socket-table'; readonly bytes: number }
  | { readonly kind: 'in-flight'; readonly bytes: number }
  | { readonly kind: 'response-incomplete'; readonly delivered: number; readonly announced: number }

/** Linux: tcp_close() with unread data counts LINUX_MIB_TCPABORTONCLOSE and traces this reason. */
const REASON_UNREAD = 'TCP_ABORT_ON_CLOSE'

/**
 * The strongest sign, in order of what it proves, that a socket was closed with data in its receive queue, which is
 * what makes the kernel reset instead of finish (net/ipv4/tcp.c __tcp_close; RFC 2525 §2.17).
 * Undefined for resets that no closing socket made.
 */
export function unreadEvidence(reset: ResetFacts): UnreadEvidence | undefined {
  const { own, peer } = reset
  if (reset.form !== 'active' || !reset.established) return undefined
  const reason = reset.kernelSent?.reason
  // What was unread may have come before the capture began, or from the direction that it lacks: the kernel knows.
  if (peer.bytes === 0) return reason === REASON_UNREAD ? { kind: 'kernel' } : undefined
  if (closer(reset) !== reset.sender) {
    const stalledNs =
      peer.zeroWindow === undefined ? peer.zeroWindowTotalNs : reset.timeNs - peer.zeroWindow.sinceNs
    return { kind: 'zero-window', stalledMs: Math.round(stalledNs / 1e6) }
  }
  if (reason === REASON_UNREAD) return { kind: 'kernel' }
  if (reason !== undefined && reason !== 'NOT_SPECIFIED') return undefined
  if (own.zeroWindow !== undefined)
    return { kind: 'zero-window', stalledMs: Math.round((reset.timeNs - own.zeroWindow.sinceNs) / 1e6) }
  if (reset.socket?.recvQ !== undefined && reset.socket.recvQ > 1)
    return { kind: 'socket-table', bytes: reset.socket.recvQ }
  if (reset.unreadBytes !== undefined) return { kind: 'window-shrunk', bytes: reset.unreadBytes }
  const rst = reset.rsts[0]
  const inFlight = rst === undefined ? 0 : distance(rst.ack, peer.next) - (peer.fin === undefined ? 0 : 1)
  if (inFlight > 0) return { kind: 'in-flight', bytes: inFlight }
  if (reset.sender === 'client') {
    const progress = responseProgress(reset.exchange, reset.server)
    if (progress !== undefined && !progress.complete)
      return {
        kind: 'response-incomplete',
        delivered: progress.deliveredBytes,
        announced: progress.announcedBytes,
      }
  }
  return undefined
}

/** What is read at once by whoever reads the head of an answer: Go's bufio has 4096 bytes, Java and Python 8192. */
const READ_AT_ONCE_BYTES = 4_096

/**
 * Bytes of the other side's latest message, where it had the last word and the end of them may lie unread without a
 * sign: while a receive buffer still grows, its window does not shrink. 0: it was read at once, or evidence shows more.
 */
export function mayBeUnread(reset: ResetFacts): number {
  const { peer } = reset
  const isLast = reset.spokeLast === other(reset.sender)
  if (!isLast || peer.turn === undefined || isEmptyQueue(reset)) return 0
  const bytes = distance(peer.turn.seq, peer.next) - (peer.fin === undefined ? 0 : 1)
  return bytes > READ_AT_ONCE_BYTES ? bytes : 0
}

/** A socket table shows that what had come was read: one that was taken after the last of it. */
function isEmptyQueue(reset: ResetFacts): boolean {
  const { socket, timeNs } = reset
  const lastNs = reset.peer.lastDataNs ?? -Infinity
  return socket?.recvQ === 0 && timeNs - socket.agoMs * 1e6 >= lastNs
}

/** From the FIN of a reader that had stalled to the reset by the other side. */
const MAX_AFTER_FIN_NS = 2e9

/**
 * Whose close led to the reset: its sender, or the other side when that had stopped reading (window 0) and closed just
 * before. Over TLS it sends an alert with its FIN, and the sender's own socket is then closed with the alert unread.
 */
export function closer(reset: ResetFacts): Role {
  const { own, peer } = reset
  if (peer.fin === undefined) return reset.sender
  const unheard = peer.acked !== undefined && distance(peer.acked, own.next) > 0
  const stalled = peer.zeroWindow !== undefined || (peer.zeroWindowTotalNs > 0 && unheard)
  return stalled && reset.timeNs - peer.fin.ns < MAX_AFTER_FIN_NS ? other(reset.sender) : reset.sender
}

export function because(unread: UnreadEvidence): Because {
  switch (unread.kind) {
    case 'kernel':
      return { id: 'unread-kernel', values: { reason: REASON_UNREAD } }
    case 'zero-window':
      return { id: 'unread-zero-window', values: { stalledMs: unread.stalledMs } }
    case 'window-shrunk':
      return { id: 'unread-window-shrunk', values: { bytes: unread.bytes } }
    case 'socket-table':
      return { id: 'unread-socket-table', values: { bytes: unread.bytes } }
    case 'in-flight':
      return { id: 'unread-in-flight', values: { bytes: unread.bytes } }
    case 'response-incomplete':
      return {
        id: 'unread-response-incomplete',
        values: { delivered: unread.delivered, announced: unread.announced },
      }
  }
}
