import { readFileSync, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { FoundFile } from './files/find-files.ts'
import { MAX_FILE_BYTES, whyUnreadable } from './files/readable.ts'
import { sourceText } from './files/source-text.ts'
import type { Grammars } from './languages/grammars.ts'
import { languageOf } from './languages/index.ts'
import type { Pass, PassReport } from './passes.ts'
import type { Place, ScanProblem } from './place.ts'
import type { Opener, Question } from './project/question.ts'
import type { LanguageId, Rule } from './rule.ts'
import { answerQuestions, mayMatch, scanSource, type SourceOptions } from './scan-source.ts'
import type { SourceFile } from './source-file.ts'

export interface FileOptions {
  readonly rules: readonly Rule[]
  readonly grammars: Grammars & { readonly ok: true }
}

/** One pass over some files. What cannot be read is a problem; nothing throws. */
export async function scanFiles(
  found: readonly FoundFile[],
  pass: Pass,
  options: FileOptions,
): Promise<PassReport> {
  const files = new Files(pass, options)
  for (const one of found) {
    // Read at once: as promises, three questions to the system took as long as parsing a small file.
    const file = files.read(one)
    if (file !== undefined) files.look(file)
  }
  // Other cores and Ctrl-C are heard between two parcels.
  await setImmediate()
  return files.report()
}

/** A class, because what was found grows as the files go by. */
class Files {
  readonly #pass: Pass
  readonly #options: SourceOptions
  readonly #places: Place[] = []
  readonly #problems: ScanProblem[] = []
  readonly #openers: Opener[] = []
  readonly #questions: Question[] = []
  readonly #answers: PassReport['answers'][number][] = []
  readonly #anew: string[] = []
  readonly #languages: Partial<Record<LanguageId, number>> = {}
  #files = 0
  #lines = 0
  #parsed = 0
  #parsedUnits = 0

  constructor(pass: Pass, options: FileOptions) {
    this.#pass = pass
    this.#options = {
      ...options,
      onParsed: (units) => {
        this.#parsed++
        this.#parsedUnits += units
      },
    }
  }

  report(): PassReport {
    return {
      places: this.#places,
      problems: this.#problems,
      openers: this.#openers,
      questions: this.#questions,
      answers: this.#answers,
      anew: this.#anew,
      files: this.#files,
      lines: this.#lines,
      languages: this.#languages,
      parsed: this.#parsed,
      parsedUnits: this.#parsedUnits,
    }
  }

  read({ path, name, extension }: FoundFile): SourceFile | undefined {
    const language = languageOf(extension)
    if (language === undefined || !this.#isWanted(language.id)) return undefined
    try {
      const { size } = statSync(path)
      if (size > MAX_FILE_BYTES) {
        this.#problem(name, `has ${size.toLocaleString('en-US')} bytes: skipped as made by a program`)
        return undefined
      }
      return { name, extension, language, text: sourceText(readFileSync(path)) }
    } catch (error) {
      this.#problem(name, `cannot be read: ${reasonOf(error)}`)
      return undefined
    }
  }

  look(file: SourceFile): void {
    const pass = this.#pass
    switch (pass.kind) {
      case 'first':
        this.#count(file)
        if (mayMatch(file, this.#options.rules) && this.#isReadable(file)) this.#first(file)
        return
      case 'answers': {
        const questions = pass.questions.filter(({ meant }) => meant.language === file.language.id)
        if (this.#isReadable(file)) this.#answers.push(...answerQuestions(file, questions, this.#options))
        return
      }
      case 'again': {
        const isAnew = pass.asked.has(file.name)
        const openers = pass.openers.filter(
          ({ defined }) =>
            defined.file !== file.name &&
            defined.language === file.language.id &&
            file.text.includes(`${defined.functionName}(`),
        )
        if ((!isAnew && openers.length === 0) || !this.#isReadable(file)) return
        if (isAnew) this.#anew.push(file.name)
        const { answers } = pass
        const { places } = scanSource(file, { ...this.#options, openers, answers, onlyOpeners: !isAnew })
        this.#places.push(...places)
      }
    }
  }

  #first(file: SourceFile): void {
    const report = scanSource(file, this.#options)
    this.#places.push(...report.places)
    this.#problems.push(...report.problems)
    this.#openers.push(...report.openers)
    this.#questions.push(...report.questions)
  }

  /** Later passes are of some languages alone. */
  #isWanted(language: LanguageId): boolean {
    const pass = this.#pass
    if (pass.kind === 'first') return true
    if (pass.kind === 'answers') return pass.questions.some(({ meant }) => meant.language === language)
    return pass.asked.size > 0 || pass.openers.some(({ defined }) => defined.language === language)
  }

  #count({ text, language: { id } }: SourceFile): void {
    this.#files++
    this.#lines += linesOf(text)
    this.#languages[id] = (this.#languages[id] ?? 0) + 1
  }

  #isReadable({ name, text, language }: SourceFile): boolean {
    if (this.#options.grammars.missing.includes(language.id)) return false
    const why = whyUnreadable(text)
    if (why !== undefined) this.#problem(name, why)
    return why === undefined
  }

  /** Said once: later passes meet the same. */
  #problem(file: string, says: string): void {
    if (this.#pass.kind === 'first') this.#problems.push({ file, says })
  }
}

function linesOf(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

export function reasonOf(error: unknown): string {
  // `EACCES: permission denied, scandir '/srv/secret'`: the name is told already.
  return error instanceof Error ? error.message.replace(/^\w+: |, \w+ '[^]*$/g, '') : String(error)
}
