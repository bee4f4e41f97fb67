import type { Diagnosis } from '@whyreset/core'
import { CAUSE_TITLES, renderMessage } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { show } from '../../show.ts'
import { group } from '../numbers.ts'
import type { PictureTexts } from '../picture-texts.ts'
import { passing } from './cited-causes.ts'
import type { Margin } from './cited-causes.ts'
import type { LadderRow } from './ladder-rows.ts'

/** Between two lines, in CSS pixels. */
const STEP = 13
const FIRST = 9
/** More lines have no room: they run in one. */
const MAX_LINES = 5

/** What the margin of a ladder needs to know. */
export interface MarginProps {
  readonly margin: Margin
  readonly diagnosis: Diagnosis
  readonly texts: PictureTexts
  readonly lang: Lang
  readonly onFinding: (finding: number) => void
}

/** Beside a row: the lines that pass it, and from a cited segment one that joins the line of its cause. */
export function MarginCell({ row, ...props }: MarginProps & { readonly row: LadderRow }): VNode {
  const { margin, diagnosis, texts, lang, onFinding } = props
  const cites = row.kind === 'segment' ? (margin.cites.get(row.place) ?? []) : []
  const joins = new Set(cites.map(({ cause }) => cause))
  return (
    <span class="ladder-cite" role="cell" style={{ paddingLeft: `${marginWidth(margin)}px` }}>
      {passing(margin, row).map((passes, cause) => (
        <Line key={cause} cause={cause} passes={passes} joins={joins.has(cause)} />
      ))}
      {cites.map(({ cause, says }, index) => {
        const finding = margin.causes[cause]?.finding ?? -1
        const text = says === undefined ? texts.ladder.ownReset : show(renderMessage(says, lang))
        return (
          <button
            key={index}
            type="button"
            class={lineOf(cause)}
            title={text}
            onClick={(event) => {
              event.stopPropagation()
              onFinding(finding)
            }}
          >
            {text}
            <span class="sr">{texts.ladder.proofOf(titleOf(diagnosis, finding, lang))}</span>
          </button>
        )
      })}
    </span>
  )
}

function Line({
  cause,
  passes,
  joins,
}: {
  readonly cause: number
  readonly passes: boolean
  readonly joins: boolean
}): VNode | null {
  if (!passes && !joins) return null
  const left = leftOf(cause)
  return (
    <i class={lineOf(cause)} aria-hidden="true">
      <i class={passes ? 'trunk' : 'trunk first'} style={{ left: `${left}px` }} />
      {joins && <i class="branch" style={{ width: `${left}px` }} />}
      {joins && <i class="joint" style={{ left: `${left}px` }} />}
    </i>
  )
}

/** Where the lines end: each in an arrow to its cause. The last line turns first, so that none crosses another. */
export function MarginEnd({
  margin,
  diagnosis,
  texts,
  lang,
  frames,
  onFinding,
}: MarginProps & { readonly frames: readonly number[] }): VNode {
  const { causes } = margin
  return (
    <span class="ladder-causes" role="cell">
      {causes
        .map(({ finding, segments }, cause) => (
          <span key={finding} class="ladder-cause" style={{ paddingLeft: `${marginWidth(margin)}px` }}>
            {causes.slice(0, cause).map((_, other) => (
              <i key={other} class={lineOf(other)} aria-hidden="true">
                <i class="trunk" style={{ left: `${leftOf(other)}px` }} />
              </i>
            ))}
            <i class={lineOf(cause)} aria-hidden="true">
              <i
                class="elbow"
                style={{ left: `${leftOf(cause)}px`, width: `${marginWidth(margin) - leftOf(cause) - 8}px` }}
              />
              <i class="head" style={{ left: `${marginWidth(margin) - 10}px` }} />
            </i>
            <button type="button" class={lineOf(cause)} onClick={() => onFinding(finding)}>
              <span class="sr">{texts.ladder.causeOf}</span>
              {titleOf(diagnosis, finding, lang)}
              <small>{texts.ladder.citedSegments(segments.length)}</small>
              <span class="sr">
                {texts.listed(segments.map((place) => `${texts.ladder.frame} ${group(frames[place] ?? 0)}`))}
              </span>
            </button>
          </span>
        ))
        .toReversed()}
    </span>
  )
}

function titleOf({ findings }: Diagnosis, finding: number, lang: Lang): string {
  const found = findings[finding]
  return found === undefined ? '' : CAUSE_TITLES[found.cause][lang]
}

export function marginWidth({ causes }: Margin): number {
  return FIRST + Math.min(MAX_LINES, causes.length) * STEP + 4
}

function leftOf(cause: number): number {
  return FIRST + Math.min(MAX_LINES - 1, cause) * STEP
}

function lineOf(cause: number): string {
  return `line line-${Math.min(MAX_LINES - 1, cause)}`
}
