import type { Catalogue } from './catalogue.ts'
import { bytes, duration, n, p } from './en-numbers.ts'

/** Why a cause holds. */
export const REASONS = {
  'unread-kernel': (v) => `the kernel says that the socket was closed with data unread (${v.reason})`,
  'unread-zero-window': (v) =>
    `the reader's window ${v.stalledMs < 1 ? 'stood at 0' : `had stood at 0 for ${duration(v.stalledMs)}`}: nobody read`,
  'unread-window-shrunk': (v) => `the window had shrunk by ${bytes(v.bytes)}, received and not read`,
  'unread-may-hide': (v) =>
    `of the ${bytes(v.bytes)} that came last some may lie unread: a window that still grows does not show it`,
  'unread-socket-table': (v) => `a socket table shows ${bytes(v.bytes)} received and not read`,
  'unread-in-flight': (v) => `on the way to the side that closed there were still ${bytes(v.bytes)}`,
  'unread-response-incomplete': (v) =>
    `the response was cut: ${bytes(v.delivered)} of ${bytes(v.announced)} had been delivered`,
  'bursts-follow-collections': (v) =>
    `${v.matched} of ${n(v.of, 'burst')} of resets ${v.withinMs <= 0 ? 'fell into a collection' : `followed a collection within ${duration(v.withinMs)}`}; by chance ${v.expected} would (${p(v.pValue)})`,
  'bursts-precede-collections': (v) =>
    `${v.early} of the ${n(v.matched, 'burst')} near a collection came before its pause was over`,
  'references-found-dead': (v) =>
    `those collections found ${n(v.final + v.phantom, 'dead reference')} of objects that close sockets`,
  'closed-by-finalizer': (v) => `the kernel names the thread that closed the sockets: ${v.thread}`,
  'clock-fitted': (v) =>
    `the log has uptimes only; the process's start was fitted to the capture (${duration(Math.abs(v.offsetMs))} ${v.offsetMs < 0 ? 'before' : 'after'} its first packet)`,
  'request-body-unread': (v) =>
    `the server answered ${v.status} and closed when ${bytes(v.delivered)}${v.announced > v.delivered ? ` of ${bytes(v.announced)}` : ''} of the request body had been sent`,
  'gave-up-awaiting-response': (v) =>
    `the client closed ${duration(v.afterMs)} after its request, before any answer`,
  'gave-up-in-response': (v) =>
    `the client closed ${v.afterMs < 1 ? 'right' : duration(v.afterMs)} after its request, ${v.delivered > 0 ? `in the middle of the answer (${bytes(v.delivered)} delivered)` : 'before the answer was complete'}`,
  'same-wait-each-time': (v) => `the wait was the same each time: ${duration(v.waitMs)}, ${v.count} times`,
  'log-says': (v) => `the log says so: ${v.count} × "${v.word.replaceAll('-', ' ')}"`,
  'process-gone': (v) =>
    `later socket tables show no connection of ${v.process === '' ? 'the process' : v.process} any more`,
  'ended-at-one-instant': (v) =>
    `${n(v.count, 'connection')} were reset at one instant${v.fins > 0 ? `, and ${v.fins} more were closed by FIN` : ''}`,
  'closed-at-once': (v) =>
    `${n(v.count, 'connection')} were closed at one instant${v.mostMs === 0 ? '' : `, idle for ${v.leastMs === 0 ? 'up to ' : duration(v.leastMs) === duration(v.mostMs) ? '' : `${duration(v.leastMs)} to `}${duration(v.mostMs)}`}`,
  'process-may-live': () => 'nothing shows that a process ended',
  'close-announced': () => 'the answer before had announced the close',
  'port-refused-afterwards': (v) =>
    `its port refused connections ${v.afterMs < 1 ? 'at once' : `${duration(v.afterMs)} later`}`,
  'process-stopped': (v) => `the log says that the process stopped: ${v.text}`,
  'server-never-spoke': (v) =>
    `the handshakes completed, but the server never sent a byte on ${n(v.count, 'connection')}`,
  'socket-not-accepted': (v) =>
    `a socket table from ${duration(v.agoMs)} before shows it without a process: not accepted yet`,
  'dropped-by-kernel': () => 'the kernel dropped them, not a close of the connection by the program',
  'tls-alert': (v) => `a TLS alert came first: ${v.description}${v.level === '' ? '' : ` (${v.level})`}`,
  'tls-mismatch-plain-client': () => 'the client spoke plain text to a TLS port',
  'others-speak-tls': (v) =>
    `${n(v.count, 'other connection')} of the port began with a TLS handshake, and none without was answered`,
  'tls-mismatch-plain-server': () => 'the server answered the TLS hello in plain text',
  'tls-refused-after-hello': (v) =>
    `the reset came right after the ClientHello${v.serverName === '' ? '' : ` for ${v.serverName}`}`,
  'tls-handshake-unfinished': () => 'the TLS handshake had not finished',
  'nothing-unread-closed': () =>
    'everything that had arrived was read, and no FIN was sent: the close was meant to reset',
  'closed-by-other': (v) => `another process closed the socket${v.process === '' ? '' : `: ${v.process}`}`,
  'kernel-reason': (v) => `the kernel gives the reason ${v.reason}`,
  'peer-stalled': (v) => `the peer had taken no data for ${duration(v.stalledMs)} (window 0)`,
  'fixed-age': (v) =>
    v.count > 1
      ? `the reset came at the same age each time: ${duration(v.ageMs)}, ${v.count} times`
      : `the reset came after ${duration(v.ageMs)} of waiting`,
  'server-says-timeout': () => "the server's log says that it timed out",
  'request-after-server-fin': (v) =>
    v.crossing
      ? `the server closed after ${duration(v.idleMs)} of idle time, and a request crossed its FIN on the way`
      : `the server closed after ${duration(v.idleMs)} of idle time; the request came ${duration(v.afterFinMs)} after its FIN`,
  'idle-time-of-server': (v) =>
    `the server closed ${n(v.count, 'connection')} after that same idle time of ${duration(v.idleMs)}`,
  'data-after-fin': (v) =>
    `the other side sent ${bytes(v.bytes)} to one that had closed${v.afterFinMs > 0 ? ` ${duration(v.afterFinMs)} before` : ''}`,
  'peer-knows-nothing': (v) =>
    `${v.silenceMs > 0 ? `after ${duration(v.silenceMs)} of silence ` : ''}a segment in mid-stream was answered by a bare reset, with no FIN before it`,
  'service-restarted': () => 'the service was started anew around that time',
  'listener-answers': (v) => `the kernel had no such connection (${v.reason})`,
  'new-connections-accepted': () => 'new connections to the same service were accepted afterwards',
  'challenge-ack-to-syn': () => 'the SYN was answered by an acknowledgement of another connection',
  'syn-reused-ports': () => 'the same ports had just been used by another connection',
  'handshake-rejected': (v) => `the kernel rejected the handshake (${v.reason})`,
  'syn-answered-by-reset': () => 'each SYN was answered by a reset at once',
  'queue-overflow-shape': () =>
    'the handshake was answered by a bare reset before the server took the connection',
  'queue-counters': (v) => `the kernel counted ${n(v.overflows, 'overflow')} of accept queues`,
  'probes-unanswered': (v) =>
    `${n(v.probes, 'keepalive probe')} over ${duration(v.overMs)} stayed unanswered`,
  'window-stayed-closed': (v) =>
    `the other side's window was closed for ${duration(v.closedMs)}, and the probes of it ended before it opened`,
  'retransmits-answered-late': (v) =>
    `after ${n(v.retransmits, 'retransmission')} the first answer came ${duration(v.lateMs)} behind the last one`,
  'retransmits-unanswered': (v) =>
    `${n(v.retransmits, 'retransmission')} over ${duration(v.overMs)} stayed unanswered`,
  'longest-silence-then-foreign-reset': (v) =>
    `after ${duration(v.silenceMs)} of silence, longer than those that survived (${duration(v.survivedMs)}), something other than the peer answered`,
  'silence-then-foreign-reset': (v) =>
    `after ${duration(v.silenceMs)} of silence, something other than the peer answered`,
  'same-silence-each-time': (v) =>
    `the silence was the same each time: ${duration(v.silenceMs)}, ${v.count} times`,
  'foreign-hops': (v) => `the reset's TTL is ${v.hops}, the host's own packets have ${v.usualHops}`,
  'foreign-timestamps': () => 'the reset lacks the TCP timestamps that every segment of the host carries',
  'foreign-unseen-at-sender': () => 'the capture at the other end does not show this reset',
  'foreign-several-sequences': (v) => `${n(v.count, 'reset')} with different sequence numbers came together`,
  'foreign-spoke-after': (v) =>
    `the host named as its sender went on with the connection afterwards${v.bytes > 0 ? ` (${bytes(v.bytes)} more)` : ''}`,
  'foreign-socket-lived-on': () =>
    'a socket table from after the reset shows that the host named as its sender still has the connection',
  'socket-missing-before': () =>
    'a socket table from before the reset shows the service of its sender, with neither this connection nor the process that had it',
  'foreign-both-named': () => 'both ends were reset at the same moment, each in the name of the other',
  'listened-throughout': () =>
    'the socket tables show the very listener of the port before and after it was refused',
  'foreign-no-kernel-event': () => 'the kernel of the host named as its sender sent no such reset',
  'rejected-in-mid-flow': (v) =>
    `a segment in mid-flow was answered at once by a reset that the peer did not send${v.silenceMs > 0 ? ` (${duration(v.silenceMs)} of silence before)` : ''}`,
  'syn-rejected-by-other-hop': (v) =>
    `the SYN was answered with TTL ${v.hops}, while the host's other answers have ${v.usualHops}`,
  'stranger-answered': (v) => `the same connection appeared at ${v.stranger}, where it was never opened`,
  'wrong-host-answered': () => 'a host nearer than the server answered, and knew no such connection',
  'probe-shape': (v) => `handshake and reset by the client within ${duration(v.lifetimeMs)}, no data`,
  'scan-shape': (v) => `one source tried ${n(v.targets, 'port')} without sending data`,
  'ended-before': () => 'the connection had ended before',
  'both-fins-first': () => 'both sides had sent FIN before the reset',
  'only-alert-lost': () => 'only the closing alert of TLS came after the close',
  'answers-duplicate': () => 'it answers a duplicate of what had been acknowledged',
  'connection-lived-on': (v) => `both sides went on afterwards${v.bytes > 0 ? ` (${bytes(v.bytes)})` : ''}`,
  'log-without-reset': (v) =>
    `the log has ${v.count} × "${v.word.replaceAll('-', ' ')}"; the wire shows ${v.wire}`,
  candidates: (v) => `candidates: ${v.causes}`,
} satisfies Partial<Catalogue>

