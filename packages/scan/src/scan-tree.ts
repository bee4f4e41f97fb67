import { readFile, stat } from 'node:fs/promises'
import { findFiles, type FoundFile } from './files/find-files.ts'
import { MAX_FILE_BYTES, whyUnreadable } from './files/readable.ts'
import { mayCall } from './flow/imports.ts'
import type { Grammars } from './languages/grammars.ts'
import { languageOf } from './languages/index.ts'
import type { Place, ScanProblem } from './place.ts'
import type { LanguageId, Rule } from './rule.ts'
import { mayMatch, scanSource, type Opener, type SourceFile } from './scan-source.ts'

export interface ScanOptions {
  readonly rules: readonly Rule[]
  readonly grammars: Grammars & { readonly ok: true }
  readonly areTestsWanted: boolean
  /** Files inside of this folder are named from there, others from the root that holds them. */
  readonly namesFrom?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (files: number) => void
}

export interface ScanResult {
  readonly places: readonly Place[]
  readonly problems: readonly ScanProblem[]
  readonly summary: {
    readonly files: number
    readonly lines: number
    /** Files and folders of tests that were left out. */
    readonly testsSkipped: number
    readonly languages: Readonly<Partial<Record<LanguageId, number>>>
  }
}

/** Files that are read and parsed at one time: parsing has threads of its own. */
const AT_ONCE = 4
/** Places and problems that are kept; no real tree has as many. */
const MAX_KEPT = 10_000
/** Functions of the project that open something for their callers. */
const MAX_OPENERS = 500

/** Scans what `roots` name. A root that does not exist throws; what is wrong inside of it is a problem. */
export async function scanTree(roots: readonly string[], options: ScanOptions): Promise<ScanResult> {
  const scan = new TreeScan(options)
  for (const root of roots) await scan.first(root)
  if (scan.openers.length > 0) for (const root of roots) await scan.second(root)
  return scan.result()
}

/** A class, because what was found grows as the files go by. */
class TreeScan {
  readonly openers: Opener[] = []
  readonly #options: ScanOptions
  readonly #places: Place[] = []
  readonly #problems: ScanProblem[] = []
  readonly #languages: Partial<Record<LanguageId, number>> = {}
  #files = 0
  #lines = 0
  #testsSkipped = 0

  constructor(options: ScanOptions) {
    this.#options = options
  }

  async first(root: string): Promise<void> {
    await this.#each(root, true, async (found) => {
      const file = await this.#read(found)
      if (file === undefined) return
      this.#files++
      this.#lines += linesOf(file.text)
      const { id } = file.language
      this.#languages[id] = (this.#languages[id] ?? 0) + 1
      if (this.#files % 100 === 0) this.#options.onProgress?.(this.#files)
      await this.#scan(file, [])
    })
  }

  /** Calls of functions that another file defines, and that open something for their callers. */
  async second(root: string): Promise<void> {
    const byLanguage = new Map<LanguageId, Opener[]>()
    for (const opener of this.openers.slice(0, MAX_OPENERS)) {
      const { language } = opener.rule
      byLanguage.set(language, [...(byLanguage.get(language) ?? []), opener])
    }
    await this.#each(root, false, async (found) => {
      const language = languageOf(found.extension)
      const openers = language === undefined ? undefined : byLanguage.get(language.id)
      if (openers === undefined) return
      const file = await this.#read(found, true)
      if (file === undefined) return
      const called = openers.filter((opener) => mayCall(file, opener))
      if (called.length > 0) await this.#scan(file, called)
    })
  }

  result(): ScanResult {
    return {
      places: this.#places.toSorted(byPlace),
      problems: this.#problems.toSorted((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0)),
      summary: {
        files: this.#files,
        lines: this.#lines,
        testsSkipped: this.#testsSkipped,
        languages: this.#languages,
      },
    }
  }

  async #each(root: string, isFirst: boolean, visit: (file: FoundFile) => Promise<void>): Promise<void> {
    const { signal, namesFrom } = this.#options
    const files = findFiles(root, {
      areTestsWanted: this.#options.areTestsWanted,
      ...(namesFrom === undefined ? {} : { namesFrom }),
      onSkipped: () => {
        if (isFirst) this.#testsSkipped++
      },
      onUnreadable: (name, error) => {
        if (isFirst) this.#problem(name, `cannot be read: ${reasonOf(error)}`)
      },
    })
    const worker = async (): Promise<void> => {
      for (const file of files) {
        if (signal?.aborted === true) return
        await visit(file)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }

  async #read({ path, name, extension }: FoundFile, isSilent = false): Promise<SourceFile | undefined> {
    const language = languageOf(extension)
    if (language === undefined) return undefined
    try {
      const { size } = await stat(path)
      if (size > MAX_FILE_BYTES) {
        if (!isSilent)
          this.#problem(name, `has ${size.toLocaleString('en-US')} bytes: skipped as made by a program`)
        return undefined
      }
      return { name, extension, language, text: await readFile(path, 'utf8') }
    } catch (error) {
      if (!isSilent) this.#problem(name, `cannot be read: ${reasonOf(error)}`)
      return undefined
    }
  }

  async #scan(file: SourceFile, openers: readonly Opener[]): Promise<void> {
    const { grammars } = this.#options
    const rules = openers.length > 0 ? [] : this.#options.rules
    if (openers.length === 0 && !mayMatch(file, rules)) return
    if (grammars.missing.includes(file.language.id)) return
    const why = whyUnreadable(file.text)
    if (why !== undefined) {
      this.#problem(file.name, why)
      return
    }
    const report = await scanSource(file, { rules, grammars, openers })
    if (openers.length === 0) {
      this.openers.push(...report.openers)
      for (const problem of report.problems) this.#problem(problem.file, problem.says, problem.line)
    }
    if (this.#places.length < MAX_KEPT) this.#places.push(...report.places)
  }

  #problem(file: string, says: string, line?: number): void {
    if (this.#problems.length >= MAX_KEPT) return
    this.#problems.push({ file, ...(line === undefined ? {} : { line }), says })
  }
}

const SEVERITIES = ['error', 'warning', 'info']

function byPlace(a: Place, b: Place): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.confidence - a.confidence ||
    compare(a.file, b.file) ||
    a.line - b.line ||
    compare(a.rule, b.rule)
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function linesOf(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function reasonOf(error: unknown): string {
  // `EACCES: permission denied, scandir '/srv/secret'`: the name is told already.
  return error instanceof Error ? error.message.replace(/^\w+: |, \w+ '[^]*$/g, '') : String(error)
}
