import type { Lang } from '../messages/lang.ts'
import { count } from '../messages/numbers.ts'
import type { ScanPlace, ScanReport } from '../scan-schema.ts'

/** What the reports of a scan say by themselves; `rule-says.ts` has what the rules say. */
interface ScanLabels {
  readonly rule: string
  readonly evidence: string
  readonly severity: Readonly<Record<ScanPlace['severity'], string>>
  /** Another place that the same fault makes. */
  readonly also: (line: number, message: string) => string
  readonly outcomes: Readonly<Record<ScanPlace['outcome'], string>>
  readonly nothing: (files: number) => string
  readonly nothingNew: (files: number, known: number) => string
  readonly noSource: string
  readonly found: (places: number, files: number, isNew: boolean) => string
  readonly pointsTo: (where: string) => string
  readonly likeliest: (where: string) => string
  readonly likeliestBelow: (where: string) => string
  readonly worst: (where: string) => string
  /** Of source that was looked at with the evidence. */
  readonly explains: (places: number, files: number) => string
  readonly explainsNothing: (hidden: number, files: number) => string
  readonly looked: (files: number, lines: number) => string
  readonly hidden: (places: number) => string
  readonly untold: (places: number) => string
  readonly baselined: (places: number) => string
  readonly testsSkipped: string
  readonly skipped: (problems: number) => string
  readonly notLookedAt: string
  readonly more: (places: number) => string
  readonly moreProblems: (problems: number) => string
}

export const SCAN_LABELS: Readonly<Record<Lang, ScanLabels>> = {
  en: {
    rule: 'rule',
    evidence: 'seen',
    severity: { error: 'error', warning: 'warning', info: 'info' },
    also: (line, message) => `the same fault in line ${line}: ${message}`,
    outcomes: {
      never: 'on every path',
      'some-path': 'on some paths',
      exception: 'when an exception is thrown',
      collected: 'in a collection',
      always: '',
    },
    nothing: (files) =>
      `No place was found in ${counted(files, 'file')} of source that leaks, abandons or cuts a connection.`,
    nothingNew: (files, known) =>
      `Nothing new in ${counted(files, 'file')} of source: ${counted(known, 'place')} ${known === 1 ? 'is' : 'are'} in the baseline.`,
    noSource:
      'No source was found here in a language that scan reads: Java, Kotlin, TypeScript, JavaScript, Python, Go, C#.',
    found: (places, files, isNew) =>
      `${counted(places, isNew ? 'new place' : 'place')} in ${counted(files, 'file')} of source ${places === 1 ? 'leaks, abandons or cuts' : 'leak, abandon or cut'} connections: `,
    pointsTo: (where) => `the evidence points to ${where}.`,
    likeliest: (where) => `the likeliest to explain what happened is ${where}.`,
    likeliestBelow: (where) => `the likeliest is ${where}.`,
    worst: (where) => `the worst is ${where}.`,
    explains: (places, files) =>
      `${counted(places, 'line')} in ${counted(files, 'file')} of source may explain it; `,
    explainsNothing: (hidden, files) =>
      hidden === 0
        ? `No line in ${counted(files, 'file')} of source leaks, abandons or cuts a connection.`
        : `The evidence speaks for none of the ${counted(hidden, 'place')} in ${counted(files, 'file')} of source that leak, abandon or cut connections.`,
    looked: (files, lines) => `${counted(files, 'file')}, ${counted(lines, 'line')}`,
    hidden: (places) => `${counted(places, 'place')} of lower severity (--severity info shows them)`,
    untold: (places) =>
      `${counted(places, 'other place')} that the evidence does not speak for (whyreset scan)`,
    baselined: (places) => `${counted(places, 'place')} in the baseline`,
    testsSkipped: 'tests and examples left out (--tests takes them in)',
    skipped: (problems) => `${counted(problems, 'part')} could not be looked at (whyreset scan names them)`,
    notLookedAt: 'not looked at',
    more: (places) => `… ${count(places)} more (--json has all)`,
    moreProblems: (problems) => `… ${counted(problems, 'more problem')} (--json has all)`,
  },
  zh: {
    rule: '规则',
    evidence: '证据',
    severity: { error: '错误', warning: '警告', info: '提示' },
    also: (line, message) => `同一问题，第 ${line} 行：${message}`,
    outcomes: {
      never: '所有路径',
      'some-path': '部分路径',
      exception: '抛出异常时',
      collected: '存入集合',
      always: '',
    },
    nothing: (files) => `在 ${count(files)} 个源文件中没有发现泄漏、丢弃或中断连接的代码。`,
    nothingNew: (files, known) => `${count(files)} 个源文件中没有新的问题：${count(known)} 处在基线中。`,
    noSource: '这里没有 scan 能读的源代码：Java、Kotlin、TypeScript、JavaScript、Python、Go、C#。',
    found: (places, files, isNew) =>
      `${count(files)} 个源文件中有 ${count(places)} 处${isNew ? '新的' : ''}泄漏、丢弃或中断连接：`,
    pointsTo: (where) => `证据指向 ${where}。`,
    likeliest: (where) => `最可能的是 ${where}。`,
    likeliestBelow: (where) => `最可能的是 ${where}。`,
    worst: (where) => `最严重的是 ${where}。`,
    explains: (places, files) => `${count(files)} 个源文件中有 ${count(places)} 处可以解释：`,
    explainsNothing: (hidden, files) =>
      hidden === 0
        ? `${count(files)} 个源文件中没有泄漏、丢弃或中断连接的代码。`
        : `${count(files)} 个源文件中有 ${count(hidden)} 处泄漏、丢弃或中断连接，但证据没有指向其中任何一处。`,
    looked: (files, lines) => `共 ${count(files)} 个文件，${count(lines)} 行`,
    hidden: (places) => `另有 ${count(places)} 处严重程度较低（--severity info 可显示）`,
    untold: (places) => `另有 ${count(places)} 处没有证据指向（whyreset scan 可显示）`,
    baselined: (places) => `${count(places)} 处在基线中`,
    testsSkipped: '未包括测试和示例（--tests 可包括）',
    skipped: (problems) => `${count(problems)} 处无法查看（whyreset scan 会列出）`,
    notLookedAt: '未能查看',
    more: (places) => `… 另有 ${count(places)} 处（--json 有全部）`,
    moreProblems: (problems) => `… 另有 ${count(problems)} 个问题（--json 有全部）`,
  },
}

