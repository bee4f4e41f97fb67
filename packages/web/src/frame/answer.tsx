import type { Diagnosis, Exhibits, Finding, Ladder, Proof } from '@whyreset/core'
import {
  CAUSE_TITLES,
  candidatePhrases,
  clockPhrases,
  endsPhrase,
  exclusionPhrases,
  explainCommand,
  inputPhrase,
  nextSteps,
  notGivenPhrase,
  outline,
  partyPhrase,
  placePhrase,
  problemPhrase,
  reasonPhrases,
  renderMessage,
  timeRange,
  warningPhrase,
  withoutStop,
} from '@whyreset/report/page'
import type { ComponentChildren, VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Selection } from '../pictures/picture.ts'
import { show } from '../show.ts'
import { pictureOf } from '../finding-range.ts'
import { CopyButton } from './copy-button.tsx'
import { usePage } from './page-context.ts'
import { PictureOf } from './picture-of.tsx'
import { SourcePlaces } from './source-places.tsx'

/** Who, when, what, proof, what it is not; then the fix. In the order of the terminal's answer. */
export function AnswerView({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const parts = useMemo(() => outline(diagnosis), [diagnosis])
  const { main, further } = parts
  return (
    <div class="answer">
      {main !== undefined && <Fix finding={main} />}
      {diagnosis.source !== undefined && <SourcePlaces source={diagnosis.source} />}
      {exhibits !== undefined && (
        <div class="wide">
          <PictureOf name="Timeline" diagnosis={diagnosis} exhibits={exhibits} />
        </div>
      )}
      {main !== undefined && (
        <Main finding={main} diagnosis={diagnosis} exhibits={exhibits} names={parts.names} />
      )}
      {main === undefined && <LookedAt diagnosis={diagnosis} names={parts.names} />}
      {further.length > 0 && <Further findings={further} diagnosis={diagnosis} exhibits={exhibits} />}
      <Remarks diagnosis={diagnosis} parts={parts} />
    </div>
  )
}

function Block({ name, children }: { readonly name: string; readonly children: ComponentChildren }): VNode {
  return (
    <section class="block">
      <h2>{name}</h2>
      <div>{children}</div>
    </section>
  )
}

interface FindingProps {
  readonly finding: Finding
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
  readonly names: readonly string[]
}

function Main({ finding, diagnosis, exhibits, names }: FindingProps): VNode {
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

/** As much is read at 3 am; the rest is a click away. */
const FIRST_FINDINGS = 5
const FIRST_FILES = 6
const FIRST_ITEMS = 12
/** More are in the table of findings. */
const MAX_FINDINGS = 60

/** More than this is in the table of incidents. */
const MAX_PROOFS = 30

function Proofs({ finding, diagnosis, exhibits, names }: FindingProps): VNode {
  const { labels, lang, hrefOf } = usePage()
  const own = diagnosis.findings.indexOf(finding)
  // The ladder that has the frame; a reset is at least in its incident.
  const segmentOf = (proof: Proof, place: number): Selection | undefined => {
    if (!('frame' in proof)) return undefined
    const { frame, input } = proof
    const cites = (ladder: Ladder): boolean =>
      ladder.cited.some((each) => each.finding === own && each.proof === place)
    const at = exhibits?.ladders.findIndex(cites) ?? -1
    const incident =
      exhibits?.ladders[at]?.incident ??
      diagnosis.incidents.findIndex((each) => each.input === input && each.frame === frame)
    if (incident >= 0) return { incident, frame }
    const connection = at < 0 ? -1 : (exhibits?.lanes.ladder.indexOf(at) ?? -1)
    return connection < 0 ? undefined : { connection, frame }
  }
  return (
    <ol class="proof">
      {finding.proof.slice(0, MAX_PROOFS).map((proof, index) => {
        const place = `${names[proof.input] ?? `#${proof.input}`} ${placePhrase(proof, labels)}`
        const shownAt = segmentOf(proof, index)
        return (
          <li key={index}>
            <code>
              {shownAt === undefined ? (
                show(place)
              ) : (
                <a href={hrefOf({ view: 'connection', selection: shownAt })}>{show(place)}</a>
              )}
            </code>
            <span>{show(renderMessage(proof.says, lang))}</span>
          </li>
        )
      })}
    </ol>
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

function Fix({ finding }: { readonly finding: Finding }): VNode {
  const { labels, lang } = usePage()
  const steps = nextSteps(finding)
  return (
    <section class="fix">
      <h2>{labels.fix}</h2>
      <p>{show(renderMessage(finding.fix.summary, lang))}</p>
      <Command text={explainCommand(finding.cause)} />
      {steps.length > 0 && (
        <>
          <h2>{labels.next}</h2>
          {steps.map(({ says, command }, index) => (
            <div key={index} class="step">
              <p>{show(renderMessage(says, lang))}</p>
              {command !== undefined && <Command text={show(command)} />}
            </div>
          ))}
        </>
      )}
    </section>
  )
}

function Command({ text }: { readonly text: string }): VNode {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  )
}

function LookedAt({
  diagnosis,
  names,
}: {
  readonly diagnosis: Diagnosis
  readonly names: readonly string[]
}): VNode {
  const { labels } = usePage()
  const told = (from: number, to: number): VNode => (
    <dl class="who">
      {diagnosis.inputs.slice(from, to).map((input, index) => (
        <div key={index}>
          <dd>
            <code>{show(names[from + index] ?? input.path)}</code>
            <span>{inputPhrase(input, labels)}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
  const missing = diagnosis.inputs.some(({ kind }) => kind === 'capture')
    ? ''
    : notGivenPhrase(diagnosis, labels)
  return (
    <div class="blocks">
      <Block name={labels.read}>
        {told(0, FIRST_FILES)}
        <More n={Math.min(MAX_PROOFS, diagnosis.inputs.length) - FIRST_FILES}>
          {told(FIRST_FILES, MAX_PROOFS)}
        </More>
        {missing !== '' && <p>{missing}</p>}
      </Block>
    </div>
  )
}

function Further({
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
            <a href={hrefOf(pictureOf(finding, diagnosis, exhibits))}>{CAUSE_TITLES[finding.cause][lang]}</a>
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

/** What is not read first: folded on a screen, whole on paper. */
function More({ n, children }: { readonly n: number; readonly children: ComponentChildren }): VNode | null {
  const { words, isPrinting } = usePage()
  if (n <= 0) return null
  return (
    <details class="more" open={isPrinting}>
      <summary>{words.more(n)}</summary>
      {children}
    </details>
  )
}

function Remarks({
  diagnosis,
  parts,
}: {
  readonly diagnosis: Diagnosis
  readonly parts: ReturnType<typeof outline>
}): VNode {
  const { labels, lang } = usePage()
  const { harmless, names } = parts
  const also = harmless.map(({ statement }) => withoutStop(renderMessage(statement, lang)))
  const warnings = diagnosis.warnings.map((warning) => warningPhrase(warning, lang))
  const problems = diagnosis.inputs.flatMap(({ problems: found, path }, index) =>
    found.map((problem) => `${names[index] ?? path}${labels.colon}${problemPhrase(problem, lang)}`),
  )
  const clocks = clockPhrases(diagnosis, lang).map(
    ({ input, says }) => `${names[input] ?? ''}${labels.colon}${withoutStop(says)}`,
  )
  const blocks = [
    [labels.warning, warnings, 'warning'],
    [labels.also, also, ''],
    [labels.problem, problems, 'warning'],
    [labels.clock, clocks, ''],
  ] as const
  return (
    <div class="blocks remarks">
      {blocks
        .filter(([, items]) => items.length > 0)
        .map(([name, items]) => (
          <Block key={name} name={name}>
            <List items={items} />
          </Block>
        ))}
    </div>
  )
}

function List({ items }: { readonly items: readonly string[] }): VNode {
  return (
    <>
      <Items items={items.slice(0, FIRST_ITEMS)} />
      <More n={items.length - FIRST_ITEMS}>
        <Items items={items.slice(FIRST_ITEMS)} />
      </More>
    </>
  )
}

function Items({ items }: { readonly items: readonly string[] }): VNode {
  return (
    <ul>
      {items.map((item, index) => (
        <li key={index}>{show(item)}</li>
      ))}
    </ul>
  )
}
