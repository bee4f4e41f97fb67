import { lanesOf, type Diagnosis, type Exhibits } from '@whyreset/core'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Selection } from '../pictures/picture.ts'
import { AboutIncident } from './about-incident.tsx'
import { AboutLane } from './about-lane.tsx'
import { usePage } from './page-context.ts'
import { PictureOf } from './picture-of.tsx'

/** One connection: what became of it, its segments, and its window. */
export function ConnectionView({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const { words, address } = usePage()
  const lanes = useMemo(() => (exhibits === undefined ? [] : lanesOf(exhibits)), [exhibits])
  const selection = completed(address.selection, diagnosis, lanes)
  const { incident, connection } = selection
  const lane = connection === undefined ? undefined : lanes[connection]
  if (incident === undefined && connection === undefined) return <p class="empty">{words.noConnection}</p>
  return (
    <>
      {incident !== undefined ? (
        <AboutIncident diagnosis={diagnosis} place={incident} hasLadder={exhibits !== undefined}>
          <Step to={incident - 1} diagnosis={diagnosis}>
            ← {words.previous}
          </Step>
          <Step to={incident + 1} diagnosis={diagnosis}>
            {words.next} →
          </Step>
        </AboutIncident>
      ) : (
        lane !== undefined &&
        exhibits !== undefined && <AboutLane lane={lane} diagnosis={diagnosis} exhibits={exhibits} />
      )}
      {exhibits === undefined ? (
        <p class="empty">{words.noExhibits}</p>
      ) : (
        <>
          {lane?.ladder !== undefined && (
            <section class="panel">
              <h2>{words.windowHeading}</h2>
              <PictureOf name="WindowPlot" diagnosis={diagnosis} exhibits={exhibits} selection={selection} />
            </section>
          )}
          <section class="panel">
            <h2>{words.ladderHeading}</h2>
            <PictureOf name="Ladder" diagnosis={diagnosis} exhibits={exhibits} selection={selection} />
          </section>
        </>
      )}
    </>
  )
}

type Lanes = ReturnType<typeof lanesOf>

/** An address names an incident or a connection: each tells the other. Places that are not there are forgotten. */
function completed(selection: Selection, diagnosis: Diagnosis, lanes: Lanes): Selection {
  const { incidents } = diagnosis
  const { incident: named = firstOf(selection, diagnosis), connection: asked, ...others } = selection
  // Where nothing was reset: a connection whose segments are here.
  const chosen =
    asked ?? (named === undefined ? lanes.find(({ ladder }) => ladder !== undefined)?.row : undefined)
  const connection = chosen ?? lanes.find(({ incident }) => named !== undefined && incident === named)?.row
  const incident = named ?? (connection === undefined ? undefined : lanes[connection]?.incident)
  return {
    ...others,
    ...(connection === undefined || lanes[connection] === undefined ? {} : { connection }),
    ...(incident === undefined || incidents[incident] === undefined ? {} : { incident }),
  }
}

/** Where nothing is chosen yet: the first incident of the finding that the answer is about. */
function firstOf({ connection }: Selection, { findings, incidents }: Diagnosis): number | undefined {
  if (connection !== undefined || incidents.length === 0) return undefined
  const id = findings[0]?.incidents[0]
  return Math.max(
    0,
    incidents.findIndex((incident) => incident.id === id),
  )
}

function Step({
  to,
  diagnosis,
  children,
}: {
  readonly to: number
  readonly diagnosis: Diagnosis
  readonly children: string[] | string
}): VNode {
  const { hrefOf } = usePage()
  return diagnosis.incidents[to] === undefined ? (
    <span class="quiet off">{children}</span>
  ) : (
    <a class="quiet" href={hrefOf({ view: 'connection', selection: { incident: to } })}>
      {children}
    </a>
  )
}
