import type { CauseId, Message, Severity } from './diagnosis.ts'

export type SourceLanguage = 'java' | 'kotlin' | 'javascript' | 'python' | 'go' | 'csharp'

/** One place in the source where a connection is lost, abandoned or cut. */
export interface SourcePlace {
  /** Its page is docs/rules/<rule>.md. */
  readonly rule: string
  readonly language: SourceLanguage
  /** With `/`; from the current folder where that holds it. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly severity: Severity
  readonly confidence: number
  /** On which ways through the function what was opened is left open; `always`: there is no flow to follow. */
  readonly outcome: 'never' | 'some-path' | 'exception' | 'collected' | 'always'
  readonly message: string
  readonly causes: readonly CauseId[]
  readonly fix: string
  /** 1-based line of the `return` or `throw` that leaves it open. */
  readonly leavesAt?: number
  /** The name of the collection that it is put into. */
  readonly into?: string
  /** The name of the function around it. */
  readonly inFunction?: string
  /** Lines of source around the place. */
  readonly frame: { readonly from: number; readonly lines: readonly string[] }
  /** Stays the same when lines are added above: for baselines. */
  readonly fingerprint: string
  /** Places of the same file that the same fault makes: mended with this one. */
  readonly related?: readonly RelatedPlace[]
  /** What the evidence says for this place, strongest first. */
  readonly evidence?: readonly Message[]
}

export interface RelatedPlace {
  readonly rule: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  readonly outcome: SourcePlace['outcome']
  readonly message: string
  readonly leavesAt?: number
}

/** What a scan of source found. Field by field as published in `scan.schema.json`. */
export interface SourceReport {
  readonly schema: 'whyreset.scan/1'
  readonly verdict: string
  /** The likeliest first. */
  readonly results: readonly SourcePlace[]
  /** What was not looked at, and why. */
  readonly problems: readonly { readonly file: string; readonly line?: number; readonly says: string }[]
  readonly summary: {
    readonly files: number
    readonly lines: number
    /** Files and folders of tests that were left out. */
    readonly testsSkipped: number
    /** Places that the baseline knows; they are not among the results. */
    readonly baselined: number
    /** Places below the wanted severity, or of which the evidence says nothing; they are not among the results. */
    readonly hidden: number
    readonly languages: { readonly [language in SourceLanguage]?: number }
  }
}
