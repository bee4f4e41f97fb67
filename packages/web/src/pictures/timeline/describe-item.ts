import type { Diagnosis, Exhibits } from '@whyreset/core'
import { CAUSE_TITLES } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import { lengthOf, momentOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import type { Selection } from '../picture.ts'
import { size } from '../numbers.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { show } from '../../show.ts'
import { valueOf } from './draw-row-names.ts'
import type { EventRow, SpanRow, TimelineRow } from './row.ts'

export interface Described {
  readonly title: string
  readonly lines: readonly string[]
  /** What choosing it chooses. */
  readonly select?: Selection
}

export interface Sources {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits
  readonly texts: PictureTexts
  readonly lang: Lang
  readonly clock: Clock
}

/** One thing of the timeline in words, for the pointer and for whoever does not see the picture. */
export function describeItem(row: TimelineRow, item: number, sources: Sources): Described {
  const { clock } = sources
  if (row.kind === 'spans') return describeCollection(row, item, sources)
  const title = momentOf(row.times[item] ?? 0, clock)
  if (row.kind === 'line') {
    return { title, lines: [`${show(row.label)}: ${valueOf(row, row.extremes.values[item] ?? 0)}`] }
  }
  return { ...describeEvent(row, item, sources), title }
}

function describeEvent(
  row: EventRow,
  item: number,
  { diagnosis, exhibits, texts, lang }: Sources,
): Omit<Described, 'title'> {
  if (row.of.kind === 'resets') {
    const place = row.of.incidents[item]
    const incident = place === undefined ? undefined : diagnosis.incidents[place]
    if (place === undefined || incident === undefined) return { lines: [show(row.label)] }
    return {
      lines: [
        texts.resetItem(show(incident.client), show(incident.server)),
        CAUSE_TITLES[incident.cause][lang],
        ...(incident.unreadBytes === undefined ? [] : [texts.unread(size(incident.unreadBytes))]),
        ...(incident.silenceMs === undefined ? [] : [texts.silence(lengthOf(incident.silenceMs * 1e6))]),
      ],
      select: { incident: place },
    }
  }
  if (row.of.kind !== 'log') return { lines: [show(row.label)] }
  const { input, lines } = row.of
  const line = lines[item] ?? 0
  const kept = exhibits.lines.find((candidate) => candidate.input === input && candidate.line === line)
  return {
    lines: [
      texts.line(show(diagnosis.inputs[input]?.path ?? ''), line),
      ...(kept === undefined ? [] : [show(kept.text)]),
    ],
  }
}

function describeCollection(row: SpanRow, item: number, { diagnosis, texts, clock }: Sources): Described {
  const { series } = row
  const pause = series.pauseUs[item] ?? undefined
  const burst = row.bursts.get(item)
  return {
    title: momentOf(row.starts[item] ?? 0, clock),
    lines: [
      `${show(series.names[series.name[item] ?? -1] ?? row.label)} · ${lengthOf(series.lengthNs[item] ?? 0)}`,
      ...(pause === undefined ? [] : [texts.pause(lengthOf(pause * 1000))]),
      ...(burst === undefined ? [] : [texts.followedBy(burst.resets, lengthOf(burst.lagNs))]),
      texts.line(show(diagnosis.inputs[series.input]?.path ?? ''), row.lines[item] ?? 0),
    ],
  }
}