/** Why a cause does not hold, or what is missing to tell. */
export const EXCLUSIONS = {
  'not-active': () => 'no closing socket made this reset',
  'not-reply': () => 'a socket or a timer sent the reset, it answers no segment',
  'not-established': () => 'the connection was never established',
  established: () => 'the connection was established',
  'data-was-exchanged': () => 'data had been exchanged',
  'no-data-unread': () => 'nothing shows unread data',
  'data-was-unread': () => 'data was unread',
  'not-by-server': () => 'the server did not reset',
  'not-by-client': () => 'the client did not reset',
  'no-fin-before': () => 'no FIN came before it',
  'fin-came-first': (v) => `${v.by} had sent its FIN before`,
  'no-request-open': () => 'no request was open in that way',
  'one-direction-only': () => 'the capture lacks what the other side sent',
  'request-was-read': () => 'the request had been sent whole',
  'nothing-else-ended': () => 'no other connection of the host ended at that moment',
  'process-lives-on': (v) =>
    `its process${v.process === '' ? '' : ` (${v.process})`} lived on: it had sockets afterwards`,
  'server-had-answered': () => 'the server had sent data on it',
  'no-tls': () => 'the connection was not TLS',
  'tls-was-established': () => 'the TLS session was established',
  'no-fixed-age': () => 'no fixed time preceded it',
  'no-silence': (v) =>
    v.silenceMs < 1 ? 'no silence came before it' : `only ${duration(v.silenceMs)} of silence before it`,
  'after-silence': (v) => `it came after ${duration(v.silenceMs)} of silence`,
  'silence-survived-elsewhere': (v) =>
    `${duration(v.silenceMs)} of silence: others survived ${duration(v.survivedMs)}`,
  'not-foreign': () => 'the reset fits the host named as its sender',
  foreign: (v) =>
    `the reset does not fit the host named as its sender (${v.signs.split(' ').map(sign).join(', ')})`,
  'everything-acknowledged': () => 'every segment was acknowledged',
  'peer-unresponsive': () => 'the other side had stopped answering',
  'probes-answered': () => 'no keepalive probe stayed unanswered',
  'closed-by-own-thread': (v) =>
    `the kernel names the thread that closed the sockets: ${v.thread}, which is none of the collector's`,
  'no-coincidence': (v) =>
    `${v.matched} of ${n(v.of, 'burst')} followed a collection, as chance would have it (${p(v.pValue)})`,
  'collections-closed-nothing': (v) =>
    `${n(v.idle, 'collection')} found nothing to close; ${v.matched} of ${n(v.of, 'burst')} followed another one`,
  'ports-not-reused': () => 'the handshake was answered as it should be',
  'took-effect': () => 'the connection ended with it',
  'something-was-lost': () => 'data was lost',
  'other-kernel-reason': (v) => `the kernel gives ${v.reason} as the reason`,
  'too-few-targets': (v) => `the source tried only ${n(v.targets, 'port')}`,
  'waited-in-silence': (v) => `it kept silent for ${duration(v.waitMs)} before: it waited for something`,
  'came-back-to-ports': (v) => `the source came back to ${n(v.ports, 'port')} that had refused it`,
  'no-stranger': () => 'no other host has the connection',
  'needs-gc-log': () => "the garbage collector's log is missing",
  'needs-last-use': () => 'the capture begins after the connection was last used before',
  'needs-handshake': () => 'the capture begins after the handshake',
  'needs-more-resets': (v) => `${n(v.have, 'burst')} of resets, ${v.want} are needed to tell it from chance`,
} satisfies Partial<Catalogue>

/** A sign that a reset is not the named host's, in words. */
function sign(id: string): string {
  return Object.hasOwn(SIGNS, id) ? (SIGNS[id] ?? id) : id
}

const SIGNS: Readonly<Record<string, string>> = {
  hops: 'another TTL',
  'timestamps-missing': 'no timestamps',
  'several-sequences': 'several sequence numbers',
  'spoke-after': 'the host went on',
  'unseen-at-sender': 'not seen at the host',
  'both-named': 'both ends named',
  'socket-lived-on': 'the host still had the connection',
}
