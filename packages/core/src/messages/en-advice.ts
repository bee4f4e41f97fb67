import type { CauseId } from '../diagnosis.ts'

/** How each cause is fixed. */
export const FIXES: { readonly [K in CauseId as `fix-${K}`]: () => string } = {
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

/** The evidence that would decide for or against each cause. */
export const WOULD_TELL: { readonly [K in CauseId as `would-tell-${K}`]: () => string } = {
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
    "the peer's sockets before and after, ss -tanpe: is the connection still there? And when it started: systemctl status, docker inspect",
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
