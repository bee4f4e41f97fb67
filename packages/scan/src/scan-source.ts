import type { SgNode } from '@ast-grep/napi'
import { FileScan, type FileReport } from './file-scan.ts'
import type { HelperAnswer } from './flow/walker.ts'
import type { Grammars } from './languages/grammars.ts'
import type { Answers, Opener, Question } from './project/question.ts'
import { answersOf } from './project/answers.ts'
import type { Rule } from './rule.ts'
import { brokenAt } from './files/broken.ts'
import type { SourceFile } from './source-file.ts'

export interface SourceOptions {
  readonly rules: readonly Rule[]
  readonly grammars: Grammars & { readonly ok: true }
  /** Functions of other files that open something for their callers. */
  readonly openers?: readonly Opener[]
  /** What functions of other files do with what they are given. */
  readonly answers?: Answers
  /** Everything else of this file is known. */
  readonly onlyOpeners?: boolean
  /** Told of each file that was given to a parser. */
  readonly onParsed?: (units: number) => void
}

const NO_REPORT: FileReport = { places: [], problems: [], openers: [], questions: [] }

/** Whether any rule can find anything here: most files need no parser. */
export function mayMatch({ text, language }: SourceFile, rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.language === language.id && applies(rule, text))
}

/** Looks at one file. Never throws over what stands in it. */
export function scanSource(file: SourceFile, options: SourceOptions): FileReport {
  const rules =
    options.onlyOpeners === true
      ? []
      : options.rules.filter((rule) => rule.language === file.language.id && applies(rule, file.text))
  const openers = (options.openers ?? []).filter(
    ({ defined }) =>
      defined.language === file.language.id &&
      file.text.includes(defined.functionName) &&
      mayName(file, defined),
  )
  if (rules.length === 0 && openers.length === 0) return NO_REPORT
  const root = parsed(file, options)
  const line = brokenAt(root)
  if (line !== undefined) {
    const says = 'does not parse from here on: skipped'
    return { ...NO_REPORT, problems: [{ file: file.name, line, says }] }
  }
  const scan = new FileScan(file, root, { all: options.rules, answers: options.answers })
  return scan.run(rules, openers)
}

/** What functions of this file do with what other files give them. */
export function answerQuestions(
  file: SourceFile,
  questions: readonly Question[],
  options: SourceOptions,
): readonly { readonly id: string; readonly answer: HelperAnswer }[] {
  const asked = questions.filter(({ meant }) => mayDefine(file, meant.functionName))
  return asked.length === 0 ? [] : answersOf(file, parsed(file, options), asked, options.rules)
}

/** Whoever calls a method of another file names its class, or something that its class extends. */
function mayName(
  { name, text }: SourceFile,
  { file, holder, supers, isExtension }: Opener['defined'],
): boolean {
  if (holder === undefined || isExtension || file === name) return true
  return text.includes(holder) || supers.some((above) => text.includes(above))
}

function parsed({ text, extension, language }: SourceFile, { grammars, onParsed }: SourceOptions): SgNode {
  onParsed?.(text.length)
  return grammars.napi.parse(language.grammars[extension] ?? '', text).root()
}

/** Its name with a bracket behind it; or it is the value of a variable. */
function mayDefine({ text }: SourceFile, functionName: string): boolean {
  for (let at = text.indexOf(functionName); at !== -1; at = text.indexOf(functionName, at + 1))
    if (/^\s*[(=:<]/.test(text.slice(at + functionName.length, at + functionName.length + 3))) return true
  return false
}

function applies({ words, requires, excludes }: Rule, text: string): boolean {
  return words.test(text) && requires?.test(text) !== false && excludes?.test(text) !== true
}
