import type { LogEvent, LogWord } from '../read/app-log/log-event.ts'
import type { ResetFacts } from './reset-facts.ts'
import type { Timed, Timeline } from './timeline.ts'

/** Log clocks have a second's resolution at worst, and lines are written after the fact. */
const NEAR_NS = 1.6e9
/** A process that stops or starts does so around its resets, not at the same moment. */
const LIFE_NS = 10e9

export type FoundEvent = Timed<LogEvent>

/** What the logs say around one reset. */
export interface LogFacts {
  /** Events of a word close to the reset that name its peer, or name none. */
  readonly near: (word: LogWord) => readonly FoundEvent[]
  /** Events of a word from a time on up to the reset. */
  readonly since: (word: LogWord, fromNs: number) => readonly FoundEvent[]
  /** Processes that stopped or started around it. */
  readonly life: (word: 'process-start' | 'process-stop') => readonly FoundEvent[]
}

export function indexLogFacts(timeline: Timeline): ((reset: ResetFacts) => LogFacts) | undefined {
  if (timeline.events.length === 0) return undefined
  const timed = timeline.events.filter((event) => event.ns !== undefined)
  const byWord = new Map<LogWord, FoundEvent[]>()
  for (const event of timed.toSorted((x, y) => (x.ns ?? 0) - (y.ns ?? 0))) {
    const events = byWord.get(event.word)
    if (events === undefined) byWord.set(event.word, [event])
    else events.push(event)
  }
  return (reset) => ({
    near: (word) =>
      between(byWord.get(word) ?? [], reset.timeNs - NEAR_NS, reset.timeNs + NEAR_NS).filter((event) =>
        speaksOf(event, reset),
      ),
    since: (word, fromNs) =>
      between(byWord.get(word) ?? [], fromNs, reset.timeNs).filter((event) => speaksOf(event, reset)),
    life: (word) => between(byWord.get(word) ?? [], reset.timeNs - LIFE_NS, reset.timeNs + LIFE_NS),
  })
}

/** An event that names an end must name one of this connection's. */
function speaksOf(event: FoundEvent, reset: ResetFacts): boolean {
  const { peer } = event
  if (peer === undefined) return true
  const isAddress = /^[0-9a-f.:]+$/i.test(peer.host)
  if (!isAddress) return peer.port === undefined || peer.port === reset.server.port
  for (const side of [reset.client, reset.server]) {
    if (side.address === peer.host && (peer.port === undefined || peer.port === side.port)) return true
  }
  return false
}

function between(sorted: readonly FoundEvent[], fromNs: number, toNs: number): readonly FoundEvent[] {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.ns ?? 0) < fromNs) low = middle + 1
    else high = middle
  }
  const found: FoundEvent[] = []
  for (let index = low; index < sorted.length; index++) {
    const event = sorted[index]
    if (event?.ns === undefined || event.ns > toNs) break
    found.push(event)
  }
  return found
}
