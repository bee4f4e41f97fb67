import type { Facts } from '../derive/facts.ts'
import type { Timeline } from '../derive/timeline.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { LogLine } from './exhibits.ts'
import { MAX_TEXT } from './limits.ts'

/** Beyond the cited ones. */
const MAX_LINES = 400

type Event = Timeline['events'][number]

/** The log lines that proofs cite, and others, those nearest to a reset first. */
export function buildLines({ timeline, allResetsNs }: Facts, { findings, warnings }: Diagnosis): LogLine[] {
  const cited = new Set<string>()
  for (const { proof } of [...findings, ...warnings])
    for (const each of proof) if ('line' in each) cited.add(keyOf(each))
  const own = timeline.events.filter((event) => cited.has(keyOf(event)))
  const others = timeline.events.filter((event) => !cited.has(keyOf(event)))
  const resets = allResetsNs.toSorted((x, y) => x - y)
  const nearest =
    others.length <= MAX_LINES
      ? others
      : others
          .map((event) => ({ event, apart: event.ns === undefined ? Infinity : distance(resets, event.ns) }))
          .toSorted((x, y) => (x.apart === y.apart ? 0 : x.apart - y.apart))
          .slice(0, MAX_LINES)
          .map(({ event }) => event)
  return [...own, ...nearest]
    .toSorted((x, y) => x.input - y.input || x.line - y.line)
    .map(({ input, line, ns, word, text }) => ({
      input,
      line,
      ...(ns === undefined ? {} : { ns: Math.round(ns) }),
      word,
      text: text.slice(0, MAX_TEXT),
    }))
}

function keyOf({ input, line }: Pick<Event, 'input' | 'line'>): string {
  return `${input} ${line}`
}

/** To the nearest of the times, which are in order. */
function distance(times: readonly number[], ns: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < ns) low = middle + 1
    else high = middle
  }
  return Math.min(Math.abs((times[low] ?? Infinity) - ns), Math.abs((times[low - 1] ?? -Infinity) - ns))
}
