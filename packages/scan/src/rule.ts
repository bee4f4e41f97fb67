import type { CauseId } from '@whyreset/core'

export type LanguageId = 'java' | 'kotlin' | 'javascript' | 'python' | 'go' | 'csharp'
export type Severity = 'error' | 'warning' | 'info'

const OUTCOMES: readonly Outcome[] = ['never', 'some-path', 'exception', 'collected', 'always']

/** How the thing that a rule follows leaves the function in which it was opened. */
export type Outcome =
  /** No path ends it. */
  | 'never'
  /** A path that the code spells out (return, throw, a branch) leaves it open; others end it. */
  | 'some-path'
  /** Only an exception between opening and ending leaves it open. */
  | 'exception'
  /** It is put into a collection that nobody ever empties. */
  | 'collected'
  /** There is no flow to follow: the place itself is the finding. */
  | 'always'

/**
 * A rule is data: what to look for, what to ask of the value that is found, what it explains, and samples that the
 * tests run. One file each, named for what it finds, in the folder of its language; docs/rules/<id>.md is its page.
 */
export interface Rule {
  /** Of the fault: rules of several languages for the same fault share it (`alsoIn`). */
  readonly id: string
  readonly language: LanguageId
  /** One sentence, for lists. */
  readonly title: string
  /** Files without any of these words are not even parsed. */
  readonly words: RegExp
  /** The file must hold this as well: usually the import that gives the words their meaning. */
  readonly requires?: RegExp
  /** Files with this are left alone. */
  readonly excludes?: RegExp
  /** An ast-grep rule object (ast-grep.github.io/reference/rule). */
  readonly find: AstGrepRule
  /** Matches that also match this are left alone. */
  readonly unless?: AstGrepRule
  /** What the call of a match must mean; what the file imports for it under another name is looked at as well. */
  readonly means?: Meaning
  /** The number in this meta-variable must be within the bounds, both included. */
  readonly number?: { readonly variable: string; readonly from: number; readonly to: number }
  /** Functions that run once or make things for others: `main`, constructors. */
  readonly notIn?: RegExp
  readonly flow?: FlowQuestion
  /** Rules whose places, where they use what this one found, tell the same fault: they are named with it. */
  readonly alsoFound?: readonly string[]
  readonly reports: Readonly<Partial<Record<Outcome, Report>>>
  readonly causes: readonly CauseId[]
  /** What to write instead, as code. */
  readonly fix: string
  /** Below 80 % precision, or not measured: only with `--rule`. */
  readonly isOffByDefault?: true
  readonly samples: { readonly faulty: readonly Sample[]; readonly fine: readonly string[] }
}

/** What a call means, whatever its words are called in the file: a type or a module, a dot, a name. */
export interface Meaning {
  /** `aiohttp.ClientSession.get`, `net/http.Get`, `undici.request`. */
  readonly is: RegExp
  /** Of these only calls whose arguments say so. */
  readonly onlyWith?: { readonly is: RegExp; readonly text: RegExp }
  /** … or the type of something that it is given. */
  readonly takes?: RegExp
  /** … or of the variable that its value is put into. */
  readonly gives?: RegExp
  /** Where the file does not say what it is: the callee as it is written. Less sure. */
  readonly isNamed?: RegExp
  /** Most of what is found is meant, and looked after: it is asked only of what is left open. */
  readonly isAskedLate?: true
}

interface Report {
  readonly severity: Severity
  /** 0 … 1: of reports like this, so many are right. Measured in docs/scan-accuracy.md. */
  readonly confidence: number
  /** May hold `{line}`, where the path leaves, and `{into}`, what it is collected in. */
  readonly message: string
}

interface Sample {
  readonly code: string
  /** 1-based lines that are reported. */
  readonly lines: readonly number[]
  readonly outcome?: Outcome
}

type AstGrepRule = Readonly<Record<string, unknown>>

/** Which value is opened, and what becomes of it. Members are names, or `name('literal')` for a first argument. */
export interface FlowQuestion {
  /** The value of the match; the first parameter of the last function given to it; the match's own last parameter. */
  readonly opens: 'value' | 'callback-parameter' | 'parameter'
  /** The value is harmless until one of these members is used. */
  readonly opensOn?: readonly string[]
  /** Members that close or consume it. */
  readonly ends: readonly string[]
  /** Members that leave it as it is; `all`: whatever is not named elsewhere. Unknown members let it escape. */
  readonly looks: readonly string[] | 'all'
  /** Members whose value is still the same thing: `body`, `getEntity`. */
  readonly derives?: readonly string[]
  /** Members that call a function with it: `then`, `let`. */
  readonly hands?: readonly string[]
  /** Functions that end what they are given, as `EntityUtils.consume`, `EntityUtils.*` or `*.readAll`. */
  readonly endsIn?: readonly string[]
  /** Functions that only look at what they are given. */
  readonly looksIn?: readonly string[]
  /** Functions and constructors whose value still is the thing. */
  readonly wrapsIn?: readonly string[]
  /** Methods of anything that end it: `releaseConnection` of the request. */
  readonly endsElsewhere?: readonly string[]
}

export function defineRule(rule: Rule): Rule {
  return rule
}

/** What of a rule is its language's own. */
type Variant = Omit<Rule, 'id' | 'title' | 'causes' | 'reports'> & {
  /** Of the outcomes that are reported in this language. */
  readonly confidence: Readonly<Partial<Record<Outcome, number>>>
}

/** The same fault in another language: one id, one page, one message; found, measured and mended in its own way. */
export function alsoIn(
  { id, title, causes, reports }: Rule,
  { confidence: confidences, ...own }: Variant,
): Rule {
  const said: Partial<Record<Outcome, Report>> = {}
  for (const outcome of OUTCOMES) {
    const report = reports[outcome]
    const confidence = confidences[outcome]
    if (report !== undefined && confidence !== undefined) said[outcome] = { ...report, confidence }
  }
  return { id, title, causes, ...own, reports: said }
}
