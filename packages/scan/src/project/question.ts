import type { HelperAnswer } from '../flow/walker.ts'
import type { Defined, Meant } from './meant.ts'

/** What one file asks of a function that another may define: what does it do with what it is given? */
export interface Question {
  /** The same for the same question, whoever asks. */
  readonly id: string
  readonly rule: string
  readonly meant: Meant
  /** Of the arguments; `RECEIVER`: what it is called on. */
  readonly argument: number
  /** How many arguments the call has. */
  readonly count: number
  /** Who asks. */
  readonly file: string
}

export type Answers = ReadonlyMap<string, HelperAnswer>

/** A function that opens something and gives it to its caller: a call of it is an opening too. */
export interface Opener {
  readonly rule: string
  readonly defined: Defined
}

export function questionId({ rule, meant, argument, count }: Omit<Question, 'id' | 'file'>): string {
  return JSON.stringify([
    rule,
    meant.language,
    meant.functionName,
    meant.isExtension,
    argument,
    count,
    meant.places,
  ])
}
