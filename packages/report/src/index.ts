export { anonymize } from './anonymize.ts'
export {
  diagnosisJsonSchema,
  diagnosisSchema,
  parseDiagnosis,
  type ParsedDiagnosis,
} from './diagnosis-schema.ts'
export { cleanShort, cleanText, escapeMarkdown } from './escape.ts'
export { renderJson } from './json.ts'
export { renderMarkdown, type MarkdownOptions } from './markdown.ts'
export { CAUSE_TITLES } from './messages/cause-titles.ts'
export { LABELS, type Labels, type Lang } from './messages/labels.ts'
export { renderMessage } from './messages/render-message.ts'
export { renderTerminal, type TerminalOptions } from './terminal.ts'
export type { Style, Styler } from './terminal/style.ts'
