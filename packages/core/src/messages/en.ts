import type { CauseId } from '../diagnosis.ts'
import type { Catalogue, StatementValues } from './catalogue.ts'
import { COMPARE_SENTENCES } from './en-compare.ts'
import { bytes, duration, grouped, n, p } from './en-numbers.ts'

/** “10.0.0.1 reset 3 of 10 connections to 10.0.0.2:80”. */
function who(v: StatementValues, by: 'client' | 'server' | 'sender' = 'sender'): string {
  const isServer = by === 'sender' ? v.byServer : by === 'server'
  const client = by === 'sender' ? v.by : v.client
  return isServer
    ? `${v.server} reset ${some(v)} from ${v.client}`
    : `${client} reset ${some(v)} to ${v.server}`
}

function some(v: StatementValues): string {
  const least = v.atLeast ? 'at least ' : ''
  return v.total > v.count
    ? `${least}${grouped(v.count)} of ${n(v.total, 'connection')}`
    : `${least}${n(v.count, 'connection')}`
}

const STATEMENTS: { readonly [K in CauseId as `statement-${K}`]: (v: StatementValues) => string } = {
  'statement-garbage-collected': (v) =>
    `${who(v)}: ${v.byServer ? 'a garbage collector closed them with data unread' : 'its garbage collector closed them with the responses unread'}.`,
  'statement-unread-data': (v) => `${who(v)}: it closed them with received data still unread.`,
  'statement-request-unread': (v) => `${who(v)}: it answered and closed without reading the whole request.`,
  'statement-caller-gave-up': (v) =>
    `${who(v)}: it gave up waiting and closed before the response was complete.`,
  'statement-process-exit': (v) => `${who(v)}: its process ended, and all its connections with it.`,
  'statement-listener-closed': (v) => `${who(v)}: it stopped listening before it had accepted them.`,
  'statement-tls-failure': (v) => `${who(v)}: the TLS handshake failed.`,
  'statement-abortive-close': (v) => `${who(v)} on purpose: closed at once, with nothing unread.`,
  'statement-idle-timeout-reset': (v) =>
    `${who(v)}: its own timeout ended slow or idle connections with a reset.`,
  'statement-keep-alive-race': (v) => `${who(v)}: it had closed them as idle when the next request arrived.`,
  'statement-data-after-close': (v) => `${who(v)}: it had closed them, and the other side went on sending.`,
  'statement-half-open': (v) => `${who(v)}: it no longer knew the connections, as after a restart.`,
  'statement-port-reuse': (v) =>
    `${who(v)}: the ports were reused while the other side still held an old connection.`,
  'statement-connection-refused': (v) =>
    `${v.server} refused ${v.atLeast ? 'at least ' : ''}${n(v.count, 'connection')} from ${v.client}: nothing listens there.`,
  'statement-accept-queue-overflow': (v) => `${who(v)}: its accept queue was full.`,
  'statement-keepalive-timeout': (v) => `${who(v)}: its keepalive probes stayed unanswered.`,
  'statement-retransmission-timeout': (v) =>
    `${who(v)}: its data had stayed unacknowledged until it gave up.`,
  'statement-middlebox-idle-timeout': (v) =>
    `A device between ${v.client} and ${v.server} forgot ${some(v)} while idle and reset them.`,
  'statement-policy-reject': (v) =>
    `A firewall or policy rejected ${some(v)} from ${v.client} to ${v.server} with a reset.`,
  'statement-injected-reset': (v) =>
    `A device between ${v.client} and ${v.server} forged resets on ${some(v)}.`,
  'statement-nat-state-lost': (v) =>
    `A NAT or load balancer lost track of ${some(v)} from ${v.client} to ${v.server}: a host that did not know them reset them.`,
  'statement-health-probe': (v) =>
    `${n(v.count, 'health probe')} of ${v.server} by ${v.client}: opened and reset without data.`,
  'statement-port-scan': (v) =>
    `${v.client} scanned ports (${v.server}): ${n(v.count, 'connection')} without data.`,
  'statement-late-reset': (v) =>
    `${n(v.count, 'late reset')} between ${v.client} and ${v.server}: both sides had finished.`,
  'statement-ignored-reset': (v) =>
    `${n(v.count, 'reset')} between ${v.client} and ${v.server} had no effect: the connections lived on.`,
  'statement-no-reset-on-wire': (v) =>
    `The log reports ${n(v.count, 'reset')}${v.server === 'unknown' ? '' : ` for ${v.server}`}, but the capture shows none.`,
  'statement-unknown': (v) => `${who(v)}; the evidence does not decide why.`,
}

