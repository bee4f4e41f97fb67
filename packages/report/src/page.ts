// What the page shows beside its pictures: the phrases of the other reports, without their layouts and schemas.
export { COMPARE_LABELS } from './compare/compare-labels.ts'
export { harmlessPhrases, rowsOf, sidePhrase, type RowPhrases } from './compare/compare-phrases.ts'
export { cleanShort } from './escape.ts'
export type { PageData, PageSide } from './html.ts'
export { CAUSE_TITLES } from './messages/cause-titles.ts'
export { LABELS } from './messages/labels.ts'
export type { Labels } from './messages/answer-labels.ts'
export type { Lang } from './messages/lang.ts'
export { count, decimal, duration, timeRange } from './messages/numbers.ts'
export { renderMessage } from './messages/render-message.ts'
export { fixSays, ruleSays } from './scan/rule-says.ts'
export { isSameFix, SCAN_LABELS, sourceSummary, sourceVerdict } from './scan/scan-phrases.ts'
export {
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
  summaryPhrase,
  warningPhrase,
  withoutStop,
  type Outline,
} from './phrases.ts'
