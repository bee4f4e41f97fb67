import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe-core finds wrong on the page as it is now: `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  // Past the page's policy, which allows no script but its own: evaluated by the browser's debugger, once for a document.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`,
  )
  return Array.isArray(found) ? found.map(String) : ['axe gave no answer']
}
