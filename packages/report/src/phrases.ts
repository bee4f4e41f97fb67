import type {
  CauseId,
  Diagnosis,
  Finding,
  InputReport,
  Message,
  Party,
  Problem,
  Proof,
  Warning,
} from '@whyreset/core'
import { CAUSE_TITLES } from './messages/cause-titles.ts'
import { LABELS } from './messages/labels.ts'
import type { Labels } from './messages/answer-labels.ts'
import type { Lang } from './messages/lang.ts'
import { clockRange } from './messages/numbers.ts'
import { renderMessage, renderProblem } from './messages/render-message.ts'

/** A Diagnosis in the order in which people read it. */
export interface Outline {
  /** What the verdict speaks of; undefined when nothing was lost. */
  readonly main: Finding | undefined
  readonly further: readonly Finding[]
  /** Findings of severity `info` that a count is enough for: nothing was lost. */
  readonly harmless: readonly Finding[]
  /** File names as short as they stay different from each other, one for each input. */
  readonly names: readonly string[]
}

export function outline(diagnosis: Diagnosis): Outline {
  const [main, ...others] = diagnosis.findings.filter((finding) => finding.severity !== 'info')
  const harmless = diagnosis.findings.filter((finding) => finding.severity === 'info')
  return {
    main,
    further: [...others, ...harmless.filter(isNews)],
    harmless: harmless.filter((finding) => !isNews(finding)),
    names: shortNames(diagnosis.inputs.map((input) => input.path)),
  }
}

/** Harmless on the wire, but whoever asks because of the log has to look elsewhere. */
function isNews({ cause }: Finding): boolean {
  return cause === 'no-reset-on-wire'
}

/** `10.91.1.1 → 10.91.1.2:8080`; empty where neither end is known. */
export function endsPhrase({ client, server }: Finding, labels: Labels): string {
  if (client === NOT_KNOWN && server === NOT_KNOWN) return ''
  const known = [client, server].filter((end) => end !== NOT_KNOWN)
  return known.map(labels.endpoints).join(' → ')
}

/** What core writes in the place of an address that no input names. */
const NOT_KNOWN = 'unknown'

/** `java (pid 6255), sent the resets; it logged 126 × "reset by peer"`; empty when nothing is known. */
export function partyPhrase(party: Party | undefined, isResetter: boolean, labels: Labels): string {
  const { process, pid, logged = [] } = party ?? {}
  const program = process === undefined ? '' : pid === undefined ? process : `${process} (pid ${pid})`
  const who = [program, isResetter ? labels.sentTheResets : '']
    .filter((part) => part !== '')
    .join(labels.comma)
  const words = logged
    .slice(0, MAX_LOG_WORDS)
    .map(({ word, count }) => ({ count, word: ownLabel(labels.logWord, word) ?? `"${word}"` }))
  return [who, words.length === 0 ? '' : labels.logged(words)]
    .filter((part) => part !== '')
    .join(labels.semicolon)
}

/** Why it is this cause: the statement unless the verdict is the same, then what is not said elsewhere in the answer. */
export function reasonPhrases(finding: Finding, { verdict }: Diagnosis, lang: Lang): string[] {
  const { statement, because, trigger, alternatives } = finding
  const said = renderMessage(statement, lang)
  const isElsewhere = ({ id }: Message): boolean =>
    (id === 'bursts-follow-collections' && trigger !== undefined) ||
    (id === 'candidates' && alternatives.length > 0)
  return [
    ...(said === renderMessage(verdict, lang) ? [] : [said]),
    ...because.filter((message) => !isElsewhere(message)).map((message) => renderMessage(message, lang)),
  ]
}

/** `deliberate, unresponsive` and what excludes both: families of one reason together, in the order of the first. */
export function exclusionPhrases({ excluded }: Finding, lang: Lang): { families: string; because: string }[] {
  const labels = LABELS[lang]
  const families = new Map<string, string[]>()
  for (const { family, because } of excluded) {
    const reason = withoutStop(renderMessage(because, lang))
    families.set(reason, [...(families.get(reason) ?? []), labels.family[family]])
  }
  return Array.from(families, ([because, names]) => ({ families: names.join(labels.enumeration), because }))
}

