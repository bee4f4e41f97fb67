import type { Diagnosis, Finding, Proof } from '@whyreset/core'
import { cleanShort } from '../escape.ts'
import { CAUSE_TITLES } from '../messages/cause-titles.ts'
import { LABELS } from '../messages/labels.ts'
import type { Labels } from '../messages/answer-labels.ts'
import type { Lang } from '../messages/lang.ts'
import { timeRange } from '../messages/numbers.ts'
import { renderMessage } from '../messages/render-message.ts'
import {
  candidatePhrases,
  endsPhrase,
  exclusionPhrases,
  explainCommand,
  nextSteps,
  notGivenPhrase,
  partyPhrase,
  placePhrase,
  reasonPhrases,
} from '../phrases.ts'
import { columnsOf, cutMiddle, padColumns } from './columns.ts'
import { commandLines } from './command-lines.ts'
import { alignRight, BLOCK_INDENT, block, hang, inset, table, type Row } from './layout.ts'
import { sparkline, tickLine } from './sparkline.ts'
import { lineColumns, wrap, type Line, type Span } from './wrap.ts'

/** Where and how the terminal's answer is written. */
export interface Page {
  readonly diagnosis: Diagnosis
  readonly names: readonly string[]
  readonly width: number
  readonly lang: Lang
  readonly labels: Labels
  /** Columns before the text of a block. */
  readonly nameColumns: number
}

/** One screen: what is longer is counted, and is in the JSON. */
const MAX_REASONS = 6
const MAX_PROOFS = 8
const MAX_EXCLUDED = 8
const MAX_ALTERNATIVES = 4
const MAX_NEXT = 4
/** Columns of a picture: more than a wide screen can compare, fewer than can be told apart. */
const MAX_CELLS = 100
const MIN_CELLS = 12
const MIN_FILE_COLUMNS = 8
/** Below this the proof's text goes under its place, which then has the whole line. */
const NARROW_COLUMNS = 50
/** `capture.pcap frame 12041` should stay whole. */
const MIN_PLACE_COLUMNS = 25
/** UTF-16 units of a file name; longer ones are cut before they are measured. */
const MAX_NAME_LENGTH = 500
/** UTF-16 units of what a proof says: enough to find the line of a log, not all of it. */
const MAX_PROOF_LENGTH = 240

/** Columns that the widest name of a block takes, its indent and the gap after it included. */
export function nameColumnsOf(lang: Lang): number {
  const { who, when, what, proof, not, maybe, fix, next, seen, read } = LABELS[lang]
  const widest = Math.max(...[who, when, what, proof, not, maybe, fix, next, seen, read].map(columnsOf))
  return BLOCK_INDENT + widest + 2
}

/** The finding that the verdict speaks of, in full: who, when, what, proof, not; then what to do. */
export function mainFinding(finding: Finding, page: Page): Line[] {
  const { labels, nameColumns } = page
  const room = page.width - nameColumns
  const blocks: [string, Line[]][] = [
    [labels.who, whoLines(finding, page, room)],
    [labels.when, whenLines(finding, page, room)],
    [labels.what, whatLines(finding, page, room)],
    [labels.proof, proofLines(finding.proof, page, room)],
    [labels.not, notLines(finding, page, room)],
    [labels.maybe, maybeLines(finding, page, room)],
  ]
  const actions: [string, Line[]][] = [
    [labels.fix, fixLines(finding, page, room)],
    [labels.next, nextLines(finding, page, room)],
  ]
  const draw = (parts: readonly [string, Line[]][]): Line[] =>
    parts.flatMap(([name, lines]) => block(name, lines, nameColumns))
  return [...draw(blocks), [], ...draw(actions)]
}

