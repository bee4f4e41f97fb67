import type { Comparison } from '@whyreset/core'
import { LABELS } from '../messages/labels.ts'
import type { Lang } from '../messages/lang.ts'
import { renderMessage } from '../messages/render-message.ts'
import type { TerminalOptions } from '../terminal.ts'
import { columnsOf, padColumns } from '../terminal/columns.ts'
import { BLOCK_INDENT, block, hang, inset, printLines } from '../terminal/layout.ts'
import { stylerOf, type Style } from '../terminal/style.ts'
import { wrap, type Line } from '../terminal/wrap.ts'
import { COMPARE_LABELS } from './compare-labels.ts'
import { harmlessPhrases, rowsOf, sidePhrase, type RowPhrases } from './compare-phrases.ts'

/** The comparison as text for a terminal: verdict, the two sides, what is gone, what stayed, what is new, churn, notes. */
export function renderComparisonTerminal(comparison: Comparison, options: TerminalOptions = {}): string {
  const { width: wished = 80, colour = false, lang = 'en' } = options
  const width = Number.isFinite(wished) ? Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(wished))) : 80
  const sheet: Sheet = { comparison, lang, width, nameColumns: nameColumnsOf(lang) }
  const paragraphs = [
    wrap([{ text: renderMessage(comparison.verdict, lang), style: 'bold' }], width),
    sideLines(sheet),
    ...rowParagraphs(sheet),
    churnLines(sheet),
    remarks(sheet),
  ].filter((lines) => lines.length > 0)
  return printLines(
    paragraphs.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines])),
    stylerOf(colour),
  )
}

interface Sheet {
  readonly comparison: Comparison
  readonly lang: Lang
  readonly width: number
  /** Columns before the text of a block. */
  readonly nameColumns: number
}

const MIN_WIDTH = 24
const MAX_WIDTH = 200
/** One screen: what is longer is counted, and is in the JSON. */
const MAX_ROWS = 8
const MAX_NOTES = 8
const MAX_HARMLESS = 6
const MAX_SERVICES = 3

const STYLES: Readonly<Record<RowPhrases['change'], Style>> = {
  gone: 'green',
  stayed: 'yellow',
  new: 'red',
  incomparable: 'dim',
}

function nameColumnsOf(lang: Lang): number {
  const { before, after, change } = COMPARE_LABELS[lang]
  const words = Object.values(change).map((word) => `${word}?`)
  return BLOCK_INDENT + Math.max(...[before, after, ...words].map(columnsOf)) + 1
}

function sideLines({ comparison, lang, width, nameColumns }: Sheet): Line[] {
  const { before, after } = COMPARE_LABELS[lang]
  const room = width - nameColumns
  return [
    ...block(before, wrap([{ text: sidePhrase(comparison.before, lang) }], room), nameColumns),
    ...block(after, wrap([{ text: sidePhrase(comparison.after, lang) }], room), nameColumns),
  ]
}

function rowParagraphs(sheet: Sheet): Line[][] {
  const { comparison, lang, width } = sheet
  const rows = rowsOf(comparison, lang)
  const hidden = rows.length - MAX_ROWS
  return [
    ...rows.slice(0, MAX_ROWS).map((row) => rowLines(row, sheet)),
    ...(hidden > 0 ? [wrap([{ text: `… ${LABELS[lang].more(hidden)}`, style: 'dim' }], width)] : []),
  ]
}

function rowLines(row: RowPhrases, { lang, width, nameColumns }: Sheet): Line[] {
  const words = COMPARE_LABELS[lang]
  const style: Style = row.isSure ? STYLES[row.change] : 'yellow'
  const room = width - nameColumns
  const names = [words.before, words.after, words.chance]
  const columns = Math.max(...names.map(columnsOf)) + 2
  const item = (name: string, text: string): Line[] =>
    text === '' ? [] : hang(padColumns(name, columns), [{ text }], room)
  const lines = [
    ...wrap([{ text: row.title, style }], room),
    ...item(words.before, row.before),
    ...item('', row.endsBefore),
    ...item(words.after, row.after),
    ...item('', row.endsAfter),
    ...item(words.chance, row.chance),
  ]
  const name = padColumns(row.became, nameColumns - BLOCK_INDENT)
  return inset(inset(lines, nameColumns - BLOCK_INDENT, { text: name, style }), BLOCK_INDENT)
}

/** How connections come and go at the busiest services that both sides used. */
function churnLines({ comparison, lang, width, nameColumns }: Sheet): Line[] {
  const { churn } = COMPARE_LABELS[lang]
  const told = comparison.services.slice(0, MAX_SERVICES).map(({ says }) => renderMessage(says, lang))
  const lines = told.flatMap((text) => wrap([{ text }], width - nameColumns))
  return lines.length === 0 ? [] : block(churn, lines, nameColumns)
}

function remarks({ comparison, lang, width }: Sheet): Line[] {
  const labels = LABELS[lang]
  const { note } = COMPARE_LABELS[lang]
  const harmless = harmlessPhrases(comparison, lang)
  const also = harmless.slice(0, MAX_HARMLESS)
  if (harmless.length > also.length) also.push(`… ${labels.more(harmless.length - also.length)}`)
  const notes = comparison.notes.slice(0, MAX_NOTES).map((message) => renderMessage(message, lang))
  if (comparison.notes.length > notes.length)
    notes.push(`… ${labels.more(comparison.notes.length - notes.length)}`)
  return [
    ...(also.length === 0 ? [] : hang(`${labels.also}${labels.colon}`, [{ text: also.join(' · ') }], width)),
    ...notes.flatMap((text) => hang(`${note}${labels.colon}`, [{ text }], width)),
  ]
}
