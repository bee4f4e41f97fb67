import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { Lang } from '@whyreset/report/page'
import type { PictureTexts } from '../picture-texts.ts'
import { collectionRows } from './collection-rows.ts'
import { hostRows, openRows } from './count-rows.ts'
import { eventRows, kernelRows, logRows, refusedRows, resetRows } from './event-rows.ts'
import type { TimelineRow } from './row.ts'

/** The rows of the timeline from the top: what happened, what it may have followed, what else told of it, counts. */
export function timelineRows(
  exhibits: Exhibits,
  diagnosis: Diagnosis,
  texts: PictureTexts,
  lang: Lang,
): TimelineRow[] {
  const { timeline, hosts } = exhibits
  return [
    ...eventRows(resetRows(timeline.resets, diagnosis, texts, lang), exhibits),
    ...collectionRows(timeline, texts),
    ...eventRows(
      [
        ...refusedRows(timeline.refused, texts),
        ...logRows(timeline.logs, diagnosis, texts, lang),
        ...kernelRows(timeline.kernelResets, texts),
      ],
      exhibits,
    ),
    ...openRows(timeline.connections, texts),
    ...hostRows(hosts, texts),
  ]
}
