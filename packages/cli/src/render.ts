import type { Diagnosis } from '@whyreset/core'
import { renderMarkdown, renderTerminal, type Lang } from '@whyreset/report'
import { stylerFor, widthOf } from './terminal-style.ts'

/** What a person chose of how the answer looks. */
export interface ReportFlags {
  readonly json?: true
  readonly markdown?: true
  readonly lang: Lang
  readonly anonymize?: true
  /** File of the page, beside the answer. */
  readonly html?: string
  readonly color: boolean
}

/** The answer for people, as it goes to stdout. */
export function render(diagnosis: Diagnosis, { markdown, lang, color }: Omit<ReportFlags, 'json'>): string {
  if (markdown === true) return renderMarkdown(diagnosis, { lang })
  const { stdout } = process
  return renderTerminal(diagnosis, { lang, width: widthOf(stdout), colour: stylerFor(stdout, color) })
}
