import type { HelperAnswer } from './flow/walker.ts'
import type { Place, ScanProblem } from './place.ts'
import type { Opener, Question } from './project/question.ts'
import type { LanguageId } from './rule.ts'

/** A tree is gone through up to three times; what one pass leaves for the next is bounded, however large the tree. */
export type Pass =
  | { readonly kind: 'first' }
  /** What functions do that other files give something to. */
  | { readonly kind: 'answers'; readonly questions: readonly Question[] }
  /** Files that asked are looked at anew; in the others the calls of what opens something. */
  | {
      readonly kind: 'again'
      readonly openers: readonly Opener[]
      readonly answers: ReadonlyMap<string, HelperAnswer>
      readonly asked: ReadonlySet<string>
    }

/** What some files gave in one pass. */
export interface PassReport {
  readonly places: readonly Place[]
  readonly problems: readonly ScanProblem[]
  readonly openers: readonly Opener[]
  readonly questions: readonly Question[]
  readonly answers: readonly { readonly id: string; readonly answer: HelperAnswer }[]
  /** Files whose earlier places these replace. */
  readonly anew: readonly string[]
  readonly files: number
  readonly lines: number
  readonly languages: Readonly<Partial<Record<LanguageId, number>>>
  /** Files that were given to a parser. */
  readonly parsed: number
  /** UTF-16 units in them. */
  readonly parsedUnits: number
}
