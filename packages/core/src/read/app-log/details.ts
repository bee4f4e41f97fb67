import type { LogEvent } from './log-event.ts'

type Peer = NonNullable<LogEvent['peer']>

const IP4 = '(\\d{1,3}(?:\\.\\d{1,3}){3})'
const IP6 = '\\[?((?:[\\da-fA-F]{0,4}:){2,7}[\\da-fA-F.]{0,15})\\]?'
const NAME = '([A-Za-z0-9_][\\w.-]{0,250})'
const PORT = '(\\d{1,5})(?!\\d)'

/** Where programs name the remote end, the surest first. Groups: some pairs of host and port. */
const PEERS: readonly RegExp[] = [
  // Go: `read tcp LOCAL->REMOTE: read: …`
  new RegExp(`->(?:${IP4}|${IP6}):${PORT}`),
  // Netty: `L:/… - R:host/10.0.0.2:80` and `… ! R:`
  new RegExp(`\\bR:[\\w.-]{0,200}/(?:${IP4}|${IP6}):${PORT}`),
  // Python: raddr=('10.0.0.2', 80)
  new RegExp(`raddr=\\('(?:${IP4}|${IP6})', ${PORT}`),
  // Node: `connect ECONNREFUSED 10.0.0.2:90`, `connect ETIMEDOUT ::1:90`
  new RegExp(`\\bE[A-Z]{4,12} (?:${IP4}|((?:[\\da-fA-F]{0,4}:){2,7}[\\da-fA-F]{1,4})):${PORT}`),
  // Envoy and Go: `dial tcp 10.0.0.2:80`, `lookup`-free names too
  new RegExp(`\\bdial (?:tcp|udp)[46]? (?:${IP4}|${IP6}|${NAME}):${PORT}`),
  // nginx, by the caller: see readPeer. Java: `Connect to host:80 [host/10.0.0.2]`, `/10.0.0.2:80`
  new RegExp(`/(?:${IP4}|\\[([\\da-fA-F:]{3,45})\\]):${PORT}`),
  new RegExp(
    `\\b(?:host=|host: |server at |server on |connection to |connect to )['"]?(?:${IP4}|${IP6}|${NAME})['"]?(?:,? \\(?port[= ]|:|, )${PORT}`,
    'i',
  ),
  new RegExp(`\\b[a-z][a-z\\d+]{1,12}://(?:[^\\s/@"']{1,100}@)?(?:${IP4}|${IP6}|${NAME})(?::${PORT})?`),
  // Apache httpd: the client stands before it. .NET: `Connection refused (api:80)`
  new RegExp(`\\bremote server (?:${IP4}|${IP6}|${NAME}):${PORT}`),
  new RegExp(`(?:peer|refused|it\\.|host\\.|timed out|known) \\((?:${IP4}|${IP6}|${NAME}):${PORT}\\)`, 'i'),
  // netfilter: SRC is who sent the packet.
  new RegExp(`\\bSRC=(?:${IP4}|${IP6}) .{0,120}SPT=${PORT}`),
  new RegExp(`\\bby (?:${IP4}|${IP6}) port ${PORT}`),
  new RegExp(`\\bhost: '(?:${IP4}|${IP6}|${NAME})'()`),
  // Any address with a port that is not said to be our own.
  new RegExp(`(?<![\\w.:=/-]|local(?: address)? |laddr )(?:${IP4}|\\[([\\da-fA-F:]{3,45})\\]):${PORT}`, 'i'),
  new RegExp(`(?:from|to|peer|remote|client|address|addr)[=: ]{1,2}['"(/]{0,2}(?:${IP4})(?![\\d.])`, 'i'),
]

/** The remote end that the line names. */
export function readPeer(text: string): Peer | undefined {
  const nginx = readNginxPeer(text)
  if (nginx !== undefined) return nginx
  for (const pattern of PEERS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const groups = match.slice(1).filter((group) => group !== undefined && group !== '')
    const [host, port] = groups
    if (host === undefined) continue
    return toPeer(host, port)
  }
  return undefined
}

