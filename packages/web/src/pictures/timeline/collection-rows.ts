import { undelta } from '@whyreset/core'
import type { Exhibits, GcSeries } from '@whyreset/core'
import type { PictureTexts } from '../picture-texts.ts'
import type { Burst, SpanRow } from './row.ts'

/** The others are in the tables. */
const MAX_COLLECTORS = 6

/** A row for each collector, with the bursts of resets that its collections led to. */
export function collectionRows(timeline: Exhibits['timeline'], texts: PictureTexts): SpanRow[] {
  return timeline.collections
    .slice(0, MAX_COLLECTORS)
    .map((series, place) => collectionRow(timeline, series, place, texts))
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