/** Any other finding in a few lines: cause, how many, who, statement, and its fix where that was not said yet. */
export function compactFinding(finding: Finding, page: Page, isFixSaid: boolean): Line[] {
  const { labels, lang } = page
  const room = page.width - BLOCK_INDENT
  const head: Span[] = [
    { text: CAUSE_TITLES[finding.cause][lang], style: 'bold' },
    ...(finding.resetBy === 'none'
      ? []
      : [{ text: ` · ${labels.connections(finding.connections)} · ${labels.resetBy[finding.resetBy]}` }]),
  ]
  const ends = [endsPhrase(finding, labels), timeRange(finding.from, finding.to)]
    .filter((text) => text !== '')
    .join('  ')
  const confidence = finding.cause === 'unknown' ? '' : labels.percent(finding.confidence)
  const inner = room - BLOCK_INDENT
  const body = [
    ...wrap([{ text: ends, style: 'dim' }], inner),
    ...wrap([{ text: renderMessage(finding.statement, lang) }], inner),
    ...(finding.resetBy === 'none' ? proofLines(finding.proof.slice(0, 1), page, inner) : []),
    ...(finding.cause === 'unknown' ? maybeLines(finding, page, inner) : []),
    ...(isFixSaid ? [] : fixLines(finding, page, inner, `${labels.fix}${labels.colon}`)),
  ]
  const headLines = alignRight(wrap(head, room), { text: confidence, style: 'dim' }, room)
  return inset([...headLines, ...inset(body, BLOCK_INDENT)], BLOCK_INDENT)
}

function whoLines(finding: Finding, { labels }: Page, width: number): Line[] {
  const { parties, resetBy } = finding
  const roles = [labels.party.client, labels.party.server]
  const roleColumns = Math.max(...roles.map(columnsOf)) + 2
  const rows: Row[] = [
    {
      left: { text: labels.endpoints(finding.client), style: 'bold' },
      right: [{ text: partyPhrase(parties?.client, resetBy === 'client', labels) }],
    },
    {
      left: { text: labels.endpoints(finding.server), style: 'bold' },
      right: [{ text: partyPhrase(parties?.server, resetBy === 'server', labels) }],
    },
  ]
  const room = width - roleColumns
  const lines = table(rows, room, room).flatMap((row, index) =>
    inset(row, roleColumns, { text: padColumns(roles[index] ?? '', roleColumns) }),
  )
  if (resetBy === 'client' || resetBy === 'server') return lines
  const note = resetBy === 'middlebox' ? labels.sentByMiddlebox : labels.resetBy[resetBy]
  return [...lines, ...wrap([{ text: note }], width)]
}

function whenLines({ from, to, trigger }: Finding, { labels }: Page, width: number): Line[] {
  if (trigger === undefined) return wrap([{ text: timeRange(from, to) }], width)
  const says = wrap([{ text: labels.trigger(trigger) }], width)
  const { series } = trigger
  if (series === undefined) return [...says, ...wrap([{ text: timeRange(from, to) }], width)]
  const range = timeRange(series.from, series.to)
  const nameColumns = Math.max(columnsOf(labels.resets), columnsOf(labels.collections)) + 2
  const cells = Math.min(width - nameColumns, MAX_CELLS)
  const row = (name: string, picture: string, style: Span['style'] & string): Line => [
    { text: padColumns(name, nameColumns), style: 'dim' },
    { text: picture, style },
  ]
  if (cells < MIN_CELLS) return [...says, ...wrap([{ text: range, style: 'dim' }], width)]
  return [
    ...says,
    row(labels.resets, sparkline(series.resets, cells), 'red'),
    row(labels.collections, tickLine(series.collections, cells), 'cyan'),
    ...inset(wrap([{ text: range, style: 'dim' }], width - nameColumns), nameColumns),
  ]
}

function whatLines(finding: Finding, { diagnosis, lang, labels }: Page, width: number): Line[] {
  const sentences = reasonPhrases(finding, diagnosis, lang)
  return limited(sentences, MAX_REASONS, labels, width, (sentence) =>
    hangingLines([{ text: sentence }], width),
  )
}

