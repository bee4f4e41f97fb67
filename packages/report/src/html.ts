import type { Comparison, Diagnosis, Exhibits } from '@whyreset/core'
import { renderComparisonTerminal } from './compare/compare-terminal.ts'
import type { Lang } from './messages/lang.ts'
import { renderMessage } from './messages/render-message.ts'
import { renderTerminal } from './terminal.ts'

/** An answer and what its pictures need. Exhibits are absent where only a saved answer was read. */
export interface PageSide {
  readonly diagnosis: Diagnosis
  readonly exhibits?: Exhibits
}

/** What a page shows: an answer, or two held against each other. */
export type PageData =
  | ({ readonly schema: 'whyreset.page/1'; readonly kind: 'diagnosis' } & PageSide)
  | {
      readonly schema: 'whyreset.page/1'
      readonly kind: 'comparison'
      readonly comparison: Comparison
      readonly before: PageSide
      readonly after: PageSide
    }

export interface HtmlOptions {
  readonly lang?: Lang
  /** gzip and base64, for what is large: the page undoes it. */
  readonly pack?: (json: string) => string
}

/** JSON above this is packed: below, it can still be read in the page's source. UTF-16 units. */
const MAX_PLAIN = 262_144

/**
 * The answer as one HTML file that needs no network: `template` is page.html of the package, built by scripts/web.mjs.
 * Nothing from an input is markup or script in it.
 */
export function renderHtml(
  template: string,
  data: PageData,
  { lang = 'en', pack }: HtmlOptions = {},
): string {
  const json = JSON.stringify(data)
  const packed = pack !== undefined && json.length > MAX_PLAIN ? pack(json) : undefined
  const verdict = data.kind === 'diagnosis' ? data.diagnosis.verdict : data.comparison.verdict
  const text =
    data.kind === 'diagnosis'
      ? renderTerminal(data.diagnosis, { lang })
      : renderComparisonTerminal(data.comparison, { lang })
  const parts: Readonly<Record<string, string>> = {
    title: escapeHtml(`${renderMessage(verdict, lang)} · whyreset`),
    text: escapeHtml(text),
    encoding: packed === undefined ? 'json' : 'gzip-base64',
    data: packed ?? scriptJson(json),
  }
  // A function: `$&` in a text is no pattern then.
  return template.replace(/<!--whyreset:(\w+)-->|whyreset-encoding-here/g, (all, name: string | undefined) =>
    name === undefined ? (parts['encoding'] ?? '') : (parts[name] ?? all),
  )
}

/**
 * JSON that stays inside its script element: without `<` there is no end tag and no comment (HTML §4.12.1.3), and the
 * two line ends of JavaScript that JSON allows are escaped as well.
 */
function scriptJson(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
