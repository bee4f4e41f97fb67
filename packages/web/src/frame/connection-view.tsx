import { lanesOf, type Diagnosis, type Exhibits } from '@whyreset/core'
import { CAUSE_TITLES, renderMessage, withoutStop } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Selection } from '../pictures/picture.ts'
import { show } from '../show.ts'
import { CopyButton } from './copy-button.tsx'
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
  if (incident === undefined && connection === undefined) return <p class="empty">{words.noConnection}</p>
  return (
    <>
      {incident !== undefined && <About diagnosis={diagnosis} place={incident} />}
      {exhibits === undefined ? (
        <p class="empty">{words.noExhibits}</p>
      ) : (
        <>
          <section class="panel">
            <h2>{words.windowHeading}</h2>
            <PictureOf name="WindowPlot" diagnosis={diagnosis} exhibits={exhibits} selection={selection} />
          </section>
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
function completed(selection: Selection, { incidents }: Diagnosis, lanes: Lanes): Selection {
  const { incident: named, connection: chosen, ...others } = selection
  const connection = chosen ?? lanes.find(({ incident }) => named !== undefined && incident === named)?.row
  const incident = named ?? (connection === undefined ? undefined : lanes[connection]?.incident)
  return {
    ...others,
    ...(connection === undefined || lanes[connection] === undefined ? {} : { connection }),
    ...(incident === undefined || incidents[incident] === undefined ? {} : { incident }),
  }
}

function About({
  diagnosis,
  place,
}: {
  readonly diagnosis: Diagnosis
  readonly place: number
}): VNode | null {
  const { words, labels, lang, hrefOf } = usePage()
  const incident = diagnosis.incidents[place]
  if (incident === undefined) return null
  const step = (to: number): string | undefined =>
    diagnosis.incidents[to] === undefined
      ? undefined
      : hrefOf({ view: 'connection', selection: { incident: to } })
  const facts: [string, string][] = [
    [words.columns.time, incident.time.replace('T', ' ').replace('Z', '')],
    [words.columns.resetBy, labels.party[incident.resetBy]],
    [words.columns.phase, words.phase[incident.phase]],
    ...(incident.unreadBytes === undefined
      ? []
      : [[words.columns.unread, incident.unreadBytes.toLocaleString('en')] satisfies [string, string]]),
    ...(incident.silenceMs === undefined
      ? []
      : [[words.columns.silence, incident.silenceMs.toLocaleString('en')] satisfies [string, string]]),
    [words.columns.file, `${diagnosis.inputs[incident.input]?.path ?? ''} ${labels.frame(incident.frame)}`],
  ]
  const filter = `tcp.stream eq ${incident.stream}`
  return (
    <section class="panel about">
      <div class="steps">
        <h2>
          {words.incident(place + 1)} · {CAUSE_TITLES[incident.cause][lang]}
        </h2>
        <Step href={step(place - 1)}>← {words.previous}</Step>
        <Step href={step(place + 1)}>{words.next} →</Step>
      </div>
      <p class="ends">
        <code>
          {show(incident.client)} → {show(incident.server)}
        </code>
      </p>
      <dl class="facts-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{show(value)}</dd>
          </div>
        ))}
        <div>
          <dt>Wireshark</dt>
          <dd class="command">
            <code>{filter}</code>
            <CopyButton text={filter} />
          </dd>
        </div>
      </dl>
      {incident.ruledOut.length > 0 && (
        <details>
          <summary>{labels.not}</summary>
          <ul>
            {incident.ruledOut.map(({ cause, because }) => (
              <li key={cause}>
                <b>{CAUSE_TITLES[cause][lang]}</b>
                {labels.colon}
                {show(withoutStop(renderMessage(because, lang)))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Step({
  href,
  children,
}: {
  readonly href: string | undefined
  readonly children: string[] | string
}): VNode {
  return href === undefined ? (
    <span class="quiet off">{children}</span>
  ) : (
    <a class="quiet" href={href}>
      {children}
    </a>
  )
}
