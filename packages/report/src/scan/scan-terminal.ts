import { cleanShort, cleanText } from '../escape.ts'
import { LABELS } from '../messages/labels.ts'
import type { Lang } from '../messages/lang.ts'
import { renderMessage } from '../messages/render-message.ts'
import { fixSays, ruleSays } from './rule-says.ts'
import type { ScanPlace, ScanReport } from '../scan-schema.ts'
import { columnsOf, cutEnd, padColumns } from '../terminal/columns.ts'
import { alignRight, hang, printLines } from '../terminal/layout.ts'
import { stylerOf, type Style, type Styler } from '../terminal/style.ts'
import { wrap, type Line } from '../terminal/wrap.ts'
import {
  isSameFix,
  SCAN_LABELS,
  scanSummary,
  scanVerdict,
  sourceSummary,
  sourceVerdict,
} from './scan-phrases.ts'

export interface ScanTerminalOptions {
  readonly width?: number
  readonly colour?: boolean | Styler
  readonly lang?: Lang
}

/** A screen or three: the JSON has all. */
const MAX_PLACES = 30
const MAX_PROBLEMS = 5
/** Below an answer, which fills a screen by itself. */
const MAX_PLACES_BELOW = 3

/** The places as text for a terminal: the answer first, then each with its lines of code, and what to write instead. */
export function renderScanTerminal(
  report: ScanReport,
  { width = 80, colour = false, lang = 'en' }: ScanTerminalOptions = {},
): string {
  const room = Math.min(200, Math.max(24, Math.floor(width)))
  const { results, problems } = report
  const labels = SCAN_LABELS[lang]
  const paragraphs: Line[][] = [
    wrap([{ text: scanVerdict(report, lang), style: 'bold' }], room),
    ...placeParagraphs(results.slice(0, MAX_PLACES), room, lang),
    [
      ...(results.length > MAX_PLACES ? dim(labels.more(results.length - MAX_PLACES), room) : []),
      ...problems
        .slice(0, MAX_PROBLEMS)
        .flatMap(({ file, line, says }) =>
          hang(
            `${LABELS[lang].problem}${LABELS[lang].colon}`,
            [{ text: `${file}${line === undefined ? '' : `:${line}`} ${says}` }],
            room,
            'yellow',
          ),
        ),
      ...(problems.length > MAX_PROBLEMS
        ? dim(labels.moreProblems(problems.length - MAX_PROBLEMS), room)
        : []),
      ...dim(scanSummary(report, lang), room),
    ],
  ].filter((lines) => lines.length > 0)
  return printLines(
    paragraphs.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines])),
    stylerOf(colour),
  )
}

/** What the source says of an answer: paragraphs to stand below the finding. */
export function sourceParagraphs(source: ScanReport, width: number, lang: Lang): Line[][] {
  return [
    [
      ...wrap([{ text: sourceVerdict(source, lang), style: 'bold' }], width),
      ...dim(sourceSummary(source, lang), width),
    ],
    ...placeParagraphs(source.results.slice(0, MAX_PLACES_BELOW), width, lang),
    ...(source.results.length > MAX_PLACES_BELOW
      ? [dim(SCAN_LABELS[lang].more(source.results.length - MAX_PLACES_BELOW), width)]
      : []),
  ]
}

/** Each place; what happens there and what to write instead are told once. */
function placeParagraphs(places: readonly ScanPlace[], width: number, lang: Lang): Line[][] {
  return places.map((place, index) => {
    const before = places.slice(0, index).filter((other) => isSameFix(other, place))
    const isSaid = before.some(
      ({ message, outcome }) => message === place.message && outcome === place.outcome,
    )
    return placeLines(place, { isFixShown: before.length === 0, isSaid }, width, lang)
  })
}

const SEVERITY_STYLES: Readonly<Record<ScanPlace['severity'], Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'dim',
}

/** A place: where, how sure, the code, what happens there, what speaks for it, and what to write instead. */
function placeLines(
  place: ScanPlace,
  { isFixShown, isSaid }: { readonly isFixShown: boolean; readonly isSaid: boolean },
  width: number,
  lang: Lang,
): Line[] {
  const labels = LABELS[lang]
  const names = [labels.what, SCAN_LABELS[lang].evidence, labels.fix, SCAN_LABELS[lang].rule]
  const columns = Math.max(...names.map(columnsOf)) + NAME_GAP
  const name = (text: string): string => `${' '.repeat(NAME_GAP)}${padColumns(text, columns)}`
  const head: Line[] = wrap(
    [
      { text: SCAN_LABELS[lang].severity[place.severity], style: SEVERITY_STYLES[place.severity] },
      { text: ` ${place.file}:${place.line}:${place.column}`, style: 'bold' },
    ],
    width,
  )
  const outcome = SCAN_LABELS[lang].outcomes[place.outcome]
  const fix = isFixShown && place.fix !== '' ? fixSays(place.fix, lang).split('\n') : []
  return [
    ...alignRight(head, { text: labels.confidence(place.confidence), style: 'dim' }, width),
    ...codeLines(place, width),
    ...(isSaid
      ? []
      : hang(
          name(labels.what),
          [{ text: `${ruleSays(place, lang)}${outcome === '' ? '' : labels.remark(outcome)}` }],
          width,
        )),
    ...(place.related ?? []).flatMap((other) =>
      hang(name(''), [{ text: SCAN_LABELS[lang].also(other.line, ruleSays(other, lang)) }], width),
    ),
    ...(place.evidence ?? []).flatMap((says, index) =>
      hang(name(index === 0 ? SCAN_LABELS[lang].evidence : ''), [{ text: renderMessage(says, lang) }], width),
    ),
    ...fix.map((text, index): Line => [
      { text: name(index === 0 ? labels.fix : ''), style: 'dim' },
      { text: code(text, width - columns - NAME_GAP) },
    ]),
    ...hang(
      name(SCAN_LABELS[lang].rule),
      [{ text: `${place.rule}${labels.colon}${place.causes.join(', ')}` }],
      width,
    ),
  ]
}

/** Blanks before and after the names of what is said of a place. */
const NAME_GAP = 2
/** UTF-16 units of a line of code. */
const MAX_CODE_LENGTH = 1000

function codeLines({ frame, line }: ScanPlace, width: number): Line[] {
  // What --anonymize left of it.
  if (frame.lines.every((text) => text === '…')) return []
  const columns = String(frame.from + frame.lines.length).length
  return frame.lines.map((text, index) => {
    const number = frame.from + index
    const isHere = number === line
    const gutter = `${isHere ? '> ' : '  '}${String(number).padStart(columns)} | `
    return [
      { text: gutter, ...(isHere ? { style: 'red' } : { style: 'dim' }) },
      { text: code(text, width - gutter.length) },
    ]
  })
}

function code(text: string, width: number): string {
  const shown = cleanText(cleanShort(text.replaceAll('\t', '  ').trimEnd(), MAX_CODE_LENGTH))
  return cutEnd(shown, Math.max(8, width))
}

function dim(text: string, width: number): Line[] {
  return text === '' ? [] : wrap([{ text, style: 'dim' }], width)
}
