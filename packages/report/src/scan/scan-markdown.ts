import { cleanShort, codeCell, codeFence, codeSpan, escapeMarkdown } from '../escape.ts'
import type { ScanPlace, ScanReport } from '../scan-schema.ts'
import { OUTCOMES, scanSummary } from './scan-phrases.ts'

/** A ticket holds more than a screen, but not everything. */
const MAX_PLACES = 50
const MAX_LENGTH = 2000
const FENCES: Readonly<Record<ScanPlace['language'], string>> = {
  java: 'java',
  kotlin: 'kotlin',
  javascript: 'ts',
  python: 'python',
  go: 'go',
  csharp: 'csharp',
}

/** The places as GitHub-flavoured Markdown. Nothing from the source is markup in it. */
export function renderScanMarkdown(report: ScanReport): string {
  const shown = report.results.slice(0, MAX_PLACES)
  const explained = new Set<string>()
  const paragraphs = [
    `**${plain(report.verdict)}**`,
    ...shown.map((place) => {
      const isFirst = !explained.has(place.rule)
      explained.add(place.rule)
      return placeParagraph(place, isFirst)
    }),
    report.results.length > shown.length ? `… ${report.results.length - shown.length} more` : '',
    problems(report),
    plain(scanSummary(report)),
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

function placeParagraph(place: ScanPlace, isFixShown: boolean): string {
  const outcome = OUTCOMES[place.outcome]
  return [
    `${codeSpan(`${place.file}:${place.line}`)} · ${place.severity} · ${codeSpan(place.rule)} · ${Math.round(place.confidence * 100)} %`,
    codeFence(
      place.frame.lines.map((text) => cleanShort(text.replaceAll('\t', '  '), 200)),
      FENCES[place.language],
    ),
    `${plain(place.message)}${outcome === '' ? '' : ` (${outcome})`}`,
    ...(place.evidence ?? []).map((says) => `- ${plain(says)}`),
    ...(isFixShown ? [codeFence(place.fix.split('\n'), FENCES[place.language])] : []),
  ].join('\n\n')
}

function problems({ problems: found }: ScanReport): string {
  if (found.length === 0) return ''
  const rows = found
    .slice(0, MAX_PLACES)
    .map(
      ({ file, line, says }) =>
        `| ${codeCell(line === undefined ? file : `${file}:${line}`)} | ${plain(says)} |`,
    )
  return ['| not looked at | |', '| --- | --- |', ...rows].join('\n')
}

function plain(text: string): string {
  return escapeMarkdown(cleanShort(text, MAX_LENGTH))
}
