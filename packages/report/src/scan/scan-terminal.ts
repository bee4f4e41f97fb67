import type { ScanPlace, ScanReport } from '../scan-schema.ts'
import { alignRight, hang, printLines } from '../terminal/layout.ts'
import { stylerOf, type Style, type Styler } from '../terminal/style.ts'
import { wrap, type Line } from '../terminal/wrap.ts'
import { cleanShort } from '../escape.ts'
import { OUTCOMES, scanSummary } from './scan-phrases.ts'

export interface ScanTerminalOptions {
  readonly width?: number
  readonly colour?: boolean | Styler
}

/** A screen or three: the JSON has all. */
const MAX_PLACES = 30
const MAX_PROBLEMS = 5

/** The places as text for a terminal: the answer first, then each with its lines of code, and what to write instead. */
export function renderScanTerminal(
  report: ScanReport,
  { width = 80, colour = false }: ScanTerminalOptions = {},
): string {
  const room = Math.min(200, Math.max(24, Math.floor(width)))
  const { results } = report
  const shown = results.slice(0, MAX_PLACES)
  const explained = new Set<string>()
  const paragraphs: Line[][] = [
    wrap([{ text: report.verdict, style: 'bold' }], room),
    ...shown.map((place) => {
      const isFirst = !explained.has(place.rule)
      explained.add(place.rule)
      return placeLines(place, room, isFirst)
    }),
    [
      ...(results.length > shown.length
        ? wrap([{ text: `… ${results.length - shown.length} more (--json has all)`, style: 'dim' }], room)
        : []),
      ...report.problems
        .slice(0, MAX_PROBLEMS)
        .flatMap(({ file, line, says }) =>
          hang(
            'problem: ',
            [{ text: `${file}${line === undefined ? '' : `:${line}`} ${says}` }],
            room,
            'yellow',
          ),
        ),
      ...(report.problems.length > MAX_PROBLEMS
        ? wrap(
            [
              {
                text: `… ${report.problems.length - MAX_PROBLEMS} more problems (--json has all)`,
                style: 'dim',
              },
            ],
            room,
          )
        : []),
      ...wrap([{ text: scanSummary(report), style: 'dim' }], room),
    ],
  ]
  return printLines(
    paragraphs.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines])),
    stylerOf(colour),
  )
}

const SEVERITY_STYLES: Readonly<Record<ScanPlace['severity'], Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'dim',
}

/** A place: where, how sure, the code, what happens there, and once for each rule what to write instead. */
export function placeLines(place: ScanPlace, width: number, isFixShown: boolean): Line[] {
  const head: Line[] = wrap(
    [
      { text: place.severity, style: SEVERITY_STYLES[place.severity] },
      { text: ` ${place.file}:${place.line}:${place.column}`, style: 'bold' },
    ],
    width,
  )
  const outcome = OUTCOMES[place.outcome]
  return [
    ...alignRight(head, { text: `confidence ${Math.round(place.confidence * 100)} %`, style: 'dim' }, width),
    ...codeLines(place, width),
    ...hang('  what  ', [{ text: `${place.message}${outcome === '' ? '' : ` (${outcome})`}` }], width),
    ...(place.evidence ?? []).flatMap((says) => hang('  seen  ', [{ text: says }], width)),
    ...(isFixShown ? fixLines(place, width) : []),
    ...hang('  rule  ', [{ text: `${place.rule}: ${place.causes.join(', ')}` }], width),
  ]
}

function codeLines({ frame, line }: ScanPlace, width: number): Line[] {
  const columns = String(frame.from + frame.lines.length).length
  return frame.lines.map((text, index) => {
    const number = frame.from + index
    const isHere = number === line
    const gutter = `${isHere ? '> ' : '  '}${String(number).padStart(columns)} | `
    return [
      { text: gutter, ...(isHere ? { style: 'red' } : { style: 'dim' }) },
      { text: cleanShort(text.replaceAll('\t', '  ').trimEnd(), Math.max(8, width - gutter.length)) },
    ]
  })
}

function fixLines({ fix }: ScanPlace, width: number): Line[] {
  return fix
    .split('\n')
    .map((text, index) => [
      { text: index === 0 ? '  fix   ' : '        ', style: 'dim' },
      { text: cleanShort(text, Math.max(8, width - 8)) },
    ])
}