const NGINX_CLIENT = /, client: ([^,]{2,80}), server: /
const NGINX_UPSTREAM = /, upstream: "[a-z]{2,10}:\/\/(\[[^\]"]{2,45}\]|[^:/"]{1,255})(?::(\d{1,5}))?/
const NGINX_SIMPLE = /^.{0,80}\*\d{1,20} client ([\da-fA-F.:]{3,45}) closed/

/** nginx names both ends: which of them failed stands before them. */
function readNginxPeer(text: string): Peer | undefined {
  const client = NGINX_CLIENT.exec(text)
  if (client === null) {
    const closed = NGINX_SIMPLE.exec(text)?.[1]
    return closed === undefined ? undefined : { host: closed }
  }
  const what = text.slice(0, client.index)
  const upstream =
    /\bupstream\b/.test(what) && !/\bclient (?:prematurely|timed|closed)/.test(what)
      ? NGINX_UPSTREAM.exec(text)
      : null
  const host = upstream?.[1]
  if (upstream !== null && host !== undefined) return toPeer(host, upstream[2])
  return client[1] === undefined ? undefined : { host: client[1] }
}

function toPeer(host: string, port: string | undefined): Peer {
  const number = port === undefined ? 0 : Number(port)
  const bare = host.replace(/^\[|\]$/g, '')
  return number > 0 && number < 65_536 ? { host: bare, port: number } : { host: bare }
}

/** Where programs print their own process id. */
const PIDS: readonly RegExp[] = [
  /worker process (\d{1,10})\b/, // nginx: the worker that started or ended
  /Killed process (\d{1,10})/i,
  /server process \(PID (\d{1,10})\)/,
  /Main PID: (\d{1,10})/,
  /^\S{8,26} \S{8,24} \[\w{3,8}\] (\d{1,10})#\d/, // nginx
  /^(\d{1,10}):[XCSM] /, // redis
  /^\d{1,10}(?=:signal-handler)/,
  /[[( ]pid[ :=]{1,2}(\d{1,10})\b/i,
  /"pid" ?: ?(\d{1,10})\b/,
  /^\(node:(\d{1,10})\)/,
  /^\S{10,30}(?: \S{8,20})? [A-Z]{2,5} \[(\d{1,10})\] (?:\S{1,80} )?[A-Z]{3,9}:/, // PostgreSQL
  / (?:TRACE|DEBUG|INFO|WARN|ERROR) (\d{1,10}) --- \[/, // Spring Boot
  /^[DIWEFA], \[[^\]]{10,40} #(\d{1,10})\]/, // Ruby
  /^[IWEFD]\d{4} [\d:.]{8,15} {1,8}(\d{1,10}) /, // klog
]

export function readPid(text: string): number | undefined {
  for (const pattern of PIDS) {
    const match = pattern.exec(text)
    if (match === null) continue
    const pid = Number(match[1] ?? match[0])
    if (pid > 0) return pid
  }
  return undefined
}

const REUSED =
  /reused_?socket["']? ?[:=] ?true|\bre-?us(?:ed|ing)(?: existing)? (?:connection|socket)|\breused["']? ?[:=] ?true|closed keep-?alive connection|\b(?:stale|pooled) connection/i

/** Says that the connection was a pooled one. */
export const readReused = (text: string): boolean => REUSED.test(text)

const CALLER =
  /(?:"caller" ?: ?"|caller=|py\.warnings:|^|\s)([\w./-]{1,200}\.(?:go|py|rs|cc|cpp|c)):(\d{1,7})(?=["\]:]|\s|$)/

/** The line of code that a logger printed itself: Go's Lshortfile, zap's `caller`, klog, Python warnings. */
export function readCaller(text: string): LogEvent['code'] {
  const match = CALLER.exec(text)
  return match?.[1] === undefined ? undefined : { file: match[1], line: Number(match[2]) }
}
