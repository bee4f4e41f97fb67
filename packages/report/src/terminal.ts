import type { Diagnosis } from '@whyreset/core'
import { LABELS } from './messages/labels.ts'
import type { Lang } from './messages/lang.ts'
import { renderMessage } from './messages/render-message.ts'
import {
  clockPhrases,
  inputPhrase,
  notGivenPhrase,
  outline,
  problemPhrase,
  summaryPhrase,
  warningPhrase,
  withoutStop,
  type Outline,
} from './phrases.ts'
import { sourceParagraphs } from './scan/scan-terminal.ts'
import { compactFinding, mainFinding, nameColumnsOf, type Page } from './terminal/finding.ts'
import { alignRight, block, hang, printLines, table } from './terminal/layout.ts'
import { stylerOf, type Styler } from './terminal/style.ts'
import { wrap, type Line } from './terminal/wrap.ts'

export interface TerminalOptions {
  /** Columns; 80 unless told. Taken into 24 … 200. */
  readonly width?: number
  /** `true` for SGR colours, or a function that dresses text, such as `util.styleText`. */
  readonly colour?: boolean | Styler
  readonly lang?: Lang
}

/**
 * The answer as text for a terminal: verdict, who, when, what, proof, what is excluded, fix, next step; then
 * further findings, what was harmless, warnings, and what was wrong with the inputs. No line is wider than
 * `width`, and nothing from an input reaches the terminal but printable characters.
 */
export function renderTerminal(diagnosis: Diagnosis, options: TerminalOptions = {}): string {
  const { width = 80, colour = false, lang = 'en' } = options
  const parts = outline(diagnosis)
  const page: Page = {
    diagnosis,
    names: parts.names,
    width: Number.isFinite(width) ? Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(width))) : 80,
    lang,
    labels: LABELS[lang],
    nameColumns: nameColumnsOf(lang),
  }
  const paragraphs = [
    verdictLines(parts, page),
    parts.main === undefined ? lookedAt(page) : mainFinding(parts.main, page),
    ...(diagnosis.source === undefined ? [] : sourceParagraphs(diagnosis.source, page.width, lang)),
    ...furtherFindings(parts, page),
    remarks(parts, page),
  ].filter((lines) => lines.length > 0)
  return printLines(
    paragraphs.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines])),
    stylerOf(colour),
  )
}

const MIN_WIDTH = 24
const MAX_WIDTH = 200
/** One screen: what is longer is counted, and is in the JSON. */
const MAX_FURTHER = 8
const MAX_HARMLESS = 6
const MAX_WARNINGS = 4
const MAX_PROBLEMS = 5
const MAX_INPUTS = 12

function verdictLines({ main }: Outline, { diagnosis, lang, labels, width }: Page): Line[] {
  const verdict = wrap([{ text: renderMessage(diagnosis.verdict, lang), style: 'bold' }], width)
  if (main === undefined || main.cause === 'unknown') return verdict
  return alignRight(verdict, { text: labels.confidence(main.confidence), style: 'dim' }, width)
}

/** For a run in which nothing was lost: what that rests on. */
function lookedAt(page: Page): Line[] {
  const { diagnosis, names, labels, width, nameColumns } = page
  const room = width - nameColumns
  const rows = diagnosis.inputs.slice(0, MAX_INPUTS).map((input, index) => ({
    left: { text: names[index] ?? input.path },
    right: [{ text: inputPhrase(input, labels) }],
  }))
  const hidden = diagnosis.inputs.length - rows.length
  const withoutCapture = diagnosis.inputs.some((input) => input.kind === 'capture')
    ? ''
    : notGivenPhrase(diagnosis, labels)
  const read = [
    ...table(rows, Math.floor(room * 0.45), room).flat(),
    ...(hidden > 0 ? wrap([{ text: `… ${labels.more(hidden)}` }], room) : []),
    ...(withoutCapture === '' ? [] : wrap([{ text: withoutCapture }], room)),
  ]
  return [
    ...block(labels.seen, wrap([{ text: summaryPhrase(diagnosis, labels) }], room), nameColumns),
    ...block(labels.read, read, nameColumns),
  ]
}

function furtherFindings({ main, further }: Outline, page: Page): Line[][] {
  if (further.length === 0) return []
  const { labels, width } = page
  const shown = further.slice(0, MAX_FURTHER)
  const hidden = further.length - shown.length
  return [
    ...(main === undefined
      ? []
      : [wrap([{ text: `${labels.furtherFindings(further.length)}${labels.colon.trimEnd()}` }], width)]),
    ...shown.map((finding, index) => {
      const before = [...(main === undefined ? [] : [main]), ...shown.slice(0, index)]
      const isFixSaid = before.some(
        ({ cause, fix }) => cause === finding.cause && fix.summary.text === finding.fix.summary.text,
      )
      return compactFinding(finding, page, isFixSaid)
    }),
    ...(hidden > 0 ? [wrap([{ text: `… ${labels.more(hidden)}`, style: 'dim' }], width)] : []),
  ]
}

/** What was harmless, what is about to happen, what was wrong with the inputs, what was counted. */
function remarks({ main, harmless, names }: Outline, page: Page): Line[] {
  const { diagnosis, labels, lang, width } = page
  const lines = (
    name: string,
    texts: readonly string[],
    maximum: number,
    style: 'dim' | 'yellow',
  ): Line[] => {
    const hidden = texts.length - maximum
    const shown = hidden > 0 ? [...texts.slice(0, maximum), `… ${labels.more(hidden)}`] : texts
    return shown.flatMap((text) => hang(`${name}${labels.colon}`, [{ text }], width, style))
  }
  const also = harmless
    .slice(0, MAX_HARMLESS)
    .map((finding) => withoutStop(renderMessage(finding.statement, lang)))
  if (harmless.length > also.length) also.push(`… ${labels.more(harmless.length - also.length)}`)
  const problems = diagnosis.inputs.flatMap((input, index) =>
    input.problems.map(
      (problem) => `${names[index] ?? input.path}${labels.colon}${problemPhrase(problem, lang)}`,
    ),
  )
  const clocks = clockPhrases(diagnosis, lang).map(
    ({ input, says }) => `${names[input] ?? ''}${labels.colon}${says}`,
  )
  return [
    ...(also.length === 0 ? [] : lines(labels.also, [also.join(' · ')], 1, 'dim')),
    ...lines(
      labels.warning,
      diagnosis.warnings.map((warning) => warningPhrase(warning, lang)),
      MAX_WARNINGS,
      'yellow',
    ),
    ...lines(labels.problem, problems, MAX_PROBLEMS, 'yellow'),
    ...lines(labels.clock, clocks, MAX_PROBLEMS, 'dim'),
    ...(main === undefined ? [] : lines(labels.seen, [summaryPhrase(diagnosis, labels)], 1, 'dim')),
  ]
}
