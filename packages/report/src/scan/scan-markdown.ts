import { cleanShort, codeCell, codeFence, codeSpan, escapeMarkdown } from '../escape.ts'
import { LABELS } from '../messages/labels.ts'
import type { Lang } from '../messages/lang.ts'
import { renderMessage } from '../messages/render-message.ts'
import { fixSays, ruleSays } from './rule-says.ts'
import type { ScanPlace, ScanReport } from '../scan-schema.ts'
import {
  isSameFix,
  SCAN_LABELS,
  scanSummary,
  scanVerdict,
  sourceSummary,
  sourceVerdict,
} from './scan-phrases.ts'

/** A ticket holds more than a screen, but not everything. */
const MAX_PLACES = 50
/** Below an answer. */
const MAX_PLACES_BELOW = 5
const MAX_LENGTH = 2000
/** UTF-16 units of a line of code. */
const MAX_CODE_LENGTH = 200
const FENCES: Readonly<Record<ScanPlace['language'], string>> = {
  java: 'java',
  kotlin: 'kotlin',
  javascript: 'ts',
  python: 'python',
  go: 'go',
  csharp: 'csharp',
}

/** The places as GitHub-flavoured Markdown. Nothing from the source is markup in it. */
export function renderScanMarkdown(report: ScanReport, lang: Lang = 'en'): string {
  const paragraphs = [
    `**${plain(scanVerdict(report, lang))}**`,
    ...placeParagraphs(report.results.slice(0, MAX_PLACES), lang),
    more(report.results.length - MAX_PLACES, lang),
    problems(report, lang),
    plain(scanSummary(report, lang)),
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

/** What the source says of an answer: paragraphs to stand below the finding. */
export function sourceMarkdown(source: ScanReport, lang: Lang): string[] {
  return [
    `**${plain(sourceVerdict(source, lang))}**`,
    ...placeParagraphs(source.results.slice(0, MAX_PLACES_BELOW), lang),
    more(source.results.length - MAX_PLACES_BELOW, lang),
    plain(sourceSummary(source, lang)),
  ]
}

/** Each place; what to write instead once for each rule. */
function placeParagraphs(places: readonly ScanPlace[], lang: Lang): string[] {
  return places.map((place, index) => {
    const isFixShown = !places.slice(0, index).some((before) => isSameFix(before, place))
    return placeParagraph(place, isFixShown, lang)
  })
}

function placeParagraph(place: ScanPlace, isFixShown: boolean, lang: Lang): string {
  const { percent, remark } = LABELS[lang]
  const outcome = SCAN_LABELS[lang].outcomes[place.outcome]
  const isHidden = place.frame.lines.every((text) => text === '…')
  return [
    `${codeSpan(`${place.file}:${place.line}`)} · ${SCAN_LABELS[lang].severity[place.severity]} · ${codeSpan(place.rule)} · ${percent(place.confidence)}`,
    ...(isHidden ? [] : [codeFence(numbered(place), FENCES[place.language])]),
    `${plain(ruleSays(place, lang))}${outcome === '' ? '' : remark(outcome)}`,
    (place.related ?? [])
      .map((other) => `- ${plain(SCAN_LABELS[lang].also(other.line, ruleSays(other, lang)))}`)
      .join('\n'),
    (place.evidence ?? []).map((says) => `- ${plain(renderMessage(says, lang))}`).join('\n'),
    ...(isFixShown && place.fix !== ''
      ? [
          `${LABELS[lang].fix}${LABELS[lang].colon}`.trimEnd(),
          codeFence(fixSays(place.fix, lang).split('\n'), FENCES[place.language]),
        ]
      : []),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** The line itself is marked, and all are numbered: a ticket is read far from the source. */
function numbered({ frame, line }: ScanPlace): string[] {
  const columns = String(frame.from + frame.lines.length).length
  return frame.lines.map((text, index) => {
    const number = frame.from + index
    const gutter = `${number === line ? '>' : ' '} ${String(number).padStart(columns)} | `
    return `${gutter}${cleanShort(text.replaceAll('\t', '  '), MAX_CODE_LENGTH)}`.trimEnd()
  })
}

function more(places: number, lang: Lang): string {
  return places > 0 ? SCAN_LABELS[lang].more(places) : ''
}

function problems({ problems: found }: ScanReport, lang: Lang): string {
  if (found.length === 0) return ''
  const rows = found
    .slice(0, MAX_PLACES)
    .map(
      ({ file, line, says }) =>
        `| ${codeCell(line === undefined ? file : `${file}:${line}`)} | ${plain(says)} |`,
    )
  return [`| ${SCAN_LABELS[lang].notLookedAt} | |`, '| --- | --- |', ...rows].join('\n')
}

function plain(text: string): string {
  return escapeMarkdown(cleanShort(text, MAX_LENGTH))
}