const FIXES: { readonly [K in CauseId as `fix-${K}`]: () => string } = {
  'fix-garbage-collected': () =>
    'Read each response to its end or close it (try-with-resources, response.body.cancel()); ask with HEAD or a conditional GET when only headers matter. Share one client.',
  'fix-unread-data': () =>
    'Read what was received before closing, up to a bound, or half-close and drain; do not return early without consuming the body.',
  'fix-request-unread': () =>
    'On the server, drain the request body (bounded) before closing; on the client, send Expect: 100-continue for large bodies.',
  'fix-caller-gave-up': () =>
    'Give the caller a timeout longer than the server needs, or make the server faster; budget timeouts from the outside in.',
  'fix-process-exit': () =>
    'Shut down gracefully: stop accepting, finish what is open, then exit. Find out why the process ended (exit code, OOM, deploy).',
  'fix-listener-closed': () =>
    'Take the server out of rotation before it stops listening (readiness first, then a preStop delay), and accept what is queued.',
  'fix-tls-failure': () =>
    'Compare certificate, host name, protocol versions and whether both ends mean TLS; the alert names what was refused.',
  'fix-abortive-close': () =>
    'Remove SO_LINGER 0 (or its equivalent) where a reset is not wanted; close normally.',
  'fix-idle-timeout-reset': () =>
    "Raise the server's timeout, read faster on the client, or turn off the reset on timeout.",
  'fix-keep-alive-race': () =>
    "Keep idle connections in the client's pool for less time than the server does; retry idempotent requests once.",
  'fix-data-after-close': () =>
    'Watch for the end of the stream before writing; let the closer read to the end, or agree in the protocol who closes.',
  'fix-half-open': () =>
    'Turn on TCP keepalive below the restart time, limit the age of pooled connections, and retry once on a fresh one.',
  'fix-port-reuse': () =>
    'Widen net.ipv4.ip_local_port_range, keep TCP timestamps on, and do not bind fixed source ports.',
  'fix-connection-refused': () =>
    'Start the service, or correct the address and port; check what it listens on with ss -ltn.',
  'fix-accept-queue-overflow': () =>
    'Accept faster, or raise the backlog and net.core.somaxconn; let clients retry with a delay.',
  'fix-keepalive-timeout': () =>
    'Find why the peer went silent (host down, path broken, firewall); the reset is only the consequence.',
  'fix-retransmission-timeout': () =>
    'Find where the segments were lost (path, MTU, firewall); the reset is only the consequence.',
  'fix-middlebox-idle-timeout': () =>
    "Send TCP keepalives more often than the device's idle timeout, or keep connections idle for less.",
  'fix-policy-reject': () => 'Allow the traffic in the firewall or network policy, or stop sending it.',
  'fix-injected-reset': () =>
    'Capture at both ends to find between which hops the reset appears, and ask who runs the device there.',
  'fix-nat-state-lost': () =>
    'Set nf_conntrack_tcp_be_liberal=1 or drop INVALID packets on the NAT, and keep its table across changes.',
  'fix-health-probe': () => 'Nothing to fix: the probe works as designed.',
  'fix-port-scan': () => 'Nothing to fix on the scanned host; find out who scans if it is not you.',
  'fix-late-reset': () => 'Nothing to fix: no data was lost.',
  'fix-ignored-reset': () => 'Nothing was lost; if the resets are forged, find out who sends them.',
  'fix-no-reset-on-wire': () =>
    "Look for what ended the connection instead: a FIN, a timeout, or the library's own wording.",
  'fix-unknown': () => 'Collect more evidence and ask again; each candidate names what would tell.',
}

