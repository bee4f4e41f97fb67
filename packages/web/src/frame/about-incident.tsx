import type { Diagnosis } from '@whyreset/core'
import { CAUSE_TITLES, renderMessage, withoutStop } from '@whyreset/report/page'
import type { ComponentChildren, VNode } from 'preact'
import { show } from '../show.ts'
import { CopyButton } from './copy-button.tsx'
import { FactsList, type Fact } from './facts-list.tsx'
import { usePage } from './page-context.ts'

/** What became of one incident; `children` are what can be done with it. */
export function AboutIncident({
  diagnosis,
  place,
  hasLadder = false,
  children,
}: {
  readonly diagnosis: Diagnosis
  readonly place: number
  /** Then the filter stands there. */
  readonly hasLadder?: boolean
  readonly children?: ComponentChildren
}): VNode | null {
  const { words, labels, lang } = usePage()
  const incident = diagnosis.incidents[place]
  if (incident === undefined) return null
  const facts: Fact[] = [
    [words.columns.time, incident.time.replace('T', ' ').replace('Z', '')],
    [words.columns.resetBy, labels.party[incident.resetBy]],
    [words.columns.phase, words.phase[incident.phase]],
    ...(incident.unreadBytes === undefined
      ? []
      : [[words.columns.unread, incident.unreadBytes.toLocaleString('en')] satisfies Fact]),
    ...(incident.silenceMs === undefined
      ? []
      : [[words.columns.silence, incident.silenceMs.toLocaleString('en')] satisfies Fact]),
    [words.columns.file, `${diagnosis.inputs[incident.input]?.path ?? ''} ${labels.frame(incident.frame)}`],
  ]
  const filter = `tcp.stream eq ${incident.stream}`
  return (
    <section class="panel about">
      <div class="steps">
        <h2>
          {words.incident(place + 1)} · {CAUSE_TITLES[incident.cause][lang]}
        </h2>
        {children}
      </div>
      <p class="ends">
        <code>
          {show(incident.client)} → {show(incident.server)}
        </code>
      </p>
      <FactsList facts={facts}>
        {!hasLadder && (
          <div>
            <dt>Wireshark</dt>
            <dd class="command">
              <code>{filter}</code>
              <CopyButton text={filter} />
            </dd>
          </div>
        )}
      </FactsList>
      {incident.ruledOut.length > 0 && (
        <details>
          <summary>{words.ruledOut}</summary>
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
