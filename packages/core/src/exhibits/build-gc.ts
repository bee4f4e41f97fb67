import type { TimedGcLog } from '../derive/timeline.ts'
import type { Collection, GcLog } from '../read/gc-log/collection.ts'
import { GC_KINDS } from './columns.ts'
import { delta } from './deltas.ts'
import type { GcSeries } from './timeline-exhibit.ts'
import { MAX_EVENTS, MAX_TEXT } from './limits.ts'

/** A series, the log it is of, and where the collection of a line is in it. */
export interface GcAxis {
  readonly series: GcSeries
  readonly log: GcLog
  readonly placeOf: (line: number) => number | undefined
}

type Timed = Collection & { readonly startNs: number; readonly endNs: number }

/** @param fitted the process's start, where the log has uptimes and it was estimated */
export function buildGcSeries(
  { input, log, collections }: TimedGcLog,
  fitted: { readonly offsetMs: number } | undefined,
): GcAxis {
  const timed = collections ?? (fitted === undefined ? [] : fromUptime(log, fitted.offsetMs))
  // Of too many, those that the program stood still for: short ones show nothing at that scale.
  const shown = timed.length <= MAX_EVENTS ? timed : longest(timed)
  const names = [...new Set(shown.map(({ name }) => name.slice(0, MAX_TEXT)))]
  const places = new Map(names.map((name, place) => [name, place]))
  const byLine = new Map(shown.map(({ line }, place) => [line, place]))
  return {
    log,
    placeOf: (line) => byLine.get(line),
    series: {
      input,
      runtime: log.runtime,
      ...(log.collector === undefined ? {} : { collector: log.collector.slice(0, MAX_TEXT) }),
      ...(log.pid === undefined ? {} : { pid: log.pid }),
      ...(log.section === undefined ? {} : { section: log.section.slice(0, MAX_TEXT) }),
      count: log.collections.length,
      startNs: delta(shown.map(({ startNs }) => Math.round(startNs))),
      lengthNs: shown.map(({ startNs, endNs }) => Math.max(0, Math.round(endNs) - Math.round(startNs))),
      pauseUs: shown.map(({ pauseMs }) => (pauseMs === undefined ? null : Math.round(pauseMs * 1e3))),
      kind: shown.map(({ kind }) => GC_KINDS.indexOf(kind)),
      name: shown.map(({ name }) => places.get(name.slice(0, MAX_TEXT)) ?? 0),
      names,
      line: delta(shown.map(({ line }) => line)),
    },
  }
}

function fromUptime({ collections }: GcLog, offsetMs: number): Timed[] {
  return collections
    .flatMap((collection) => {
      const { start, end, pauseMs = 0, concurrent, referencesProcessedAt } = collection
      if (end.clock !== 'uptime') return []
      const endNs = end.seconds * 1e9 + offsetMs * 1e6
      const acts = concurrent ? (referencesProcessedAt ?? start) : start
      const startNs = acts?.clock === 'uptime' ? acts.seconds * 1e9 + offsetMs * 1e6 : endNs - pauseMs * 1e6
      return [{ ...collection, startNs: Math.min(startNs, endNs), endNs }]
    })
    .toSorted((x, y) => x.startNs - y.startNs)
}

function longest(timed: readonly Timed[]): Timed[] {
  const chosen = new Set(
    timed
      .toSorted((x, y) => (y.pauseMs ?? 0) - (x.pauseMs ?? 0) || x.startNs - y.startNs)
      .slice(0, MAX_EVENTS),
  )
  return timed.filter((each) => chosen.has(each))
}
