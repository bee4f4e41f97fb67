import type { Comparison } from '@whyreset/core'
import { cleanShort, codeCell, escapeMarkdown } from '../escape.ts'
import type { MarkdownOptions } from '../markdown.ts'
import { LABELS } from '../messages/labels.ts'
import type { Lang } from '../messages/lang.ts'
import { renderMessage } from '../messages/render-message.ts'
import { COMPARE_LABELS } from './compare-labels.ts'
import { harmlessPhrases, rowsOf, sidePhrase, type RowPhrases } from './compare-phrases.ts'

/** A ticket holds more than a screen, but not everything: the JSON does. */
const MAX_ITEMS = 30
/** UTF-16 units of one sentence. */
const MAX_SENTENCE_LENGTH = 4000

/** The comparison as GitHub-flavoured Markdown, to paste into a ticket. Nothing from an input is markup in it. */
export function renderComparisonMarkdown(
  comparison: Comparison,
  { lang = 'en' }: MarkdownOptions = {},
): string {
  const words = COMPARE_LABELS[lang]
  const labels = LABELS[lang]
  const rows = rowsOf(comparison, lang)
  const harmless = harmlessPhrases(comparison, lang)
  const paragraphs = [
    `**${plain(renderMessage(comparison.verdict, lang)).trim()}**`,
    bullets([
      `${words.before}${labels.colon}${plain(sidePhrase(comparison.before, lang))}`,
      `${words.after}${labels.colon}${plain(sidePhrase(comparison.after, lang))}`,
    ]),
    table(rows.slice(0, MAX_ITEMS), lang),
    rows.length > MAX_ITEMS ? `… ${labels.more(rows.length - MAX_ITEMS)}` : '',
    harmless.length === 0
      ? ''
      : `${labels.also}${labels.colon}${harmless.slice(0, MAX_ITEMS).map(plain).join(' · ')}`,
    bullets(
      comparison.services
        .slice(0, MAX_ITEMS)
        .map(({ says }) => `${words.churn}${labels.colon}${plain(renderMessage(says, lang))}`),
    ),
    bullets(
      comparison.notes
        .slice(0, MAX_ITEMS)
        .map((note) => `${words.note}${labels.colon}${plain(renderMessage(note, lang))}`),
    ),
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

function table(rows: readonly RowPhrases[], lang: Lang): string {
  if (rows.length === 0) return ''
  const { cause, before, after, chance } = COMPARE_LABELS[lang]
  const head = ['', cause, before, after, chance]
  const cells = rows.map((row) => [
    `**${row.became}**`,
    plain(row.title),
    withEnds(row.before, row.endsBefore),
    withEnds(row.after, row.endsAfter),
    plain(row.chance),
  ])
  return [head, head.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function withEnds(count: string, ends: string): string {
  return ends === '' ? plain(count) : `${plain(count)} ${codeCell(ends)}`
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function plain(text: string): string {
  return escapeMarkdown(cleanShort(text, MAX_SENTENCE_LENGTH))
}
