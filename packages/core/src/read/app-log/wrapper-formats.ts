import { findLogTime, type FoundTime } from '../log-time-parse.ts'
import type { LogTime } from '../log-time.ts'
import { readUtf8 } from '../text-decode.ts'

/** What a container runtime wraps around a line. */
export interface ContainerLine {
  readonly time?: LogTime
  readonly text: string
  /** `stdout`, `stderr`: where the format can split a line into pieces, they are joined per stream. */
  readonly stream?: string
  readonly complete: boolean
}

/** What syslog and journald put before a message. */
export interface HostLine {
  readonly time: LogTime
  readonly text: string
  readonly program?: string
  readonly pid?: number
}

/** Docker's json-file: `{"log":"…\n","stream":"stdout","time":"…"}`; a `log` without `\n` is a piece (moby, 16 KiB). */
export function readDockerJson(text: string): ContainerLine | undefined {
  if (!text.startsWith('{"log":"')) return undefined
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof record !== 'object' || record === null || !('log' in record) || typeof record.log !== 'string')
    return undefined
  const stamp =
    'time' in record && typeof record.time === 'string' ? findLogTime(record.time)?.time : undefined
  const stream = 'stream' in record && typeof record.stream === 'string' ? record.stream : 'stdout'
  const complete = record.log.endsWith('\n')
  const log = complete ? record.log.replace(/\r?\n$/, '') : record.log
  return { ...(stamp === undefined ? {} : { time: stamp }), text: log, stream, complete }
}

/**
 * `journalctl -o json` writes a message that holds control characters, as colours are, as the numbers of its bytes
 * (systemd.io/JOURNAL_EXPORT_FORMATS). Here they are a text in quotes, as of any other message.
 */
export function spellMessage(text: string): string {
  const match = BYTES_MESSAGE.exec(text)
  if (match === null) return text
  const [found, key = '', numbers = ''] = match
  const bytes = Uint8Array.from(numbers.match(/\d{1,3}/g) ?? [], Number)
  const message = readUtf8(bytes, 0, bytes.length).replace(COLOUR, '')
  return text.slice(0, match.index) + key + JSON.stringify(message) + text.slice(match.index + found.length)
}

/** A line that was cut has no closing bracket. */
const BYTES_MESSAGE = /("MESSAGE"\s?:\s?)\[([\d\s,]+)(?:\]|$)/

/** Select graphic rendition, and the erasures that progress bars print (ECMA-48 §8.3). */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
export const COLOUR = /\u001b\[[\d;]{0,24}[mK]/g

/** CRI (kubernetes/kubernetes pkg/kubelet/kuberuntime/logs): time, stream, tags, text. `P` is a piece, `F` the last one. */
const CRI = /^ (stdout|stderr) ([PF])(?::[^ ]{0,64})? ?/
/** `docker logs -t` pads to nine digits (moby RFC3339NanoFixed); an application's own stamp of nine digits means the same. */
const NANOSECONDS = /\.\d{9}(?:Z|[+-]\d{2}:\d{2})$/

/** A time that the container runtime put at the very start of the line. */
export function readStampPrefix(text: string): ContainerLine | undefined {
  const first = text.charCodeAt(0)
  if (!(first >= 0x30 && first <= 0x39)) return undefined
  const found = readLeadingStamp(text)
  if (found === undefined) return undefined
  const { time, end } = found
  const rest = text.slice(end, end + 90)
  const cri = CRI.exec(rest)
  const stream = cri?.[1]
  if (cri !== null && stream !== undefined)
    return { time, text: text.slice(end + cri[0].length), stream, complete: cri[2] === 'F' }
  if (!NANOSECONDS.test(text.slice(0, end))) return undefined
  return rest === '' || rest.startsWith(' ') ? { time, text: text.slice(end + 1), complete: true } : undefined
}

/** RFC 5424 §6: `<165>1 TIME HOST APP PROCID MSGID STRUCTURED-DATA MSG`. */
const SYSLOG_5424 = /^ ([^ ]{1,255}) ([^ ]{1,48}) ([^ ]{1,128}) ([^ ]{1,32}) /
const PRIORITY = /^<\d{1,3}>(1 )?/
/** RFC 3164 §4.1 and journald's short forms: `HOST TAG[PID]: `. busybox puts `FACILITY.LEVEL` before the tag, or instead of the host. */
const HOST_AND_TAG =
  /^ (?:([A-Za-z0-9][\w.-]{0,254}) )?(?:[a-z\d]{2,9}\.[a-z]{2,7} )?([A-Za-z(/][\w./@:+()-]{0,127}?)(?:\[(\d{1,10})\])?: /

export function readHostPrefix(text: string): HostLine | undefined {
  const priority = PRIORITY.exec(text)
  const at = priority?.[0].length ?? 0
  // `<6>[ 12.3] …` is the kernel's own buffer.
  const found = readLeadingStamp(at === 0 ? text : text.slice(at))
  if (found === undefined || found.time.clock !== 'wall') return undefined
  const rest = text.slice(at + found.end, at + found.end + 700)
  if (priority?.[1] !== undefined) {
    const match = SYSLOG_5424.exec(rest)
    if (match === null) return undefined
    const message = rest.slice(match[0].length)
    const skipped = at + found.end + match[0].length + structuredDataLength(message)
    return {
      time: found.time,
      text: text.slice(skipped).replace(/^\ufeff/, ''),
      ...named(match[2], match[3]),
    }
  }
  const match = HOST_AND_TAG.exec(rest)
  if (match === null) return undefined
  const [whole, host, tag, pid] = match
  // A logger's own line, `TIME LEVEL name: text`, resembles it. Syslog's own stamp, or a process id, tells.
  const syslogStamp = found.time.missing === 'year' && host !== undefined
  if (priority === null && !syslogStamp && (host === undefined || (pid === undefined && tag !== 'kernel')))
    return undefined
  if (host !== undefined && LEVEL.test(host)) return undefined
  return { time: found.time, text: text.slice(at + found.end + whole.length), ...named(tag, pid) }
}

const LEVEL =
  /^(?:trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|severe|alert|emerg|panic|log)$/i

function named(program: string | undefined, pid: string | undefined): { program?: string; pid?: number } {
  const id = pid === undefined || !/^\d{1,10}$/.test(pid) ? undefined : Number(pid)
  return {
    ...(program === undefined || program === '-' ? {} : { program: program.replace(/^.*\//, '') }),
    ...(id === undefined ? {} : { pid: id }),
  }
}

/** Length of `-` or `[id a="b"]…` and the space after it (RFC 5424 §6.3); a quoted `]` is written `\]`. */
function structuredDataLength(text: string): number {
  if (text.startsWith('- ')) return 2
  if (text === '-') return 1
  let at = 0
  while (text[at] === '[') {
    at += 1
    while (at < text.length && text[at] !== ']') at += text[at] === '\\' ? 2 : 1
    at += 1
  }
  return text[at] === ' ' ? at + 1 : Math.min(at, text.length)
}

const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /

/** The stamp that a line begins with; journald's short-full puts the day of the week before it. */
function readLeadingStamp(text: string): FoundTime | undefined {
  const first = text.charCodeAt(0)
  // Digits and capitals only: most lines that are not wrapped are dismissed here.
  if (!((first >= 0x30 && first <= 0x39) || (first >= 0x41 && first <= 0x5a))) return undefined
  const found = findLogTime(text.length > 60 ? text.slice(0, 60) : text)
  if (found === undefined) return undefined
  return found.start === 0 || (found.start === 4 && WEEKDAY.test(text)) ? found : undefined
}
