import { say, type LogMention, type Message } from '@whyreset/core'
import type { Place } from '../place.ts'

/** What one log of the evidence names. */
export interface LogEvidence {
  /** As it is called in reports. */
  readonly name: string
  readonly mentions: readonly LogMention[]
}

export interface NamedCode {
  readonly isLeak: boolean
  /** Not the line itself, but another one of the same function. */
  readonly isWithin: boolean
  readonly says: Message
}

type Frame = LogMention['frames'][number]

/** What a failed exchange looks like in a log. A refused connection or a broken handshake has nothing to do with a leak. */
const FAILURES: ReadonlySet<LogMention['word']> = new Set([
  'reset',
  'broken-pipe',
  'hang-up',
  'aborted',
  'early-close',
  'timed-out',
  'gave-up',
])
/** A frame names the line of a call; the place may be the line where the value was opened. */
const NEAR_LINES = 5
/** Lines of a function: a leak report far from the place still tells more than a failure at its very line. */
const FARTHEST = 10_000
/** Names that stand in every project: alone they tell nothing of which file it is. */
const COMMON = /^(?:index|main|app|server|client|util|utils|helpers?|common|types|__init__|__main__)\.\w+$/i

/** What the logs say of a place by its line, or by another line of its function; the strongest alone. */
export function namedCode(
  place: Place,
  logs: readonly LogEvidence[],
  files: readonly string[],
): NamedCode | undefined {
  let best: NamedCode | undefined
  let heaviest = 0
  for (const { name, mentions } of logs)
    for (const mention of mentions) {
      const isLeak = mention.word === 'leak'
      if (!isLeak && !FAILURES.has(mention.word)) continue
      for (const frame of mention.frames) {
        const distance = distanceOf(frame, place, files)
        if (distance === undefined) continue
        const weight = (isLeak ? 2 * FARTHEST : FARTHEST) - distance
        if (weight <= heaviest) continue
        heaviest = weight
        const isWithin = distance > NEAR_LINES
        best = { isLeak, isWithin, says: saysOf(name, mention, frame, isWithin) }
      }
    }
  return best
}

function saysOf(log: string, mention: LogMention, frame: Frame, isWithin: boolean): Message {
  const values = {
    log,
    logLine: mention.line,
    file: frame.file.split(/[\\/]/).at(-1) ?? frame.file,
    fileLine: frame.line ?? 0,
    isWithin,
  }
  return mention.word === 'leak'
    ? say('seen-leak-report', values)
    : say('seen-stack-trace', { ...values, word: mention.word })
}

/** Lines between a frame and the place, where the frame is of its function or near it. */
function distanceOf(
  { file, line, function: name }: Frame,
  place: Place,
  files: readonly string[],
): number | undefined {
  if (line === undefined || fileMeant(pathOf(file, name), files) !== place.file) return undefined
  const frameFunction = name === undefined ? undefined : bareFunction(name)
  const { inFunction } = place
  const isSame = frameFunction !== undefined && frameFunction === inFunction
  if (frameFunction !== undefined && inFunction !== undefined && !isSame) return undefined
  const distance = Math.max(0, place.line - line, line - place.endLine)
  return isSame || distance <= NEAR_LINES ? Math.min(distance, FARTHEST - 1) : undefined
}

/** Which file of the source a frame names; undefined where it could be several, or one that was not scanned. */
function fileMeant(path: readonly string[], files: readonly string[]): string | undefined {
  let most = 0
  let meant: string | undefined
  for (const file of files) {
    const segments = file.split('/')
    const shared = sharedEnd(path, segments)
    if (shared === 0 || shared < most) continue
    const isWhole = shared === path.length || shared === segments.length
    if (shared === 1 && !isWhole && COMMON.test(segments.at(-1) ?? '')) continue
    meant = shared === most ? undefined : file
    most = shared
  }
  return meant
}

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  while (shared < a.length && shared < b.length && a.at(-1 - shared) === b.at(-1 - shared)) shared++
  return shared
}

/** A frame of a JVM has the file's name alone, but its package in the function: `org.example.Check.changed`. */
function pathOf(file: string, name: string | undefined): readonly string[] {
  const segments = file.split(/[\\/]/).filter((segment) => segment !== '' && segment !== '.')
  if (segments.length > 1 || name === undefined || !/\.(?:java|kt|scala)$/.test(file)) return segments
  return [...name.split('.').slice(0, -2), ...segments]
}

/** `check` of `org.example.Check.check`, `async check`, `main.(*C).check.func1`, `lambda$check$0`, `C.<Check>d__3.MoveNext`. */
function bareFunction(name: string): string | undefined {
  const inner = /<(\w+)>[\w|]*\.MoveNext$|\$(\w+)\$\d+\.invoke\w*$|lambda\$(\w+)\$\d+$/.exec(name)
  if (inner !== null) return inner[1] ?? inner[2] ?? inner[3]
  const last = name
    .replace(/ \[as [^\]]*\]$|(?:\.func\d+)+(?:\.\d+)*$/, '')
    .split(/[.\s:]/)
    .at(-1)
  return last === undefined || !/^[\w$]+$/.test(last) ? undefined : last
}
