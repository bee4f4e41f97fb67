import type { Diagnosis, Finding } from '@whyreset/core'
import {
  candidatePhrases,
  exclusionPhrases,
  notGivenPhrase,
  partyPhrase,
  reasonPhrases,
  timeRange,
  withoutStop,
} from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../../show.ts'
import { usePage } from '../page-context.ts'
import { Block } from './block.tsx'
import { List } from './list.tsx'
import { Proofs, type ProofsProps } from './proofs.tsx'

/** The finding that the verdict speaks of. */
export function MainFinding({ finding, diagnosis, exhibits, names }: ProofsProps): VNode {
  const { labels, lang } = usePage()
  const reasons = reasonPhrases(finding, diagnosis, lang)
  const exclusions = exclusionPhrases(finding, lang)
  return (
    <div class="blocks">
      <Block name={labels.who}>
        <Who finding={finding} />
      </Block>
      <Block name={labels.when}>
        {finding.trigger !== undefined && <p>{labels.trigger(finding.trigger)}</p>}
        <p class="dim">{timeRange(finding.from, finding.to)}</p>
      </Block>
      {reasons.length > 0 && (
        <Block name={labels.what}>
          <List items={reasons.map(withoutStop)} />
        </Block>
      )}
      <Block name={labels.proof}>
        <Proofs finding={finding} diagnosis={diagnosis} exhibits={exhibits} names={names} />
      </Block>
      {exclusions.length > 0 && (
        <Block name={labels.not}>
          <ul>
            {exclusions.map(({ families, because }) => (
              <li key={families}>
                <b>{families}</b>
                {labels.colon}
                {show(because)}
              </li>
            ))}
          </ul>
        </Block>
      )}
      <Maybe finding={finding} diagnosis={diagnosis} />
    </div>
  )
}

function Who({ finding }: { readonly finding: Finding }): VNode {
  const { labels } = usePage()
  const { client, server, parties, resetBy } = finding
  const byParty = resetBy === 'client' || resetBy === 'server'
  const rows = [
    ['client', client, parties?.client],
    ['server', server, parties?.server],
  ] as const
  return (
    <>
      <dl class="who">
        {rows.map(([role, endpoint, party]) => (
          <div key={role} class={resetBy === role ? 'resetter' : ''}>
            <dt>{labels.party[role]}</dt>
            <dd>
              <code>{show(labels.endpoints(endpoint))}</code>
              <span>{show(partyPhrase(party, resetBy === role, labels))}</span>
            </dd>
          </div>
        ))}
      </dl>
      {!byParty && <p>{resetBy === 'middlebox' ? labels.sentByMiddlebox : labels.resetBy[resetBy]}</p>}
    </>
  )
}

function Maybe({
  finding,
  diagnosis,
}: {
  readonly finding: Finding
  readonly diagnosis: Diagnosis
}): VNode | null {
  const { labels, lang } = usePage()
  const candidates = candidatePhrases(finding, lang)
  const missing = finding.cause === 'unknown' ? notGivenPhrase(diagnosis, labels) : ''
  if (candidates.length === 0 && missing === '') return null
  return (
    <Block name={labels.maybe}>
      <ul>
        {candidates.map(({ cause, share, wouldTell }) => (
          <li key={cause}>
            {cause}
            <span class="dim">{labels.remark(share)}</span>
            <br />→ {show(wouldTell)}
          </li>
        ))}
      </ul>
      {missing !== '' && <p class="dim">{missing}</p>}
    </Block>
  )
}
