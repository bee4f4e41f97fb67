import type { Place } from './place.ts'
import { RULES } from './rules/index.ts'

/** What the rule of a place says of it by itself, without anything from the source. */
export function ruleTexts({
  rule: id,
  language,
  outcome,
  leavesAt,
}: Place): Pick<Place, 'message' | 'fix'> | undefined {
  const rule = RULES.find((other) => other.id === id && other.language === language)
  const report = rule?.reports[outcome]
  if (rule === undefined || report === undefined) return undefined
  const message = report.message
    .replace('{line}', leavesAt === undefined ? 'the end' : `line ${leavesAt}`)
    .replace('{into}', 'a collection')
  return { message, fix: rule.fix }
}
