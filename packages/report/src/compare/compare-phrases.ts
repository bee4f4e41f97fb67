import type {
  CauseChange,
  CauseCount,
  ComparedSide,
  Comparison,
  WarningChange,
  WarningCount,
} from '@whyreset/core'
import { CAUSE_TITLES } from '../messages/cause-titles.ts'
import { LABELS } from '../messages/labels.ts'
import type { Lang } from '../messages/lang.ts'
import { COMPARE_LABELS } from './compare-labels.ts'

/** One thing that both sides were asked about, in words. */
export interface RowPhrases {
  readonly change: CauseChange['change']
  /** What became of it in a word, with a question mark where chance may have done it. */
  readonly became: string
  readonly isSure: boolean
  readonly title: string
  readonly before: string
  readonly after: string
  /** Empty where there was nothing to test. */
  readonly chance: string
  /** Whom it was about; the side that had it. */
  readonly endsBefore: string
  readonly endsAfter: string
}

/** What matters: causes that lost something, and what piles up; in the order gone, stayed, new, unclear. */
export function rowsOf(comparison: Comparison, lang: Lang): readonly RowPhrases[] {
  const causes = comparison.causes.filter(({ severity }) => severity !== 'info')
  const rows = [
    ...causes.map((cause) => causeRow(cause, comparison, lang)),
    ...comparison.warnings.map((warning) => warningRow(warning, lang)),
  ]
  return ORDER.flatMap((change) => rows.filter((row) => row.change === change))
}

/** In which nothing was lost: one phrase each. */
export function harmlessPhrases(comparison: Comparison, lang: Lang): readonly string[] {
  const labels = LABELS[lang]
  const own = COMPARE_LABELS[lang]
  return comparison.causes
    .filter(({ severity }) => severity === 'info')
    .map(({ cause, change, before, after }) => {
      const counts = [before, after].map((side) => (side === undefined ? '?' : String(side.connections)))
      return `${CAUSE_TITLES[cause][lang]}${labels.remark(`${own.change[change]}${labels.comma}${counts.join(' → ')}`)}`
    })
}

/** `before/: 225 connections in 65 s …`. */
export function sidePhrase(side: ComparedSide, lang: Lang): string {
  const told = COMPARE_LABELS[lang].side(side)
  return side.name === undefined ? told : `${side.name}${LABELS[lang].colon}${told}`
}

const ORDER: readonly CauseChange['change'][] = ['gone', 'stayed', 'new', 'incomparable']

function causeRow(row: CauseChange, { before, after }: Comparison, lang: Lang): RowPhrases {
  const labels = LABELS[lang]
  const { causeAfter, resetBy, change } = row
  const name = CAUSE_TITLES[row.cause][lang]
  const titles = causeAfter === undefined ? name : `${name} → ${CAUSE_TITLES[causeAfter][lang]}`
  return {
    change,
    ...becameOf(change, row.chance?.couldBeChance, lang),
    title: resetBy === 'none' ? titles : `${titles}${labels.comma}${labels.resetBy[resetBy]}`,
    before: causeCount(row.before, before, lang),
    after: causeCount(row.after, after, lang),
    endsBefore: ends(row.before, lang),
    endsAfter: isSameEnds(row) ? '' : ends(row.after, lang),
    chance: chancePhrase(row, lang),
  }
}

function becameOf(
  change: CauseChange['change'],
  couldBeChance: boolean | undefined,
  lang: Lang,
): Pick<RowPhrases, 'became' | 'isSure'> {
  const word = COMPARE_LABELS[lang].change[change]
  const isSure = change === 'stayed' || couldBeChance !== true
  return { became: isSure ? word : `${word}?`, isSure }
}

function causeCount(own: CauseCount | undefined, side: ComparedSide, lang: Lang): string {
  const words = COMPARE_LABELS[lang]
  if (own === undefined) return words.notLookedFor
  const { connections, per1000Connections, perMinute } = own
  const rates = [
    per1000Connections === undefined ? '' : words.per1000(per1000Connections),
    perMinute === undefined ? '' : words.perMinute(perMinute),
  ].filter((rate) => rate !== '' && connections > 0)
  return [words.share(connections, side.connections), ...rates].join(LABELS[lang].comma)
}

function ends(own: CauseCount | undefined, lang: Lang): string {
  return [own?.client, own?.server]
    .filter((end) => end !== undefined && end !== NOT_KNOWN)
    .map((end) => LABELS[lang].endpoints(end ?? ''))
    .join(' → ')
}

function isSameEnds({ before, after }: CauseChange): boolean {
  return before?.client === after?.client && before?.server === after?.server
}

function chancePhrase({ chance, change }: CauseChange, lang: Lang): string {
  if (chance === undefined) return ''
  const words = COMPARE_LABELS[lang]
  const { semicolon } = LABELS[lang]
  const verdict = change === 'stayed' ? words.withinChance : words.couldBeChance
  return [
    words.tested(chance),
    ...(chance.couldBeChance ? [verdict] : []),
    ...(chance.wouldTell === undefined ? [] : [words.tell(chance.wouldTell)]),
  ].join(semicolon)
}

function warningRow({ change, kind, before, after, couldBeChance }: WarningChange, lang: Lang): RowPhrases {
  const words = COMPARE_LABELS[lang]
  return {
    change,
    ...becameOf(change, couldBeChance, lang),
    title: words.warning[kind],
    before: warningCount(before, lang),
    after: warningCount(after, lang),
    endsBefore: before?.peer ?? '',
    endsAfter: before?.peer === after?.peer ? '' : (after?.peer ?? ''),
    chance: couldBeChance === true ? words.tooShort : '',
  }
}

function warningCount(own: WarningCount | undefined, lang: Lang): string {
  const words = COMPARE_LABELS[lang]
  if (own === undefined) return words.notLookedFor
  const { connections, process, growthPerMinute } = own
  const details = [
    process ?? '',
    growthPerMinute === undefined ? '' : LABELS[lang].growth(growthPerMinute),
  ].filter((detail) => detail !== '')
  const told = words.stuck(connections)
  return details.length === 0 ? told : `${told}${LABELS[lang].remark(details.join(LABELS[lang].comma))}`
}

/** What core writes in the place of an address that no input names. */
const NOT_KNOWN = 'unknown'
