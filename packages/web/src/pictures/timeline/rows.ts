import { undelta } from '@whyreset/core'
import type { Bins, CauseId, Diagnosis, EventSeries, Exhibits, GcSeries } from '@whyreset/core'
import { CAUSE_TITLES, LABELS } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import { eachColumn, extremesOf } from '../canvas/bins.ts'
import type { Extremes } from '../canvas/bins.ts'
import type { Colours } from '../picture.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { show } from '../../show.ts'

interface Row {
  readonly id: string
  readonly label: string
  readonly colour: keyof Colours
}

/** Moments, one after another. */
export interface EventRow extends Row {
  readonly kind: 'events'
  readonly times: Float64Array
  /** What is beyond the last of the times. */
  readonly bins?: Bins
  /** Most events in a column of so many nanoseconds, anywhere in the record: what a bar's height is measured by. */
  readonly peakOf: (columnNs: number) => number
  readonly of:
    | { readonly kind: 'resets'; readonly incidents: readonly (number | undefined)[] }
    | { readonly kind: 'refused' | 'kernel' }
    | { readonly kind: 'log'; readonly input: number; readonly word: string; readonly lines: Float64Array }
}

/** Stretches of time: collections of one process. */
export interface SpanRow extends Row {
  readonly kind: 'spans'
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly longestNs: number
  readonly series: GcSeries
  readonly lines: Float64Array
  /** By collection: when the burst began that followed it. */
  readonly bursts: ReadonlyMap<number, Burst>
}

interface Burst {
  readonly ns: number
  readonly resets: number
  readonly lagNs: number
}

/** A count over time, as it was sampled. */
export interface LineRow extends Row {
  readonly kind: 'line'
  readonly times: Float64Array
  readonly extremes: Extremes
  readonly greatest: number
  /** Samples stand apart, bins join. */
  readonly sampled: boolean
  readonly unit: 'count' | 'bytes'
}

export type TimelineRow = EventRow | SpanRow | LineRow

/** Rows of one kind beyond these are joined into one: a picture is not a table. */
const MAX_CAUSES = 6
const MAX_LOGS = 6
const MAX_COLLECTORS = 6
const MAX_HOSTS = 4
/** Bytes that wait to be read are normal; this many, summed over a host, tell of a reader that does not come. */
const MIN_UNREAD = 16_384

/** The rows of the timeline from the top: what happened, what it may have followed, what else told of it, counts. */
export function timelineRows(
  { timeline, hosts, fromNs, toNs }: Exhibits,
  diagnosis: Diagnosis,
  texts: PictureTexts,
  lang: Lang,
): TimelineRow[] {
  const events = (row: Omit<EventRow, 'kind' | 'peakOf'>): EventRow => ({
    ...row,
    kind: 'events',
    peakOf: peaks(row, fromNs, toNs),
  })
  const rows: TimelineRow[] = resetRows(timeline.resets, diagnosis, texts, lang).map(events)
  rows.push(
    ...timeline.collections
      .slice(0, MAX_COLLECTORS)
      .map((series, place) => collectionRow(timeline, series, place, texts)),
  )
  if (timeline.refused.count > 0) {
    rows.push(
      events({
        id: 'refused',
        label: texts.refused,
        colour: 'refused',
        times: undelta(timeline.refused.timesNs),
        ...binsOf(timeline.refused),
        of: { kind: 'refused' },
      }),
    )
  }
  const path = (input: number): string => diagnosis.inputs[input]?.path.split(/[\\/]/u).at(-1) ?? ''
  const logs = timeline.logs.toSorted((a, b) => rankOf(a.word) - rankOf(b.word) || b.count - a.count)
  for (const log of logs.slice(0, MAX_LOGS)) {
    rows.push(
      events({
        id: `log-${log.input}-${log.word}`,
        label: texts.logRow(LABELS[lang].logWord[log.word] ?? log.word, path(log.input)),
        colour: 'log',
        times: undelta(log.timesNs),
        ...binsOf(log),
        of: { kind: 'log', input: log.input, word: log.word, lines: undelta(log.line) },
      }),
    )
  }
  for (const series of timeline.kernelResets) {
    rows.push(
      events({
        id: `kernel-${series.input}`,
        label: texts.kernelResets,
        colour: 'reset',
        times: undelta(series.timesNs),
        ...binsOf(series),
        of: { kind: 'kernel' },
      }),
    )
  }
  const { connections } = timeline
  if (connections !== undefined && connections.open.length > 0) {
    rows.push(lineRow('open', texts.openConnections, 'open', binTimes(connections), connections.open, false))
  }
  for (const [place, host] of hosts.slice(0, MAX_HOSTS).entries()) {
    const who = show(host.who ?? host.addresses[0] ?? '')
    const times = undelta(host.timesNs)
    const closeWait = host.states['CLOSE-WAIT']
    if (closeWait !== undefined) {
      rows.push(lineRow(`close-wait-${place}`, texts.closeWait(who), 'close-wait', times, closeWait, true))
    }
    const unread = Array.from(times, (_, sample) =>
      host.groups.reduce((sum, group) => sum + (group.unread[sample] ?? 0), 0),
    )
    if (unread.some((bytes) => bytes >= MIN_UNREAD)) {
      const row = lineRow(`unread-${place}`, texts.unreadInSockets(who), 'stall', times, unread, true)
      rows.push({ ...row, unit: 'bytes' })
    }
  }
  return rows
}