/** What else it may be and what would tell. Beside a cause that stands, a few per cent are no candidate. */
export function candidatePhrases(
  { alternatives, cause: found }: Finding,
  lang: Lang,
): { cause: string; share: string; wouldTell: string }[] {
  const labels = LABELS[lang]
  const isOpen = found === 'unknown'
  return alternatives
    .filter(({ confidence }) => isOpen || Math.round(confidence * 100) >= MIN_ALTERNATIVE_PERCENT)
    .map(({ cause, confidence, wouldTell }) => ({
      cause: CAUSE_TITLES[cause][lang],
      share: isOpen ? labels.percent(confidence) : labels.atMost(confidence),
      wouldTell: withoutStop(renderMessage(wouldTell, lang)),
    }))
}

/** What to do now, without the page that the fix already names. */
export function nextSteps({ next, cause }: Finding): Finding['next'] {
  return next.filter(({ command }) => command !== explainCommand(cause))
}

export function explainCommand(cause: CauseId): string {
  return `whyreset explain ${cause}`
}

/** `app.log: prints no time zone: UTC assumed`, for every input that gave something to date. */
export function clockPhrases({ inputs }: Diagnosis, lang: Lang): { input: number; says: string }[] {
  return inputs.flatMap(({ clock, records }, input) =>
    clock === undefined || records === 0 ? [] : [{ input, says: renderMessage(clock, lang) }],
  )
}

/** `frame 1204`. */
export function placePhrase(proof: Proof, labels: Labels): string {
  if ('frame' in proof) return labels.frame(proof.frame)
  return 'line' in proof ? labels.line(proof.line) : labels.row(proof.row)
}

/** `pcap, 9,341 packets, 14:55:15 … 14:56:21`. */
export function inputPhrase(input: InputReport, labels: Labels): string {
  const { kind, format, records, from, to } = input
  const what = kind === 'unknown' ? labels.inputKind.unknown : format
  const when = from === undefined || to === undefined ? '' : clockRange(from, to)
  return [what, labels.records(kind, records), when].filter((part) => part !== '').join(labels.comma)
}

/** `line 912: a line of 131072 bytes was cut to its first 65536`. */
export function problemPhrase(problem: Problem, lang: Lang): string {
  const { line, offset } = problem
  const labels = LABELS[lang]
  const text = renderProblem(problem, lang)
  if (line !== undefined) return `${labels.line(line)}${labels.colon}${text}`
  return offset === undefined ? text : `${labels.byte(offset)}${labels.colon}${text}`
}

/** What is about to happen, and what its sentence does not say yet: `… (java, +130 a minute, oldest 8.9 s)`. */
export function warningPhrase(warning: Warning, lang: Lang): string {
  const labels = LABELS[lang]
  const { process, peer, growthPerMinute, oldestSeconds } = warning
  const said: Message['values'] = warning.says.values
  const details = [
    process ?? '',
    peer === undefined || said['peer'] === peer ? '' : peer,
    growthPerMinute === undefined ? '' : labels.growth(growthPerMinute),
    oldestSeconds === undefined || said['seconds'] === oldestSeconds ? '' : labels.oldest(oldestSeconds),
  ].filter((detail) => detail !== '')
  const says = withoutStop(renderMessage(warning.says, lang))
  return details.length === 0 ? says : `${says}${labels.remark(details.join(labels.comma))}`
}

export function summaryPhrase({ summary }: Diagnosis, labels: Labels): string {
  const seen = labels.summary(summary)
  if (summary.incidentsOmitted === 0) return seen
  return `${seen}${labels.semicolon}${labels.incidentsOmitted(summary.incidentsOmitted)}`
}

/** The kinds of evidence that were not given, for a finding that could not be decided; empty when all were. */
export function notGivenPhrase(diagnosis: Diagnosis, labels: Labels): string {
  const missing = DECIDING_KINDS.filter((kind) => diagnosis.inputs.every((input) => input.kind !== kind))
  return missing.length === 0 ? '' : labels.notGiven(missing.map((kind) => labels.inputKind[kind]))
}

/** A sentence as an item of a list. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/[.。]$/, '')
}

/** What follows the last slash of either kind. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** What can tell one cause from another, most telling first. */
const DECIDING_KINDS = ['capture', 'socket-table', 'gc-log', 'app-log', 'kernel-trace'] as const

const MIN_ALTERNATIVE_PERCENT = 10

/** Different words of one log that are worth saying. */
const MAX_LOG_WORDS = 3

function ownLabel(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}

function shortNames(paths: readonly string[]): string[] {
  const baseNames = paths.map(baseName)
  const uses = new Map<string, number>()
  for (const name of baseNames) uses.set(name, (uses.get(name) ?? 0) + 1)
  return paths.map((path, index) => {
    const name = baseNames[index] ?? ''
    return name !== '' && uses.get(name) === 1 ? name : path
  })
}
