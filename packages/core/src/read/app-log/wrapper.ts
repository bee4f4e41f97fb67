import { findLogTime } from '../log-time-parse.ts'
import type { LogTime } from '../log-time.ts'
import type { LineContext } from '../line-reader.ts'
import { COLOUR, readDockerJson, readHostPrefix, readStampPrefix, spellMessage } from './wrapper-formats.ts'

/** A wrapper may also name who wrote the line: `nginx[812]:` of syslog and journald. */
export interface WrapperContext extends LineContext {
  readonly program?: string
  readonly pid?: number
}

export interface LogUnwrapper {
  (text: string): { readonly text: string; readonly context: WrapperContext } | undefined
  /** Name in the last `==> name <==` header. */
  section(): string | undefined
  /** A piece of a line waits for the rest. */
  isWaiting(): boolean
}

/** A line that arrives in pieces is joined up to this length. */
const MAX_JOINED = 64 * 1024
/** Streams of which a piece may be waiting at once. */
const MAX_WAITING = 64

/**
 * Takes off what shippers put before a line: `==> name <==` headers, `docker logs -t`, Docker's json-file, Kubernetes
 * CRI, journald, syslog RFC 3164 and 5424, `docker compose logs`, `kubectl logs --prefix`, and colour. Wrappers may be nested.
 * A service or a container counts as a section. Undefined: the line was a header, or a piece of a line that goes on.
 */
export function createLogUnwrapper(): LogUnwrapper {
  let header: string | undefined
  const waiting = new Map<string, string>()

  /** Joins the pieces of one stream; undefined while more is to come. */
  function join(stream: string, piece: string, complete: boolean): string | undefined {
    const text = ((waiting.get(stream) ?? '') + piece).slice(0, MAX_JOINED)
    if (complete || (waiting.size >= MAX_WAITING && !waiting.has(stream))) {
      waiting.delete(stream)
      return text
    }
    waiting.set(stream, text)
    return undefined
  }

  function unwrap(line: string): ReturnType<LogUnwrapper> {
    const title = readHeader(line)
    if (title !== undefined) {
      header = title
      return undefined
    }
    let text = line.includes('\u001b[') ? line.replace(COLOUR, '') : line
    let section = header
    let wrapperTime: LogTime | undefined

    const source = readSource(text)
    if (source !== undefined) {
      section = source.name
      text = source.text
    }
    const wrapped = readDockerJson(text) ?? readStampPrefix(text)
    if (wrapped !== undefined) {
      wrapperTime = wrapped.time
      if (wrapped.stream === undefined) text = wrapped.text
      else {
        const whole = join(`${section} ${wrapped.stream}`, wrapped.text, wrapped.complete)
        if (whole === undefined) return undefined
        text = whole
      }
      if (text.includes('\u001b[')) text = text.replace(COLOUR, '')
    }
    const host = readHostPrefix(text)
    if (host !== undefined) text = host.text
    // A container's own syslog lines repeat the time with less precision and without a year.
    wrapperTime ??= host?.time
    return {
      text: spellMessage(text),
      context: {
        ...(wrapperTime === undefined ? {} : { wrapperTime }),
        ...(section === undefined ? {} : { section }),
        ...(host?.program === undefined ? {} : { program: host.program }),
        ...(host?.pid === undefined ? {} : { pid: host.pid }),
      },
    }
  }

  return Object.assign(unwrap, { section: () => header, isWaiting: () => waiting.size > 0 })
}

/** `tail -n +1 a.log b.log`, `head`, `tail -f`. */
function readHeader(line: string): string | undefined {
  if (!line.startsWith('==> ')) return undefined
  const end = line.lastIndexOf(' <==')
  return end > 4 && line.slice(end + 4).trim() === '' ? line.slice(4, Math.min(end, 260)) : undefined
}

const KUBECTL = /^\[(pod\/[\w.-]{1,253}\/[\w.-]{1,253})\] ?/
const COMPOSE = /^([A-Za-z0-9][\w.-]{0,127}) {0,64}\| ?/
/** First columns of loggers that separate by bars: loguru, Serilog, the Tanuki wrapper. */
const LEVEL =
  /^(?:trace|debug|info|notice|status|success|warn|warning|error|err|fatal|critical|severe|advice|\d+|[tdiwef])$/i

/** Which of several sources wrote the line: `docker compose logs` and `kubectl logs --prefix`. */
function readSource(text: string): { readonly name: string; readonly text: string } | undefined {
  const match = KUBECTL.exec(text) ?? COMPOSE.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined || LEVEL.test(name)) return undefined
  // A table or a logger's own bars: `2026-11-22 | …`.
  if (findLogTime(name)?.start === 0) return undefined
  return { name, text: text.slice(match[0].length) }
}