const WOULD_TELL: { readonly [K in CauseId as `would-tell-${K}`]: () => string } = {
  'would-tell-garbage-collected': () =>
    "the collector's log of the process that reset: java -Xlog:gc*:file=gc.log, node --trace-gc, GODEBUG=gctrace=1",
  'would-tell-unread-data': () =>
    'socket tables of the side that reset, before it does: ss -tnpoiem (Recv-Q > 0)',
  'would-tell-request-unread': () =>
    'a capture that begins before the connections and keeps their heads: tcpdump -s 512',
  'would-tell-caller-gave-up': () => "the client's log and its timeout settings",
  'would-tell-process-exit': () =>
    'the exit code and the log of the process that reset: docker inspect, journalctl, dmesg',
  'would-tell-listener-closed': () =>
    "the server's accept queue before: ss -ltn (Recv-Q of the LISTEN row), and its log",
  'would-tell-tls-failure': () =>
    'the TLS error in the logs of both ends, or: openssl s_client -connect HOST:PORT -servername NAME',
  'would-tell-abortive-close': () =>
    "the kernel's reset reason: trace tcp:tcp_send_reset on the host that reset (Linux 6.12 or newer)",
  'would-tell-idle-timeout-reset': () => "the server's timeout settings and its log",
  'would-tell-keep-alive-race': () =>
    "a capture that begins before the idle time, and the server's keep-alive timeout",
  'would-tell-data-after-close': () => 'a capture that begins before the FIN',
  'would-tell-half-open': () =>
    "the peer's start time: systemctl status, docker inspect; and a capture at the peer",
  'would-tell-port-reuse': () => 'a capture that begins before the SYN, and ss -tan of the server',
  'would-tell-connection-refused': () => 'what the server listens on: ss -ltn, and a capture there',
  'would-tell-accept-queue-overflow': () => 'nstat -az TcpExtListenOverflows before and after, on the server',
  'would-tell-keepalive-timeout': () =>
    'a capture at the side that reset: its unanswered probes show only there',
  'would-tell-retransmission-timeout': () =>
    'a capture at the side that reset: its retransmissions show only there',
  'would-tell-middlebox-idle-timeout': () =>
    'a capture at the other end at the same time: a device’s reset is missing there',
  'would-tell-policy-reject': () =>
    'a capture at the server at the same time: rejected segments never arrive there',
  'would-tell-injected-reset': () =>
    'a capture at the end that the reset names as its sender: a forged reset is missing there',
  'would-tell-nat-state-lost': () => 'captures on both sides of the NAT, and conntrack -E there',
  'would-tell-health-probe': () => 'the probe settings of the load balancer or orchestrator',
  'would-tell-port-scan': () => 'who the source address is',
  'would-tell-late-reset': () => 'a capture that begins before the FINs',
  'would-tell-ignored-reset': () => 'a capture that goes on after the reset',
  'would-tell-no-reset-on-wire': () => 'a capture of the time that the log speaks of',
  'would-tell-unknown': () => 'a capture with handshakes: start tcpdump before the connections open',
}

