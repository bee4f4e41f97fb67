import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { VNode } from 'preact'
import { AboutIncident } from './about-incident.tsx'
import { usePage } from './page-context.ts'
import { PictureOf } from './picture-of.tsx'

/** When it happened, and below it to whom: both on one axis. */
export function TimelineView({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const { words, address, hrefOf } = usePage()
  const { incident } = address.selection
  if (exhibits === undefined) return <p class="empty">{words.noExhibits}</p>
  return (
    <>
      <section class="panel">
        <h2>{words.views.timeline}</h2>
        <PictureOf name="Timeline" diagnosis={diagnosis} exhibits={exhibits} />
      </section>
      {incident !== undefined && (
        <AboutIncident diagnosis={diagnosis} place={incident}>
          <a class="quiet" href={hrefOf({ view: 'connection' })}>
            {words.connectionHeading} →
          </a>
        </AboutIncident>
      )}
      <section class="panel">
        <h2>{words.laneHeading}</h2>
        {exhibits.lanes.count === 0 && diagnosis.summary.connections > 0 ? (
          <p class="empty">{words.noLanes}</p>
        ) : (
          <PictureOf name="Lanes" diagnosis={diagnosis} exhibits={exhibits} leadsTo="connection" />
        )}
      </section>
    </>
  )
}
