import type { LogEvent } from './log-event.ts'

export interface Frame {
  readonly code: NonNullable<LogEvent['code']>
  /** `own` is the program's code; `library` is somebody else's, and names the place only when nothing better does. */
  readonly whose: 'own' | 'library'
}

interface FrameFormat {
  readonly pattern: RegExp
  readonly groups: { readonly function?: number; readonly file: number; readonly line?: number }
}

/** How runtimes print one frame. */
const FORMATS: readonly FrameFormat[] = [
  // Java: `at mod@1/com.acme.Client.fetch(Client.java:42)`; Netty's leak records leave out the `at`.
  {
    pattern:
      /^\s{1,16}(?:at )?(?:[\w.@-]{0,80}\/{1,2}){0,2}([\w.$<>]{3,250})\(([\w$-]{1,100}\.(?:java|kt|scala|groovy|clj)):(\d{1,7})\)/,
    groups: { function: 1, file: 2, line: 3 },
  },
  // Node: `at fn (file:///app/a.js:1:2)`, `at async /app/a.js:1:2`
  {
    pattern:
      /^\s{1,16}at (?:async )?(?:new )?(?:([^()]{1,200}) \()?((?:file:\/\/|node:|webpack|[A-Za-z]:\\|\/|\.|internal\/|\w)[^()]{0,400}?):(\d{1,7}):\d{1,7}\)?/,
    groups: { function: 1, file: 2, line: 3 },
  },
  // Python: `File "/app/a.py", line 42, in fetch`; tracemalloc: `File "/app/a.py", lineno 42`
  {
    pattern: /^\s{1,16}File "([^"]{1,400})", line(?:no)? (\d{1,7})(?:, in (\S{1,120}))?/,
    groups: { file: 1, line: 2, function: 3 },
  },
  // .NET with symbols: `at A.B.C(String s) in /src/C.cs:line 42`
  {
    pattern: /^\s{1,16}at ([^()]{1,250})\(.{0,300}\) in (.{1,400}):line (\d{1,7})/,
    groups: { function: 1, file: 2, line: 3 },
  },
  // Go: the function on a line, then `\t/app/main.go:42 +0x1d`
  { pattern: /^\t([^\s:]{1,400}\.go):(\d{1,7})(?: \+0x[\da-f]{1,16})?/, groups: { file: 1, line: 2 } },
  // Rust: `at ./src/client.rs:42:13`
  { pattern: /^\s{1,24}at ([^\s:]{1,400}\.rs):(\d{1,7})/, groups: { file: 1, line: 2 } },
  // Ruby: "from /app/a.rb:42:in `fetch'"
  {
    pattern: /^(?:\s{1,16}(?:from )?)?([^\s:]{1,400}\.rb):(\d{1,7}):in [`'"]([^'"]{1,120})/,
    groups: { file: 1, line: 2, function: 3 },
  },
  // PHP: `#0 /app/Client.php(42): fetch()`
  {
    pattern: /^#\d{1,3} ([^\s(]{1,400}\.php)\((\d{1,7})\): ([^\s(]{1,160})/,
    groups: { file: 1, line: 2, function: 3 },
  },
]

/** Reads a line of a stack trace; undefined for other lines and for frames of the runtime itself. */
export function readFrame(text: string): Frame | undefined {
  for (const { pattern, groups } of FORMATS) {
    const match = pattern.exec(text)
    const file = match?.[groups.file]?.replace(/^file:\/\//, '')
    if (match === null || file === undefined) continue
    const name = groups.function === undefined ? undefined : match[groups.function]
    if (RUNTIME.test(file) || (name !== undefined && RUNTIME_FUNCTION.test(name))) return undefined
    const line = groups.line === undefined ? undefined : Number(match[groups.line])
    const library = LIBRARY.test(file) || (name !== undefined && LIBRARY_FUNCTION.test(name))
    return {
      code: {
        file,
        ...(line === undefined ? {} : { line }),
        ...(name === undefined || name === '' ? {} : { function: name }),
      },
      whose: library ? 'library' : 'own',
    }
  }
  return undefined
}

/** Files of a runtime: Node, CPython's and Ruby's standard library, Go's and Rust's. */
const RUNTIME =
  /^(?:node:|internal\/|<)|\/lib(?:64)?\/python\d(?:\.\d{1,2})?\/(?!(?:site|dist)-packages)|[\\/]Python3\d{1,3}[\\/]lib[\\/](?!site-packages)|\/go\/src\/(?:net|runtime|crypto|io|bufio|internal|os|syscall|context|sync|testing)\/|^\/rustc\/|\/ruby\/\d[\d.]{1,8}\/(?!gems)/i
const RUNTIME_FUNCTION =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|System|Microsoft)\.(?!.{0,200}Extensions\.Http\b)/
/** Files and names of what a package manager brought. */
const LIBRARY =
  /[\\/](?:node_modules|site-packages|dist-packages|vendor|gems|pkg\/mod)[\\/]|\.cargo[\\/]registry/
const LIBRARY_FUNCTION =
  /^(?:org\.(?:apache|springframework|eclipse|hibernate|jboss|postgresql|mariadb|elasticsearch|redisson|codehaus|slf4j|glassfish)|com\.(?:zaxxer|mysql|google|fasterxml|netflix|squareup|alibaba|amazonaws|datastax|mongodb)|io\.(?:netty|grpc|lettuce|vertx|undertow|micrometer|projectreactor|opentelemetry)|reactor|okhttp3|okio|retrofit2|feign|redis\.clients|ch\.qos|akka|rx|sttp|org\.http4s)\./

/** A line that belongs to the entry above it: a frame, a cause, what a runtime prints around them. */
export function continuesTrace(text: string): boolean {
  return CONTINUES.test(text) || GO_CALL.test(text)
}
/** Go prints the function on a line of its own: `main.fetch(0xc000012345, …)`, `net/http.(*Client).do(...)`. */
const GO_CALL = /^[a-z][\w./-]{0,200}\.(?:\(\*?\w{1,80}\)\.)?[\w.]{1,100}\((?:0x|\.{3}|\{|\))/
const CONTINUES =
  /^(?:\s|$|[}\])]|Caused by: |Suppressed: |Wrapped by: |\.{3} \d|at |---> |--- End of|During handling of the above|The above exception was|The above exception is|Stack ?trace:|stack backtrace|#\d{1,3} |goroutine \d|panic\(|created by |exit status \d|Recent access records|Created at:|#\d{1,3}:|Hint: |\[cause\]|To see where this was allocated|Object (?:allocated|created) at |source_traceback: |client_session: |client_connection: |connector: |connections: \[)/i

/** The heading of an exception: `java.net.SocketException: Connection reset`, `ConnectionResetError: [Errno 104] …`. */
export function namesException(text: string): boolean {
  return EXCEPTION.test(text)
}
const EXCEPTION =
  /^(?:(?:[A-Za-z_$][\w$]{0,80}(?:\.|::)){0,12}[A-Z][\w$]{0,80}|(?:[a-z_$][\w$]{0,80}\.){1,12})(?:Exception|Error|Throwable|Timeout|Disconnected|Canceled|Cancelled|Warning|Refused)(?: \[\w{1,60}\])?(?::|$| \()/

/** A line that looks like a frame, be it the runtime's. */
export const FRAME_LINE = /^\s{1,24}(?:at |File "|from )|^\t\S{1,400}:\d{1,7}(?: |$)/

/** The frames of a trace that a JSON logger put on one line. */
export function* framesWithin(text: string): Generator<Frame> {
  if (!text.includes('\\n') && !text.includes('\n')) return
  for (const piece of text.split(/\\n|\n/, 60)) {
    const frame = readFrame(piece.replace(/\\t/g, '\t').replace(/\\"/g, '"'))
    if (frame !== undefined) yield frame
  }
}
