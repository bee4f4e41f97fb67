import type { LogTime } from '../log-time.ts'
import type { LogEvent } from './log-event.ts'

/** What one line of a proxy's or a server's traffic log says. Such a line is an event by its flags and its status alone. */
export interface ProxyLine {
  readonly program: string | undefined
  /** The flags or the status, when they tell of a failure. */
  readonly flag?: string
  readonly peer?: NonNullable<LogEvent['peer']>
  readonly request?: string
  /** HAProxy prints when it accepted the connection: how long after that the line was written, in milliseconds. */
  readonly tookMs?: number
}

/** Reads HAProxy's, Envoy's and the common access-log lines; undefined for every other line. */
export function readProxyLine(text: string): ProxyLine | undefined {
  return readHaproxy(text) ?? readAccessLine(text) ?? readJsonLine(text)
}

/** 499 is nginx's for a client that closed; the others say that the other side of a proxy failed. */
const FAILED_STATUS = /^(?:499|50[234])$/

/**
 * HAProxy, HTTP and TCP log formats (configuration manual §8.2): `client:port [accept date] frontend backend/server
 * TR/Tw/Tc/Tr/Ta status bytes - - flags …`. The first flag says who ended the session, the second where.
 */
const HAPROXY =
  /(?:^|\s)([\da-fA-F.:]{2,45}):(\d{1,5}) \[(\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:[\d:.]{8,15})\] (\S{1,200}) (\S{1,200})\/(\S{1,200}) (-?\d{1,9}(?:\/[+-]?\d{1,9}){2,4}) (?:(-?\d{1,3}) )?\+?(\d{1,15}) (?:- - |\S{1,200} \S{1,200} )?([A-Za-z-]{2,4}) /

function readHaproxy(text: string): ProxyLine | undefined {
  if (!text.includes(' [')) return undefined
  const m = HAPROXY.exec(text)
  if (m === null) return undefined
  const [, host = '', port = '', , , , , timers = '', status = '', , flags = ''] = m
  const failed = HAPROXY_FAILURE.test(flags) ? flags : FAILED_STATUS.test(status) ? status : undefined
  const tookMs = Number((timers.split('/').at(-1) ?? '').replace('+', ''))
  const request = readRequest(text)
  return {
    program: 'haproxy',
    ...(failed === undefined ? {} : { flag: failed }),
    peer: { host, port: Number(port) },
    ...(request === undefined ? {} : { request }),
    ...(Number.isFinite(tookMs) && tookMs >= 0 ? { tookMs } : {}),
  }
}

/** Client, server, proxy, resources, killed, timeouts; not L (answered by HAProxy itself) and not a plain end. */
const HAPROXY_FAILURE = /^(?:[CScsRIDUK]|P[HCRD])/

/** `"GET /x HTTP/1.1" 502 157`, and Envoy's `… 503 UF,URX …`. */
const ACCESS =
  /"([A-Z]{3,16}) (\S{1,4000})(?: HTTP\/[\d.]{1,3})?" (\d{3})(?: ([A-Z]{2,6}(?:,[A-Z]{2,6}){0,6}|-))? /
/** Envoy's flags that speak of a connection (access log documentation, %RESPONSE_FLAGS%). */
const ENVOY_FAILURE = /(?:^|,)(?:UC|UF|URX|UT|UO|UH|UR|LR|LH|DC|UPE|DPE|UMSDR|SI|DT|OM)(?:,|$)/
const ENVOY_START = /^\[\d{4}-\d{2}-\d{2}T[\d:.]{8,15}Z\] "/
const QUOTED_ADDRESS = /"(?:tcp:\/\/)?(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-fA-F:.]{2,45}\]):(\d{1,5})"/

function readAccessLine(text: string): ProxyLine | undefined {
  const m = ACCESS.exec(text)
  if (m === null) return undefined
  const [, method = '', target = '', status = '', flags] = m
  const envoy = ENVOY_START.test(text)
  // Without a stamp in brackets before the request it is prose that quotes a request.
  if (!envoy && !text.slice(0, m.index).includes('[')) return undefined
  const flagged = flags !== undefined && ENVOY_FAILURE.test(flags)
  const failed = flagged ? flags : FAILED_STATUS.test(status) ? status : undefined
  const upstream = envoy ? QUOTED_ADDRESS.exec(text) : null
  const client = /^(?:\S+ )?([\da-fA-F.:]{7,45}) /.exec(text)?.[1]
  const host = upstream?.[1]?.replace(/[[\]]/g, '')
  const peer =
    host === undefined
      ? client === undefined
        ? undefined
        : { host: client }
      : { host, port: Number(upstream?.[2]) }
  return {
    program: envoy ? 'envoy' : undefined,
    ...(failed === undefined ? {} : { flag: failed }),
    ...(peer === undefined ? {} : { peer }),
    request: `${method} ${target}`.slice(0, MAX_REQUEST),
  }
}

/** Access logs as JSON: Envoy's flags, or a failed status beside a request. */
function readJsonLine(text: string): ProxyLine | undefined {
  if (!text.startsWith('{')) return undefined
  const flags = /"(?:response_flags|RESPONSE_FLAGS)" ?: ?"([A-Z,]{2,60})"/.exec(text)?.[1]
  const status = /"(?:status|response_code|statusCode)" ?: ?"?(499|50[234])\b/.exec(text)?.[1]
  const envoy = flags !== undefined && ENVOY_FAILURE.test(flags)
  if (!envoy && (status === undefined || !/"(?:request|request_uri|uri|path|upstream_addr)" ?:/.test(text)))
    return undefined
  const flag = envoy ? flags : status
  const upstream =
    /"(?:upstream_host|upstream_addr)" ?: ?"(?:tcp:\/\/)?([^":]{1,60}|\[[^\]"]{2,45}\]):(\d{1,5})"/.exec(text)
  const host = upstream?.[1]?.replace(/[[\]]/g, '')
  return {
    program: envoy ? 'envoy' : undefined,
    ...(flag === undefined ? {} : { flag }),
    ...(host === undefined ? {} : { peer: { host, port: Number(upstream?.[2]) } }),
  }
}

const MAX_REQUEST = 300
const REQUEST =
  /\b((?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE) (?:\/|https?:\/\/|\*)[^\s"'<>]{0,2000})(?: (HTTP\/[\d.]{1,3}))?/

/** The request that a line quotes: `GET /x HTTP/1.1`. */
export function readRequest(text: string): string | undefined {
  const m = REQUEST.exec(text)
  if (m === null) return undefined
  const target = (m[1] ?? '').replace(/[,:;.)]{1,3}$/, '')
  return `${target}${m[2] === undefined ? '' : ` ${m[2]}`}`.slice(0, MAX_REQUEST)
}

/** HAProxy's accept date is when the session began; the event is its end. */
export function shiftTime(time: LogTime, ms: number): LogTime {
  return time.clock === 'wall' ? { ...time, localMs: time.localMs + ms } : time
}
