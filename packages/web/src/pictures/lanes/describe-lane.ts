import type { Diagnosis, Lane } from '@whyreset/core'
import { CAUSE_TITLES } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import { lengthOf, momentOf } from '../axis/clock.ts'
import type { Clock } from '../axis/clock.ts'
import { size } from '../numbers.ts'
import { TEXTS } from '../texts.ts'
import { causeOf } from './order-lanes.ts'

/** One connection in words, for the pointer and for whoever does not see the picture. */
export function describeLane(lane: Lane, diagnosis: Diagnosis, lang: Lang, clock: Clock): string[] {
  const texts = TEXTS[lang]
  const cause = causeOf(lane, diagnosis)
  const stalledNs = lane.zeroWindow.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0)
  const unread = lane.incident === undefined ? undefined : diagnosis.incidents[lane.incident]?.unreadBytes
  return [
    `${texts.outcomes[lane.outcome]}${cause === undefined ? '' : ` · ${CAUSE_TITLES[cause][lang]}`}`,
    `${momentOf(lane.firstNs, clock)} · ${lengthOf(lane.lastNs - lane.firstNs)}`,
    `→ ${size(lane.clientBytes)} · ← ${size(lane.serverBytes)}`,
    ...(stalledNs > 0 ? [texts.stalledFor(lengthOf(stalledNs))] : []),
    ...(unread === undefined ? [] : [texts.unread(size(unread))]),
    ...(lane.stream === undefined ? [] : [`tcp.stream eq ${lane.stream}`]),
  ]
}
