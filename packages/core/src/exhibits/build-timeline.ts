import type { Facts } from '../derive/facts.ts'
import { buildBursts } from '../derive/groups.ts'
import { isRefusal } from '../derive/neighbours.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { buildGcSeries, type GcAxis } from './build-gc.ts'
import { delta } from './deltas.ts'
import { seriesOf } from './event-series.ts'
import type { ConnectionCounts, LogSeries, TimelineExhibit, TriggerExhibit } from './timeline-exhibit.ts'
import { MAX_EVENTS } from './limits.ts'

export function buildTimelineExhibit(
  facts: Facts,
  { findings, incidents }: Diagnosis,
  connections: ConnectionCounts | undefined,
): TimelineExhibit {
  const axes = facts.timeline.gcLogs.map((timed) => buildGcSeries(timed, facts.fitted.get(timed.input)))
  const placed = facts.resets.map((reset, place) => ({ reset, place }))
  const refused = placed.filter(({ reset }) => isRefusal(reset))
  const resets = placed.filter(({ reset }) => !isRefusal(reset))
  const series = (events: typeof placed): TimelineExhibit['resets'] => ({
    ...seriesOf(events.map(({ reset }) => Math.round(reset.timeNs))),
    incidents: delta(events.map(({ place }) => place).filter((place) => place < incidents.length)),
  })
  return {
    resets: series(resets),
    refused: series(refused),
    ...(connections === undefined ? {} : { connections }),
    collections: axes.map((axis) => axis.series),
    logs: buildLogSeries(facts),
    kernelResets: buildKernelSeries(facts),
    triggers: findings.flatMap((finding, place) =>
      finding.trigger === undefined ? [] : triggerOf(facts, finding.incidents, place, axes),
    ),
  }
}

function buildLogSeries({ timeline }: Facts): LogSeries[] {
  const series = new Map<string, { input: number; word: string; times: number[]; lines: number[] }>()
  for (const { input, word, ns, line } of timeline.events) {
    if (ns === undefined) continue
    const key = `${String(input).padStart(9, '0')} ${word}`
    const known = series.get(key) ?? { input, word, times: [], lines: [] }
    known.times.push(Math.round(ns))
    known.lines.push(line)
    series.set(key, known)
  }
  return [...series]
    .toSorted(([x], [y]) => (x < y ? -1 : 1))
    .map(([, { input, word, times, lines }]) => ({
      input,
      word,
      ...seriesOf(times),
      line: delta(lines.slice(0, MAX_EVENTS)),
    }))
}

function buildKernelSeries({ timeline }: Facts): TimelineExhibit['kernelResets'] {
  const byInput = new Map<number, number[]>()
  for (const { input, ns } of timeline.kernelResets) {
    if (ns === undefined) continue
    const known = byInput.get(input)
    if (known === undefined) byInput.set(input, [Math.round(ns)])
    else known.push(Math.round(ns))
  }
  return [...byInput].toSorted(([x], [y]) => x - y).map(([input, times]) => ({ input, ...seriesOf(times) }))
}

/** The bursts as the finding's trigger counts them, each with the collection that it followed. */
function triggerOf(
  facts: Facts,
  incidents: readonly string[],
  finding: number,
  axes: readonly GcAxis[],
): TriggerExhibit[] {
  const ids = new Set(incidents)
  const members = facts.resets.filter(({ id }) => ids.has(id))
  const [first] = members
  const gc = first === undefined ? undefined : facts.forReset(first).gc
  const collections = axes.findIndex(({ log }) => log === gc?.log)
  if (gc === undefined || collections < 0) return []
  const bursts = buildBursts(members)
  const followed = bursts.map(({ resets }) => resets.map(gc.followedBy).find((each) => each !== undefined))
  const placeOf = axes[collections]?.placeOf
  return [
    {
      finding,
      collections,
      burstNs: delta(bursts.map(({ fromNs }) => Math.round(fromNs))),
      resets: bursts.map(({ resets }) => resets.length),
      followed: followed.map((each) => (each === undefined ? null : (placeOf?.(each.line) ?? null))),
      lagUs: followed.map((each) => (each === undefined ? null : Math.round(each.lagMs * 1e3))),
    },
  ]
}
