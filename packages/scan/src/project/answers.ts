import type { SgNode } from '@ast-grep/napi'
import { FileFunctions } from '../file-functions.ts'
import { helperAnswer } from '../flow/follow.ts'
import { RECEIVER, type HelperAnswer } from '../flow/walker.ts'
import type { Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import type { FunctionCode } from '../flow/code.ts'
import type { FlowQuestion } from '../rule.ts'
import type { Question } from './question.ts'

/** What the functions of a file that are meant by the questions do with what they are given. */
export function answersOf(
  file: SourceFile,
  root: SgNode,
  questions: readonly Question[],
  rules: readonly Rule[],
): readonly { readonly id: string; readonly answer: HelperAnswer }[] {
  const functions = new FileFunctions(file, root, () => undefined)
  return questions.flatMap(({ id, rule: ruleId, meant, argument, count }) => {
    const question = rules.find((rule) => rule.id === ruleId && rule.language === file.language.id)?.flow
    const code = question === undefined ? undefined : functions.meantBy(meant, false, count)
    if (question === undefined || code === undefined) return []
    const answer = answerOf(code, argument, question, file.language.hasExceptions)
    return answer === undefined ? [] : [{ id, answer }]
  })
}

/** Undefined where it has no such parameter, or no body: an interface says nothing. */
export function answerOf(
  code: FunctionCode,
  argument: number,
  question: FlowQuestion,
  hasExceptions: boolean,
): HelperAnswer | undefined {
  const parameters = code.parameters.filter((target) => target.kind !== 'name' || target.name !== 'self')
  const target = parameters[argument === RECEIVER ? 0 : argument]
  if (target?.kind !== 'name' || isEmpty(code)) return undefined
  return helperAnswer(code, target.name, { question, hasExceptions })
}

function isEmpty({ body }: FunctionCode): boolean {
  return body.kind === 'sequence' && body.items.length === 0
}