/** The English catalogue. */
export const en: Catalogue = {
  ...STATEMENTS,
  ...FIXES,
  ...WOULD_TELL,
  'verdict-nothing-lost': (v) =>
    v.resets === 0
      ? `No connection was reset: ${n(v.connections, 'connection')} seen, nothing was lost.`
      : `Nothing was lost: ${n(v.resets, 'reset')} among ${n(v.connections, 'connection')}, all of them harmless.`,
  'verdict-no-capture': (v) =>
    `No capture was given: ${n(v.events, 'event')} of logs and traces read, but without packets no reset can be explained.`,
  'verdict-log-only': (v) =>
    `The capture shows no reset, but a log of that time reports ${n(v.events, 'reset')}: capture at the other end too.`,
  'verdict-interrupted': (v) =>
    `Interrupted: no reset was seen among ${n(v.connections, 'connection')} so far.`,
  'verdict-partly-judged': (v) =>
    `Interrupted: the first ${grouped(v.judged)} of ${n(v.resets, 'reset')} were harmless.`,
  'verdict-no-tcp': (v) =>
    `No TCP connection could be read from ${n(v.packets, 'packet')}: there is nothing to explain.`,
  'verdict-no-match': (v) => `None of the ${n(v.resets, 'reset connection')} matches what was asked for.`,
  'verdict-nothing-read': () => 'Nothing could be read.',
  'verdict-only-warnings': (v) =>
    `No connection was reset so far, but there ${v.warnings === 1 ? 'is' : 'are'} ${n(v.warnings, 'warning')}.`,
  'unread-kernel': (v) => `the kernel says that the socket was closed with data unread (${v.reason})`,
  'unread-zero-window': (v) =>
    `the reader's window ${v.stalledMs < 1 ? 'stood at 0' : `had stood at 0 for ${duration(v.stalledMs)}`}: nobody read`,
  'unread-window-shrunk': (v) => `the window had shrunk by ${bytes(v.bytes)}, received and not read`,
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
  'port-refused-afterwards': (v) =>
    `its port refused connections ${v.afterMs < 1 ? 'at once' : `${duration(v.afterMs)} later`}`,
  'process-stopped': (v) => `the log says that the process stopped: ${v.text}`,
  'server-never-spoke': (v) =>
    `the handshakes completed, but the server never sent a byte on ${n(v.count, 'connection')}`,
  'socket-not-accepted': (v) =>
    `a socket table from ${duration(v.agoMs)} before shows it without a process: not accepted yet`,
  'dropped-by-kernel': () => 'the kernel dropped them, not a close of the connection by the program',
  'tls-alert': (v) => `a TLS alert came first: ${v.description} (${v.level})`,
  'tls-mismatch-plain-client': () => 'the client spoke plain text to a TLS port',
  'others-speak-tls': (v) =>
    `${n(v.count, 'other connection')} of the port began with a TLS handshake, and none without was answered`,
  'tls-mismatch-plain-server': () => 'the server answered the TLS hello in plain text',
  'tls-refused-after-hello': (v) =>
    `the reset came right after the ClientHello${v.serverName === '' ? '' : ` for ${v.serverName}`}`,
  'tls-handshake-unfinished': () => 'the TLS handshake had not finished',
  'nothing-unread-closed': () =>
    'everything that had arrived was read, and no FIN was sent: the close was meant to reset',
  'peer-unresponsive': () => 'the other side had stopped answering',
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
  'foreign-both-named': () => 'both ends were reset at the same moment, each in the name of the other',
  'foreign-no-kernel-event': () => 'the kernel of the host named as its sender sent no such reset',
  'rejected-in-mid-flow': (v) =>
    `a segment in mid-flow was answered at once by a reset that the peer did not send${v.silenceMs > 0 ? ` (${duration(v.silenceMs)} of silence before)` : ''}`,
  'syn-rejected-by-other-hop': (v) =>
    `the SYN was answered with TTL ${v.hops}, while the host's other answers have ${v.usualHops}`,
  'stranger-answered': (v) => `the same connection appeared at ${v.stranger}, where it was never opened`,
  'wrong-host-answered': () => 'a host nearer than the server answered, and knew no such connection',
  'probe-shape': (v) => `handshake and reset by the client within ${duration(v.lifetimeMs)}, no data`,
  'scan-shape': (v) => `one source tried ${n(v.targets, 'port')} without sending data`,
  'both-fins-first': () => 'both sides had sent FIN before the reset',
  'only-alert-lost': () => 'only the closing alert of TLS came after the close',
  'answers-duplicate': () => 'it answers a duplicate of what had been acknowledged',
  'connection-lived-on': (v) => `both sides went on afterwards${v.bytes > 0 ? ` (${bytes(v.bytes)})` : ''}`,
  'log-without-reset': (v) =>
    `the log has ${v.count} × "${v.word.replaceAll('-', ' ')}"; the wire shows ${v.wire}`,
  candidates: (v) => `candidates: ${v.causes}`,
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
  'silence-survived-elsewhere': (v) =>
    `${duration(v.silenceMs)} of silence: others survived ${duration(v.survivedMs)}`,
  'not-foreign': () => 'the reset fits the host named as its sender',
  foreign: (v) =>
    `the reset does not fit the host named as its sender (${v.signs.split(' ').map(sign).join(', ')})`,
  'everything-acknowledged': () => 'every segment was acknowledged',
  'probes-answered': () => 'no keepalive probe stayed unanswered',
  'closed-by-own-thread': (v) =>
    `the kernel names the thread that closed the sockets: ${v.thread}, which is none of the collector's`,
  'no-coincidence': (v) =>
    `${v.matched} of ${n(v.of, 'burst')} followed a collection, as chance would have it (${p(v.pValue)})`,
  'ports-not-reused': () => 'the handshake was answered as it should be',
  'took-effect': () => 'the connection ended with it',
  'something-was-lost': () => 'data was lost',
  'other-kernel-reason': (v) => `the kernel gives ${v.reason} as the reason`,
  'too-few-targets': (v) => `the source tried only ${n(v.targets, 'port')}`,
  'no-stranger': () => 'no other host has the connection',
  'needs-gc-log': () => "the garbage collector's log is missing",
  'needs-handshake': () => 'the capture begins after the handshake',
  'needs-more-resets': (v) => `${n(v.have, 'burst')} of resets, ${v.want} are needed to tell it from chance`,
  'proof-rst': (v) => `${v.flags} ${v.seq}${v.window === 0 ? ', window 0' : ''}`,
  'proof-offending': (v) => `the segment that it answers (${v.bytes === 0 ? 'no data' : bytes(v.bytes)})`,
  'proof-fin': (v) => `FIN by ${v.by}`,
  'proof-zero-window': (v) => `window 0 advertised by ${v.by}`,
  'proof-request': (v) => v.request,
  'proof-response': (v) => `HTTP ${v.response.replace(/(\d+) bytes announced$/, announced)}`,
  'proof-collection': (v) =>
    v.lagMs <= 0 ? `${v.name}, under way at the reset` : `${v.name}, ${duration(v.lagMs)} before the reset`,
  'proof-kernel': (v) =>
    v.task === undefined || v.task === '' ? `kernel: ${v.reason}` : `kernel: ${v.reason}, ${v.task}`,
  'proof-socket': (v) =>
    `${v.state}, Recv-Q ${grouped(v.recvQ)}${v.process === undefined || v.process === '' ? '' : `, ${v.process}`}`,
  'proof-log': (v) => v.text,
  'proof-counter': (v) => `${v.name} +${v.value}`,
  'proof-syn': () => 'SYN',
  'proof-alert': () => 'TLS alert',
  'proof-refused': () => 'SYN to the same port refused',
  'proof-repeat': (v) => `repeated by ${v.by}, ${n(v.repeats, 'time')} in all, and never acknowledged`,
  'proof-last-segment': (v) => `last segment by ${v.by}`,
  'clock-zone-estimated': (v) =>
    `prints no time zone, UTC${v.zone} estimated${v.of > 0 ? ` (${v.matched} of ${n(v.of, 'event')} met a reset)` : ''}`,
  'clock-zone-assumed': () => 'prints no time zone, UTC assumed (--log-timezone sets another)',
  'clock-zone-given': (v) => `prints no time zone, UTC${v.zone} as given`,
  'clock-start-fitted': (v) =>
    `prints uptimes only, process start estimated at ${v.startedAt.replace(/\.\d+Z$/, 'Z')} (${p(v.pValue)})`,
  'clock-start-unknown': () =>
    'prints uptimes only, the start of the process is not known (--gc-start TIME tells it)',
  'clock-trace-estimated': () =>
    'prints no clock offset, estimated from the resets that capture and trace share',
  'next-explain': () => 'what it is, how to confirm it, how to fix it',
  interrupted: () => 'interrupted: this is what was read until then',
  'warning-close-wait-leak': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} in CLOSE_WAIT: the peer has closed, the program has not`,
  'warning-stalled-reader': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} stalled with a full window for up to ${duration(v.seconds * 1000)}: they will be reset when they are closed or collected`,
  'warning-unanswered-data': (v) =>
    `${n(v.count, 'connection')} to ${v.peer} died in silence: what was sent again and again for up to ${duration(v.seconds * 1000)} was never acknowledged, and nobody reset`,
  'seen-leak-report': (v) =>
    `${v.log} line ${v.logLine}: a leak report names ${v.file}:${v.fileLine}${within(v.isWithin)}`,
  'seen-stack-trace': (v) =>
    `${v.log} line ${v.logLine}: the trace of "${v.word.replaceAll('-', ' ')}" names ${v.file}:${v.fileLine}${within(v.isWithin)}`,
  'seen-cause': (v) => `explains ${v.cause}, found on ${n(v.connections, 'connection')}`,
  'seen-candidate': (v) => `would explain ${v.cause}, a candidate for ${n(v.connections, 'connection')}`,
  'seen-close-wait': (v) => `would leave CLOSE_WAIT, in which ${n(v.count, 'connection')} ${are(v.count)}`,
  'seen-stalled': (v) =>
    `would leave a response unread, as on ${n(v.count, 'connection')} with a full window`,
  'seen-path': (v) => `${v.path} was asked for, and line ${v.line} holds ${v.literal}`,
  'seen-host': (v) => `${v.host} was asked, and line ${v.line} names it`,
  'seen-thread': (v) => `thread ${v.thread} was in it, and line ${v.line} names threads ${v.literal}`,
  'seen-thread-runs': (v) => `thread ${v.thread} was in it, and runs ${v.function}`,
  'seen-runtime': (v) => `the program in the evidence runs on ${RUNTIMES.get(v.runtime) ?? v.runtime}`,
  ...COMPARE_SENTENCES,
}

const RUNTIMES: ReadonlyMap<string, string> = new Map([
  ['jvm', 'a JVM'],
  ['node', 'Node.js'],
  ['python', 'Python'],
  ['go', 'Go'],
  ['dotnet', '.NET'],
])

function are(count: number): string {
  return count === 1 ? 'is' : 'are'
}

function within(isWithin: boolean): string {
  return isWithin ? ', in the same function' : ''
}

function announced(_all: string, length: string): string {
  return `${bytes(Number(length))} announced`
}

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
}
