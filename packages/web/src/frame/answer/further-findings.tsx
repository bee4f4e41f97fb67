import type { Diagnosis, Exhibits, Finding } from '@whyreset/core'
import { CAUSE_TITLES, candidatePhrases, endsPhrase, renderMessage, timeRange } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { addressOf } from '../../finding-address.ts'
import { show } from '../../show.ts'
import { usePage } from '../page-context.ts'
import { List, More } from './list.tsx'

const FIRST_FINDINGS = 5
/** More are in the table of findings. */
const MAX_FINDINGS = 60

/** What was found beside the main finding. */
export function FurtherFindings({
  findings,
  diagnosis,
  exhibits,
}: {
  readonly findings: readonly Finding[]
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const { labels, lang, words, hrefOf } = usePage()
  const told = (some: readonly Finding[]): VNode => (
    <ul>
      {some.map((finding) => (
        <li key={diagnosis.findings.indexOf(finding)} class={finding.severity}>
          <h3>
            <a href={hrefOf(addressOf(finding, diagnosis, exhibits))}>{CAUSE_TITLES[finding.cause][lang]}</a>
            <span class={`badge ${finding.severity}`}>{words.severity[finding.severity]}</span>
            {finding.resetBy !== 'none' && (
              <span class="dim">
                {labels.connections(finding.connections)} · {labels.resetBy[finding.resetBy]}
                {finding.cause === 'unknown' ? '' : ` · ${labels.percent(finding.confidence)}`}
              </span>
            )}
          </h3>
          <p class="dim">
            <code>{show(endsPhrase(finding, labels))}</code> {timeRange(finding.from, finding.to)}
          </p>
          <p>{show(renderMessage(finding.statement, lang))}</p>
          {finding.cause === 'unknown' && (
            <List
              items={candidatePhrases(finding, lang).map(
                ({ cause, share, wouldTell }) => `${cause}${labels.remark(share)}${labels.colon}${wouldTell}`,
              )}
            />
          )}
          <p>
            <b>{labels.fix}</b>
            {labels.colon}
            {show(renderMessage(finding.fix.summary, lang))}
          </p>
        </li>
      ))}
    </ul>
  )
  return (
    <section class="further">
      <h2>{labels.furtherFindings(findings.length)}</h2>
      {told(findings.slice(0, FIRST_FINDINGS))}
      <More n={findings.length - FIRST_FINDINGS}>
        {told(findings.slice(FIRST_FINDINGS, MAX_FINDINGS))}
        {findings.length > MAX_FINDINGS && (
          <p>
            <a href={hrefOf({ view: 'findings', selection: {} })}>
              {words.views.findings}
              {labels.colon}
              {words.more(findings.length - MAX_FINDINGS)}
            </a>
          </p>
        )}
      </More>
    </section>
  )
}