/** Errors of connections first: that a process began or ended is no error. */
function rankOf(word: string): number {
  return word.startsWith('process-') ? 1 : 0
}

/** The same while it is panned, so that bars keep their height; counted once for each doubling of the zoom. */
function peaks(
  { times, bins }: Omit<EventRow, 'kind' | 'peakOf'>,
  fromNs: number,
  toNs: number,
): (columnNs: number) => number {
  const known = new Map<number, number>()
  const binned = (bins?.counts ?? []).reduce((most, count) => Math.max(most, count), 1)
  return (columnNs) => {
    const level = Math.max(0, Math.ceil(Math.log2(columnNs)))
    const before = known.get(level)
    if (before !== undefined) return before
    let peak = binned
    const width = 2 ** level
    eachColumn(times, fromNs, width, Math.ceil((toNs - fromNs) / width) + 1, (_, count) => {
      peak = Math.max(peak, count)
    })
    known.set(level, peak)
    return peak
  }
}

/** Resets of which no incident is listed have no cause to be named by. */
function resetRows(
  series: EventSeries,
  { incidents }: Diagnosis,
  texts: PictureTexts,
  lang: Lang,
): Omit<EventRow, 'kind' | 'peakOf'>[] {
  const times = undelta(series.timesNs)
  const places = undelta(series.incidents ?? [])
  const byCause = new Map<CauseId | 'unlisted', { times: number[]; incidents: (number | undefined)[] }>()
  for (const [index, ns] of times.entries()) {
    const place = places[index]
    const cause = (place === undefined ? undefined : incidents[place]?.cause) ?? 'unlisted'
    const group = byCause.get(cause) ?? { times: [], incidents: [] }
    group.times.push(ns)
    group.incidents.push(place)
    byCause.set(cause, group)
  }
  const groups = [...byCause].toSorted(([, a], [, b]) => b.times.length - a.times.length)
  const shown = groups.slice(0, MAX_CAUSES)
  const rest = groups
    .slice(MAX_CAUSES)
    .flatMap(([, group]) => group.times.map((ns, index) => ({ ns, incident: group.incidents[index] })))
  const rows = shown.map(([cause, group]) => ({
    id: `resets-${cause}`,
    label: cause === 'unlisted' ? texts.otherResets : texts.resetsOf(CAUSE_TITLES[cause][lang]),
    colour: 'reset' as const,
    times: Float64Array.from(group.times),
    of: { kind: 'resets' as const, incidents: group.incidents },
  }))
  if (rest.length > 0) {
    const ordered = rest.toSorted((a, b) => a.ns - b.ns)
    rows.push({
      id: 'resets-others',
      label: texts.otherResets,
      colour: 'reset',
      times: Float64Array.from(ordered, ({ ns }) => ns),
      of: { kind: 'resets', incidents: ordered.map(({ incident }) => incident) },
    })
  }
  const [first, ...others] = rows
  return first === undefined ? [] : [{ ...first, ...binsOf(series) }, ...others]
}

function collectionRow(
  { triggers }: Exhibits['timeline'],
  series: GcSeries,
  place: number,
  texts: PictureTexts,
): SpanRow {
  const starts = undelta(series.startNs)
  const ends = starts.map((start, index) => start + (series.lengthNs[index] ?? 0))
  const bursts = new Map<number, Burst>()
  for (const trigger of triggers) {
    if (trigger.collections !== place) continue
    const times = undelta(trigger.burstNs)
    for (const [index, followed] of trigger.followed.entries()) {
      if (followed === null) continue
      bursts.set(followed, {
        ns: times[index] ?? 0,
        resets: trigger.resets[index] ?? 0,
        lagNs: (trigger.lagUs[index] ?? 0) * 1000,
      })
    }
  }
  return {
    kind: 'spans',
    id: `collections-${place}`,
    label: texts.collectionsOf(
      [series.runtime, series.collector].filter((part) => part !== undefined).join(' '),
    ),
    colour: 'collection',
    starts,
    ends,
    longestNs: ends.reduce((longest, end, index) => Math.max(longest, end - (starts[index] ?? 0)), 0),
    series,
    lines: undelta(series.line),
    bursts,
  }
}

function lineRow(
  id: string,
  label: string,
  colour: keyof Colours,
  times: Float64Array,
  values: readonly number[],
  sampled: boolean,
): LineRow {
  const extremes = extremesOf(Float64Array.from(values))
  return {
    kind: 'line',
    id,
    label,
    colour,
    times,
    extremes,
    greatest: values.reduce((a, b) => Math.max(a, b), 1),
    sampled,
    unit: 'count',
  }
}

function binTimes({
  fromNs,
  binNs,
  open,
}: {
  fromNs: number
  binNs: number
  open: readonly number[]
}): Float64Array {
  return Float64Array.from(open, (_, index) => fromNs + (index + 0.5) * binNs)
}

/** Only where events are missing from the list. */
function binsOf({ count, timesNs, bins }: EventSeries): { readonly bins?: Bins } {
  return bins === undefined || timesNs.length >= count ? {} : { bins }
}
