export { RULES } from './rules/index.ts'
export type { Place, ScanProblem } from './place.ts'
export type { LanguageId, Outcome, Rule, Severity } from './rule.ts'