function proofLines(proof: readonly Proof[], { names, lang, labels }: Page, width: number): Line[] {
  const shown = proof.slice(0, MAX_PROOFS)
  const nameRoom = width < NARROW_COLUMNS ? width : Math.max(MIN_PLACE_COLUMNS, Math.floor(width / 2))
  const rows = shown.map((item): Row => {
    const place = placePhrase(item, labels)
    const name = cutMiddle(
      cleanShort(names[item.input] ?? `#${item.input}`, MAX_NAME_LENGTH),
      Math.max(MIN_FILE_COLUMNS, nameRoom - columnsOf(place) - 1),
    )
    return {
      left: { text: `${name} ${place}`, style: 'cyan' },
      right: [{ text: cleanShort(renderMessage(item.says, lang), MAX_PROOF_LENGTH) }],
    }
  })
  return [...table(rows, width, width).flat(), ...moreLines(proof.length - shown.length, labels, width)]
}

function notLines(finding: Finding, { lang, labels }: Page, width: number): Line[] {
  return exclusionPhrases(finding, lang)
    .slice(0, MAX_EXCLUDED)
    .flatMap(({ families, because }) =>
      hangingLines([{ text: `${families}${labels.colon}`, style: 'dim' }, { text: because }], width),
    )
}

/** What else it may be, and the evidence that would tell. */
function maybeLines(finding: Finding, { diagnosis, lang, labels }: Page, width: number): Line[] {
  const candidates = limited(
    candidatePhrases(finding, lang),
    MAX_ALTERNATIVES,
    labels,
    width,
    ({ cause, share, wouldTell }) => [
      ...wrap([{ text: cause }, { text: labels.remark(share), style: 'dim' }], width),
      ...inset(hang('→ ', [{ text: wouldTell }], width - 2), 2),
    ],
  )
  const missing = finding.cause === 'unknown' ? notGivenPhrase(diagnosis, labels) : ''
  return missing === '' ? candidates : [...candidates, ...wrap([{ text: missing, style: 'dim' }], width)]
}

function fixLines({ cause, fix }: Finding, { lang }: Page, width: number, name = ''): Line[] {
  const summary = hang(name, [{ text: renderMessage(fix.summary, lang), style: 'green' }], width)
  return alignRight(summary, { text: explainCommand(cause), style: 'dim' }, width)
}

function nextLines(finding: Finding, { lang, labels }: Page, width: number): Line[] {
  return limited(nextSteps(finding), MAX_NEXT, labels, width, ({ says, command }) => {
    const reason: Span = { text: renderMessage(says, lang) }
    if (command === undefined) return wrap([reason], width)
    const lines = commandLines(command, width).map((text): Line => [{ text, style: 'bold' }])
    const last = lines.at(-1) ?? []
    const beside = wrap([{ text: '   ' }, reason], MAX_NAME_LENGTH)[0] ?? []
    if (lines.length === 1 && lineColumns(last) + lineColumns(beside) <= width) return [[...last, ...beside]]
    return [...lines, ...inset(wrap([reason], width - 2), 2)]
  })
}

/** One of several items: its later lines stand in, so that the next one is seen to begin. */
function hangingLines(spans: readonly Span[], width: number): Line[] {
  const lines = wrap(spans, width)
  if (lines.length === 1) return lines
  return wrap(spans, width - 2).map((line, index) => (index === 0 ? line : [{ text: '  ' }, ...line]))
}

/** The first items, and a line that counts the rest. */
function limited<T>(
  items: readonly T[],
  maximum: number,
  labels: Labels,
  width: number,
  draw: (item: T) => Line[],
): Line[] {
  return [...items.slice(0, maximum).flatMap(draw), ...moreLines(items.length - maximum, labels, width)]
}

function moreLines(hidden: number, labels: Labels, width: number): Line[] {
  return hidden > 0 ? wrap([{ text: `… ${labels.more(hidden)}`, style: 'dim' }], width) : []
}
