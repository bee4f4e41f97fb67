import { CAUSE_TITLES, cleanShort, type Styler } from '@whyreset/report'
import { FAMILY_OF, FAMILY_TITLES, WARNING_TITLES } from './cause-families.ts'
import { pageIds, readPage } from './cause-pages.ts'
import { closest } from './closest.ts'
import { styleMarkdown } from './style-markdown.ts'
import { stylerFor } from './terminal-style.ts'
import { UsageError } from './usage-error.ts'

/** UTF-16 units of a mistyped id that the error repeats. */
const MAX_TYPED_LENGTH = 60

/** Prints the page of a cause or warning, or without one the list of all. */
export function runExplain(cause: string | undefined, { color }: { readonly color: boolean }): void {
  process.stdout.write(explain(cause, stylerFor(process.stdout, color)))
}

function explain(cause: string | undefined, style: Styler): string {
  if (cause === undefined) return listPages(style)
  const ids = pageIds()
  if (ids.includes(cause)) return styleMarkdown(readPage(cause), style)
  const meant = closest(cause, ids)
  const advice = meant === undefined ? '"whyreset explain" lists them' : `Did you mean ${meant}?`
  throw new UsageError(`no cause is called '${cleanShort(cause, MAX_TYPED_LENGTH)}'\n(${advice})`)
}

function listPages(style: Styler): string {
  const entries = Object.entries(FAMILY_OF)
  const families = new Set(entries.map(([, family]) => family))
  const columns = Math.max(...entries.map(([id]) => id.length)) + 2
  const paragraphs = Array.from(families, (family) => {
    const rows = entries
      .filter(([, other]) => other === family)
      .map(([id]) => `  ${id.padEnd(columns)}${style('dim', titleOf(id))}`)
    return [style('bold', FAMILY_TITLES[family]), ...rows].join('\n')
  })
  return `${paragraphs.join('\n\n')}\n\nwhyreset explain CAUSE prints its page.\n`
}

function titleOf(id: string): string {
  const causes: Readonly<Record<string, { readonly en: string }>> = CAUSE_TITLES
  const warnings: Readonly<Record<string, string>> = WARNING_TITLES
  return causes[id]?.en ?? warnings[id] ?? ''
}