type Found = Pick<ScanReport, 'results' | 'summary'>

/** The answer of a scan in a sentence. */
export function scanVerdict({ results, summary: { files, baselined } }: Found, lang: Lang = 'en'): string {
  const labels = SCAN_LABELS[lang]
  const [first] = results
  if (first === undefined) {
    if (files === 0) return labels.noSource
    return baselined > 0 ? labels.nothingNew(files, baselined) : labels.nothing(files)
  }
  const found = labels.found(results.length, files, baselined > 0)
  const isAlone = results.length === 1 && first.evidence === undefined
  return isAlone
    ? `${found}${first.file}:${first.line}.`
    : `${found}${pointer(first, labels.likeliest, labels)}`
}

/** What the source has to say of an answer, in a sentence. */
export function sourceVerdict({ results, summary: { files, hidden } }: Found, lang: Lang = 'en'): string {
  const labels = SCAN_LABELS[lang]
  const [first] = results
  if (first !== undefined)
    return `${labels.explains(results.length, files)}${pointer(first, labels.likeliestBelow, labels)}`
  return files === 0 ? labels.noSource : labels.explainsNothing(hidden, files)
}

/** Evidence that a cause explains something speaks for many places alike; what names code, a path or a thread does not. */
const GENERAL = /^seen-(?:cause|candidate|close-wait|stalled|runtime)$/

function pointer(
  { file, line, evidence }: ScanPlace,
  likeliest: (where: string) => string,
  labels: ScanLabels,
): string {
  const where = `${file}:${line}`
  if (evidence === undefined) return labels.worst(where)
  return evidence.every(({ id }) => GENERAL.test(id)) ? likeliest(where) : labels.pointsTo(where)
}

export function scanSummary({ summary }: Found, lang: Lang = 'en'): string {
  const labels = SCAN_LABELS[lang]
  return joined([
    summary.files === 0 ? '' : labels.looked(summary.files, summary.lines),
    summary.hidden > 0 ? labels.hidden(summary.hidden) : '',
    summary.baselined > 0 ? labels.baselined(summary.baselined) : '',
    summary.testsSkipped > 0 ? labels.testsSkipped : '',
  ])
}

export function sourceSummary({ summary, problems }: ScanReport, lang: Lang): string {
  const labels = SCAN_LABELS[lang]
  return joined([
    summary.files === 0 ? '' : labels.looked(summary.files, summary.lines),
    summary.hidden > 0 ? labels.untold(summary.hidden) : '',
    problems.length > 0 ? labels.skipped(problems.length) : '',
  ])
}

/** A rule says what to write instead once for each of its languages. */
export function isSameFix(one: ScanPlace, other: ScanPlace): boolean {
  return one.rule === other.rule && one.language === other.language
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ')
}

function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}
