/** A line of source that a log names: a stack frame, or a leak message that tells where something was opened. */
export interface Trace {
  /** The last part of a path: `HotClient.java`. */
  readonly file: string
  readonly line: number
  readonly isLeak: boolean
}

const FRAMES = [
  // at org.example.HotClient.lastModified(HotClient.java:65)
  /\(([\w$-]+\.(?:java|kt|scala)):(\d+)\)/g,
  // at check (file:///srv/app/check.mjs:21:20), /srv/app/check.js:21:20
  /([\w$@.-]+\.[cm]?[jt]sx?):(\d+):\d+/g,
  // File "/srv/app/check.py", line 21, in check; /srv/app/check.py:21: ResourceWarning
  /([\w-]+\.py)(?:", line |:)(\d+)/g,
  // /srv/app/check.go:21 +0x1d
  /([\w-]+\.go):(\d+)/g,
  // in /srv/app/Check.cs:line 21
  /([\w-]+\.cs):line (\d+)/g,
]
const LEAK =
  /was leaked|LEAK:|ResourceWarning|leak detection|Unclosed (?:client session|connection|response)|never closed|connection leak/i
/** Lines below a leak message that belong to it. */
const LEAK_LINES = 40
/** Traces that are kept, and characters of a line that are read. */
const MAX_TRACES = 20_000
const MAX_LINE_LENGTH = 4000

/** Every line of source that the lines of a log name. */
export function readTraces(lines: Iterable<string>): Trace[] {
  const traces = new Map<string, Trace>()
  let leakLines = 0
  for (const whole of lines) {
    const line = whole.slice(0, MAX_LINE_LENGTH)
    if (LEAK.test(line)) leakLines = LEAK_LINES
    else if (leakLines > 0) leakLines--
    const isLeak = leakLines > 0
    for (const form of FRAMES)
      for (const [, file = '', number = ''] of line.matchAll(form)) {
        const key = `${file}:${number}:${isLeak}`
        if (traces.size < MAX_TRACES) traces.set(key, { file, line: Number(number), isLeak })
      }
  }
  return [...traces.values()]
}
