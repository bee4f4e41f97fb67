import { findFiles, type FoundFile } from './files/find-files.ts'
import type { HelperAnswer } from './flow/walker.ts'
import type { Grammars } from './languages/grammars.ts'
import { Lanes } from './lanes.ts'
import type { Pass, PassReport } from './passes.ts'
import type { Place, ScanProblem } from './place.ts'
import type { Opener, Question } from './project/question.ts'
import type { LanguageId, Rule } from './rule.ts'
import { reasonOf } from './scan-files.ts'

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

/** Places and problems that are kept; no real tree has as many. */
const MAX_KEPT = 10_000
/** Functions of the project that open something for their callers. */
const MAX_OPENERS = 500
/** What files ask of functions of other files. */
const MAX_QUESTIONS = 2000

/** Scans what `roots` name. A root that does not exist throws; what is wrong inside of it is a problem. */
export async function scanTree(roots: readonly string[], options: ScanOptions): Promise<ScanResult> {
  const lanes = new Lanes(options)
  const scan = new TreeScan(roots, options, lanes)
  try {
    await scan.run()
    return scan.result()
  } finally {
    await lanes.close()
  }
}

/** A class, because what was found grows as the files go by. */
class TreeScan {
  readonly #roots: readonly string[]
  readonly #options: ScanOptions
  readonly #lanes: Lanes
  readonly #problems: ScanProblem[] = []
  readonly #openers: Opener[] = []
  readonly #questions = new Map<string, Question>()
  readonly #askers = new Map<string, Set<string>>()
  readonly #answers = new Map<string, HelperAnswer>()
  readonly #languages: Partial<Record<LanguageId, number>> = {}
  #places: Place[] = []
  #files = 0
  #lines = 0
  #testsSkipped = 0

  constructor(roots: readonly string[], options: ScanOptions, lanes: Lanes) {
    this.#roots = roots
    this.#options = options
    this.#lanes = lanes
  }

  async run(): Promise<void> {
    await this.#pass({ kind: 'first' })
    if (this.#questions.size > 0)
      await this.#pass({ kind: 'answers', questions: [...this.#questions.values()] })
    const asked = this.#answeredFiles()
    if (this.#openers.length > 0 || asked.size > 0)
      await this.#pass({ kind: 'again', openers: this.#keptOpeners(), answers: this.#answers, asked })
  }

  result(): ScanResult {
    return {
      places: withoutDoubles(this.#places.toSorted(byPlace)),
      problems: this.#problems.toSorted((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0)),
      summary: {
        files: this.#files,
        lines: this.#lines,
        testsSkipped: this.#testsSkipped,
        languages: this.#languages,
      },
    }
  }

  async #pass(pass: Pass): Promise<void> {
    const { signal } = this.#options
    for (const root of this.#roots)
      await this.#lanes.run(this.#filesOf(root, pass.kind === 'first'), pass, {
        signal,
        onReport: (report) => {
          this.#add(report)
        },
      })
  }

  #filesOf(root: string, isFirst: boolean): Iterator<FoundFile> {
    const { areTestsWanted, namesFrom } = this.#options
    return findFiles(root, {
      areTestsWanted,
      ...(namesFrom === undefined ? {} : { namesFrom }),
      onSkipped: () => {
        if (isFirst) this.#testsSkipped++
      },
      onUnreadable: (name, error) => {
        if (isFirst) this.#problems.push({ file: name, says: `cannot be read: ${reasonOf(error)}` })
      },
    })
  }

  #add(report: PassReport): void {
    const before = this.#files
    this.#files += report.files
    this.#lines += report.lines
    if (Math.floor(before / 100) < Math.floor(this.#files / 100)) this.#options.onProgress?.(this.#files)
    for (const [language, files] of Object.entries(report.languages)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of what is typed so
      const id = language as LanguageId
      this.#languages[id] = (this.#languages[id] ?? 0) + files
    }
    if (report.anew.length > 0) {
      const anew = new Set(report.anew)
      this.#places = this.#places.filter(({ file }) => !anew.has(file))
    }
    if (this.#places.length < MAX_KEPT) this.#places.push(...report.places)
    if (this.#problems.length < MAX_KEPT) this.#problems.push(...report.problems)
    if (this.#openers.length < MAX_OPENERS * 2) this.#openers.push(...report.openers)
    for (const question of report.questions) this.#ask(question)
    for (const { id, answer } of report.answers)
      // Two functions that may be meant, and do different things: nobody knows.
      this.#answers.set(id, (this.#answers.get(id) ?? answer) === answer ? answer : 'escapes')
  }

  #ask(question: Question): void {
    const { id, file } = question
    if (!this.#questions.has(id) && this.#questions.size >= MAX_QUESTIONS) return
    this.#questions.set(id, question)
    const askers = this.#askers.get(id) ?? new Set()
    if (askers.size < MAX_QUESTIONS) this.#askers.set(id, askers.add(file))
  }

  /** Files of which an answer may change what is said. */
  #answeredFiles(): ReadonlySet<string> {
    const told = [...this.#answers].filter(([, answer]) => answer !== 'escapes')
    return new Set(told.flatMap(([id]) => [...(this.#askers.get(id) ?? [])]))
  }

  /** In an order of their own: which core was first must not matter. */
  #keptOpeners(): readonly Opener[] {
    return this.#openers
      .toSorted((a, b) => compare(keyOf(a), keyOf(b)))
      .filter((opener, index, all) => index === 0 || keyOf(opener) !== keyOf(all[index - 1] ?? opener))
      .slice(0, MAX_OPENERS)
  }
}

/** What was found by itself may be found again as the call of somebody's opener: the surer one is kept. */
function withoutDoubles(places: readonly Place[]): Place[] {
  const seen = new Set<string>()
  return places.filter(({ file, rule, line, column }) => {
    const key = `${file}\0${rule}\0${line}\0${column}`
    return seen.size < seen.add(key).size
  })
}

function keyOf({ rule, defined: { file, holder = '', functionName } }: Opener): string {
  return `${file}\0${rule}\0${holder}\0${functionName}`
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
