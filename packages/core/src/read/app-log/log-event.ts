import type { Problem } from '../../errors.ts'
import type { LogTime } from '../log-time.ts'

/** What a log line says happened, in the terms that a diagnosis needs. */
export type LogWord =
  /** Connection reset by peer, ECONNRESET, errno 104/10054, `Connection reset`. */
  | 'reset'
  /** EPIPE, Broken pipe. */
  | 'broken-pipe'
  /** Node's `socket hang up`. */
  | 'hang-up'
  /** ECONNREFUSED, Connection refused, errno 111. */
  | 'refused'
  /** ETIMEDOUT, errno 110, read/connect timed out. */
  | 'timed-out'
  /** ECONNABORTED, `Software caused connection abort`. */
  | 'aborted'
  /** Unexpected EOF, premature close, `upstream prematurely closed`, `client prematurely closed`. */
  | 'early-close'
  /** The program says that it itself gave up: `client timed out`, `context deadline exceeded`, AbortError, cancelled. */
  | 'gave-up'
  /** A proxy's 502/503/504 or response flag (Envoy UC, UF, URX, UT; HAProxy SD--, CD--, sD--, …). */
  | 'proxy-error'
  /** A TLS alert, a failed or refused handshake, a bad certificate. */
  | 'tls'
  /** A process or worker started, stopped, was signalled, crashed or was killed (OOM included). */
  | 'process-start'
  | 'process-stop'
  /** A leak report that names code: OkHttp, Netty, ResourceWarning, HikariCP. */
  | 'leak'
  /** Kernel or firewall messages: `nf_conntrack: table full`, `TCP: out of memory`, `Possible SYN flooding`. */
  | 'kernel'

export interface LogEvent {
  /** 1-based. */
  readonly line: number
  readonly word: LogWord
  /** Absent when neither the line nor its wrapper has a stamp; the stamp of the entry for lines of its stack trace. */
  readonly time?: LogTime
  /** Name in `==> name <==`. */
  readonly section?: string
  /** The proxy's flags or status as printed: `UC`, `SD--`, `502`. */
  readonly flag?: string
  /** The remote end that the line names, if it does (nginx `client: 10.0.0.1`, `upstream: "http://…"`, `ECONNREFUSED 10.0.0.2:90`). */
  readonly peer?: { readonly host: string; readonly port?: number }
  /** nginx `request: "GET /x HTTP/1.1"` and its kin. */
  readonly request?: string
  readonly pid?: number
  /** `reusedSocket=true` and other words that say the connection was a pooled one. */
  readonly reused?: boolean
  /** First frame of a stack trace that is not the runtime's own. */
  readonly code?: { readonly file: string; readonly line?: number; readonly function?: string }
  /** The line itself, trimmed, at most 300 characters, control characters included: reports clean it. */
  readonly text: string
}

export interface AppLog {
  readonly events: readonly LogEvent[]
  /** First and last time stamp seen on any line, event or not. */
  readonly from?: LogTime
  readonly to?: LogTime
  /** Which programs wrote it, as far as the lines tell: `nginx`, `haproxy`, `redis`, `node`, `java`, by section. */
  readonly programs: readonly { readonly section?: string; readonly name: string; readonly pid?: number }[]
  readonly problems: readonly Problem[]
}
