import { undelta } from '@whyreset/core'
import type { Bins, CauseId, Diagnosis, EventSeries, Exhibits, LogSeries } from '@whyreset/core'
import { CAUSE_TITLES, LABELS } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import { eachColumn } from '../canvas/bins.ts'
import type { PictureTexts } from '../picture-texts.ts'
import type { EventRow } from './row.ts'

/** Rows of one kind beyond these are joined into one, or left out: a picture is not a table. */
const MAX_CAUSES = 6
const MAX_LOGS = 6

/** Moments, before it is known how high their bars may get. */
type Events = Omit<EventRow, 'kind' | 'peakOf'>

/** With their peaks over the whole record. */
export function eventRows(
  rows: readonly Events[],
  { fromNs, toNs }: Pick<Exhibits, 'fromNs' | 'toNs'>,
): EventRow[] {
  return rows.map((row) => ({ ...row, kind: 'events', peakOf: peaks(row, fromNs, toNs) }))
}

/** The same while it is panned, so that bars keep their height; counted once for each doubling of the zoom. */
function peaks({ times, bins }: Events, fromNs: number, toNs: number): (columnNs: number) => number {
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
export function resetRows(
  series: EventSeries,
  { incidents }: Diagnosis,
  texts: PictureTexts,
  lang: Lang,
): Events[] {
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

export function refusedRows(refused: EventSeries, texts: PictureTexts): Events[] {
  if (refused.count === 0) return []
  return [
    {
      id: 'refused',
      label: texts.refused,
      colour: 'refused',
      times: undelta(refused.timesNs),
      ...binsOf(refused),
      of: { kind: 'refused' },
    },
  ]
}

export function logRows(
  logs: readonly LogSeries[],
  { inputs }: Diagnosis,
  texts: PictureTexts,
  lang: Lang,
): Events[] {
  const nameOf = (input: number): string => inputs[input]?.path.split(/[\\/]/u).at(-1) ?? ''
  return logs
    .toSorted((a, b) => rankOf(a.word) - rankOf(b.word) || b.count - a.count)
    .slice(0, MAX_LOGS)
    .map((log) => ({
      id: `log-${log.input}-${log.word}`,
      label: texts.logRow(LABELS[lang].logWord[log.word] ?? log.word, nameOf(log.input)),
      colour: 'log',
      times: undelta(log.timesNs),
      ...binsOf(log),
      of: { kind: 'log', input: log.input, word: log.word, lines: undelta(log.line) },
    }))
}

/** Errors of connections first: that a process began or ended is no error. */
function rankOf(word: string): number {
  return word.startsWith('process-') ? 1 : 0
}

export function kernelRows(
  kernelResets: Exhibits['timeline']['kernelResets'],
  texts: PictureTexts,
): Events[] {
  return kernelResets.map((series) => ({
    id: `kernel-${series.input}`,
    label: texts.kernelResets,
    colour: 'reset',
    times: undelta(series.timesNs),
    ...binsOf(series),
    of: { kind: 'kernel' },
  }))
}

/** Only where events are missing from the list. */
function binsOf({ count, timesNs, bins }: EventSeries): { readonly bins?: Bins } {
  return bins === undefined || timesNs.length >= count ? {} : { bins }
}
