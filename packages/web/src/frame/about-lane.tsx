import type { Diagnosis, Exhibits, Lane } from '@whyreset/core'
import type { VNode } from 'preact'
import { epochOf, lengthOf, momentOf } from '../pictures/axis/clock.ts'
import { hostPort } from '../pictures/lanes/order-lanes.ts'
import { size } from '../pictures/numbers.ts'
import { TEXTS } from '../pictures/texts.ts'
import { show } from '../show.ts'
import { FactsList, type Fact } from './facts-list.tsx'
import { usePage } from './page-context.ts'

/** What is known of a connection that was not reset. */
export function AboutLane({
  lane,
  diagnosis,
  exhibits,
}: {
  readonly lane: Lane
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits
}): VNode {
  const { words, labels, lang } = usePage()
  const texts = TEXTS[lang]
  const stalledNs = lane.zeroWindow.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0)
  const facts: Fact[] = [
    [words.columns.time, momentOf(lane.firstNs, { epochNs: epochOf(exhibits.epoch), mode: 'utc' })],
    [texts.sorts.duration, lengthOf(lane.lastNs - lane.firstNs)],
    [texts.outcomeLabel, texts.outcomes[lane.outcome]],
    [texts.legend.clientData, size(lane.clientBytes)],
    [texts.legend.serverData, size(lane.serverBytes)],
    ...(stalledNs > 0 ? [[texts.legend.zeroWindow, lengthOf(stalledNs)] satisfies Fact] : []),
    [words.columns.file, `${diagnosis.inputs[lane.input]?.path ?? ''} ${labels.frame(lane.frame)}`],
  ]
  return (
    <section class="panel about">
      <h2>{words.connectionHeading}</h2>
      <p class="ends">
        <code>
          {show(hostPort(lane.client, lane.clientPort))} → {show(hostPort(lane.server, lane.serverPort))}
        </code>
      </p>
      <FactsList facts={facts} />
    </section>
  )
}
