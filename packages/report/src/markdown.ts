import type { Diagnosis, Finding, Message } from '@whyreset/core'
import { cleanShort, codeCell, codeFence, codeSpan, escapeMarkdown } from './escape.ts'
import { CAUSE_TITLES } from './messages/cause-titles.ts'
import { LABELS } from './messages/labels.ts'
import type { Labels } from './messages/answer-labels.ts'
import type { Lang } from './messages/lang.ts'
import { timeRange } from './messages/numbers.ts'
import { renderMessage } from './messages/render-message.ts'
import {
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
import { sourceMarkdown } from './scan/scan-markdown.ts'
import { padColumns } from './terminal/columns.ts'
import { sparkline, tickLine } from './terminal/sparkline.ts'

export interface MarkdownOptions {
  readonly lang?: Lang
}

/**
 * The answer as GitHub-flavoured Markdown, to paste into a ticket, in the order of the terminal's answer.
 * Nothing from an input is markup in it.
 */
export function renderMarkdown(diagnosis: Diagnosis, { lang = 'en' }: MarkdownOptions = {}): string {
  const sheet: Sheet = { diagnosis, lang, labels: LABELS[lang], parts: outline(diagnosis) }
  const paragraphs = [
    verdict(sheet),
    ...(sheet.parts.main === undefined ? lookedAt(sheet) : mainFinding(sheet.parts.main, sheet)),
    ...(diagnosis.source === undefined ? [] : sourceMarkdown(diagnosis.source, lang)),
    ...furtherFindings(sheet),
    ...remarks(sheet),
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

interface Sheet {
  readonly diagnosis: Diagnosis
  readonly lang: Lang
  readonly labels: Labels
  readonly parts: Outline
}

/** A ticket holds more than a screen, but not everything: the JSON does. */
const MAX_ITEMS = 30
/** UTF-16 units of one sentence. */
const MAX_SENTENCE_LENGTH = 4000
/** Columns of a picture: what a ticket shows without scrolling sideways. */
const PICTURE_CELLS = 80

function verdict({ diagnosis, parts: { main }, labels, lang }: Sheet): string {
  const says = `**${plain(renderMessage(diagnosis.verdict, lang)).trim()}**`
  if (main === undefined || main.cause === 'unknown') return says
  return `${says}${labels.remark(labels.confidence(main.confidence))}`
}

function lookedAt({ diagnosis, labels, parts: { names } }: Sheet): string[] {
  const inputs = diagnosis.inputs
    .slice(0, MAX_ITEMS)
    .map((input, index) => [codeCell(names[index] ?? input.path), plain(inputPhrase(input, labels))])
  const hasCapture = diagnosis.inputs.some((input) => input.kind === 'capture')
  return [
    plain(summaryPhrase(diagnosis, labels)),
    table([labels.read, ''], inputs),
    more(diagnosis.inputs.length, labels),
    hasCapture ? '' : notGivenPhrase(diagnosis, labels),
  ]
}

function mainFinding(finding: Finding, sheet: Sheet): string[] {
  const { labels, lang } = sheet
  return [
    ...who(finding, sheet),
    ...when(finding, sheet),
    ...what(finding, sheet),
    ...proof(finding, sheet),
    ...bullets(
      labels.not,
      exclusionPhrases(finding, lang).map(
        ({ families, because }) => `${families}${labels.colon}${plain(because)}`,
      ),
      labels,
    ),
    ...maybe(finding, sheet),
    heading(labels.fix),
    `${plain(renderMessage(finding.fix.summary, lang))} ${codeSpan(explainCommand(finding.cause))}`,
    ...next(finding, sheet),
  ]
}

function who({ client, server, parties, resetBy }: Finding, { labels }: Sheet): string[] {
  const rows = [
    [
      labels.party.client,
      codeCell(labels.endpoints(client)),
      plain(partyPhrase(parties?.client, resetBy === 'client', labels)),
    ],
    [
      labels.party.server,
      codeCell(labels.endpoints(server)),
      plain(partyPhrase(parties?.server, resetBy === 'server', labels)),
    ],
  ]
  const byParty = resetBy === 'client' || resetBy === 'server'
  const note = resetBy === 'middlebox' ? labels.sentByMiddlebox : labels.resetBy[resetBy]
  return [table([labels.who, '', ''], rows), byParty ? '' : note]
}

function when({ from, to, trigger }: Finding, { labels }: Sheet): string[] {
  if (trigger === undefined) return [heading(labels.when), plain(timeRange(from, to))]
  const { series } = trigger
  const says = [heading(labels.when), plain(labels.trigger(trigger))]
  if (series === undefined) return [...says, plain(timeRange(from, to))]
  const picture = [
    `${padColumns(labels.resets, PICTURE_NAME_COLUMNS)}${sparkline(series.resets, PICTURE_CELLS)}`,
    `${padColumns(labels.collections, PICTURE_NAME_COLUMNS)}${tickLine(series.collections, PICTURE_CELLS)}`,
    timeRange(series.from, series.to),
  ]
  return [
    ...says,
    codeFence(
      picture.map((line) => line.trimEnd()),
      'text',
    ),
  ]
}

const PICTURE_NAME_COLUMNS = 13

function what(finding: Finding, { diagnosis, labels, lang }: Sheet): string[] {
  const reasons = reasonPhrases(finding, diagnosis, lang).map((reason) => plain(withoutStop(reason)))
  return bullets(labels.what, reasons, labels)
}

function proof({ proof: items }: Finding, { parts: { names }, labels, lang }: Sheet): string[] {
  const rows = items
    .slice(0, MAX_ITEMS)
    .map((item) => [
      `${codeCell(names[item.input] ?? `#${item.input}`)} ${placePhrase(item, labels)}`,
      sentence(item.says, lang),
    ])
  return [table([labels.proof, ''], rows), more(items.length, labels)]
}

function maybe(finding: Finding, { diagnosis, labels, lang }: Sheet): string[] {
  const missing = finding.cause === 'unknown' ? notGivenPhrase(diagnosis, labels) : ''
  return [...bullets(labels.maybe, candidates(finding, labels, lang), labels), missing]
}

function candidates(finding: Finding, labels: Labels, lang: Lang): string[] {
  return candidatePhrases(finding, lang).map(
    ({ cause, share, wouldTell }) => `${cause}${labels.remark(share)}${labels.colon}${plain(wouldTell)}`,
  )
}

/** What an undecided finding may be; the others have their cause. */
function openCandidates(finding: Finding, { labels, lang }: Sheet): string[] {
  return finding.cause === 'unknown' ? candidates(finding, labels, lang) : []
}

function next(finding: Finding, { labels, lang }: Sheet): string[] {
  const steps = nextSteps(finding)
  if (steps.length === 0) return []
  const drawn = steps
    .slice(0, MAX_ITEMS)
    .flatMap(({ says, command }) => [
      sentence(says, lang),
      command === undefined ? '' : codeFence([cleanShort(command, MAX_SENTENCE_LENGTH)], 'sh'),
    ])
  return [heading(labels.next), ...drawn, more(steps.length, labels)]
}

function furtherFindings(sheet: Sheet): string[] {
  const { parts, labels, lang } = sheet
  const { further } = parts
  const rows = further
    .slice(0, MAX_ITEMS)
    .map((finding) => [
      `**${CAUSE_TITLES[finding.cause][lang]}**`,
      finding.resetBy === 'none'
        ? ''
        : `${labels.connections(finding.connections)}${labels.comma}${labels.resetBy[finding.resetBy]}`,
      endsCell(finding, labels),
      [sentence(finding.statement, lang), ...openCandidates(finding, sheet)].join(' · '),
      sentence(finding.fix.summary, lang),
      finding.cause === 'unknown' ? '' : labels.percent(finding.confidence),
    ])
  const title = labels.furtherFindings(further.length)
  return [table([title, '', labels.who, labels.what, labels.fix, ''], rows), more(further.length, labels)]
}

function endsCell(finding: Finding, labels: Labels): string {
  const ends = endsPhrase(finding, labels)
  return ends === '' ? '' : codeCell(ends)
}

function remarks({ diagnosis, parts: { main, harmless, names }, labels, lang }: Sheet): string[] {
  const problems = diagnosis.inputs.flatMap(({ problems: found, path }, index) =>
    found.map(
      (problem) => `${codeSpan(names[index] ?? path)}${labels.colon}${plain(problemPhrase(problem, lang))}`,
    ),
  )
  const clocks = clockPhrases(diagnosis, lang).map(
    ({ input, says }) => `${codeSpan(names[input] ?? '')}${labels.colon}${plain(withoutStop(says))}`,
  )
  return [
    ...bullets(
      labels.also,
      harmless.map(({ statement }) => sentence(statement, lang)),
      labels,
    ),
    ...bullets(
      labels.warning,
      diagnosis.warnings.map((warning) => plain(warningPhrase(warning, lang))),
      labels,
    ),
    ...bullets(labels.problem, problems, labels),
    ...bullets(labels.clock, clocks, labels),
    main === undefined ? '' : plain(summaryPhrase(diagnosis, labels)),
  ]
}

function heading(name: string): string {
  return `**${name}**`
}

/** Items are Markdown already. */
function bullets(name: string, items: readonly string[], labels: Labels): string[] {
  if (items.length === 0) return []
  const shown = items.slice(0, MAX_ITEMS).map((item) => `- ${item}`)
  return [heading(name), shown.join('\n'), more(items.length, labels)]
}

/** Cells are Markdown already, without line breaks. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function more(items: number, labels: Labels): string {
  return items > MAX_ITEMS ? `… ${labels.more(items - MAX_ITEMS)}` : ''
}

function sentence(message: Message, lang: Lang): string {
  return plain(withoutStop(renderMessage(message, lang)))
}

function plain(text: string): string {
  return escapeMarkdown(cleanShort(text, MAX_SENTENCE_LENGTH))
}
