import type { Diagnosis } from '@whyreset/core'
import { anonymize, renderJson, renderMarkdown, renderTerminal, type Lang } from '@whyreset/report'
import { stylerFor, widthOf } from './terminal-style.ts'

/** What a person chose of how the answer looks. */
export interface ReportFlags {
  readonly json?: true
  readonly markdown?: true
  readonly lang: Lang
  readonly anonymize?: true
  readonly color: boolean
}

/** The answer as it goes to stdout. */
export function render(found: Diagnosis, flags: ReportFlags): string {
  const { json, markdown, lang, color } = flags
  const diagnosis = flags.anonymize === true ? anonymize(found) : found
  if (json === true) return renderJson(diagnosis)
  if (markdown === true) return renderMarkdown(diagnosis, { lang })
  const { stdout } = process
  return renderTerminal(diagnosis, { lang, width: widthOf(stdout), colour: stylerFor(stdout, color) })
}
