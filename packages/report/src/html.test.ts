import { expect, it } from 'vitest'
import { diagnosisWith } from '../test/empty-diagnosis.ts'
import { renderHtml, type PageData } from './html.ts'

const TEMPLATE =
  '<title><!--whyreset:title--></title><pre><!--whyreset:text--></pre>' +
  '<script type="application/json" data-encoding="whyreset-encoding-here"><!--whyreset:data--></script>'

const HOSTILE = '</script><script>alert(1)</script><!--\u2028$& <!--whyreset:data-->'

function page(text: string): PageData {
  const diagnosis = diagnosisWith({
    verdict: { id: 'x', values: { text }, text },
    inputs: [{ path: text, kind: 'capture', format: text, records: 1, problems: [] }],
  })
  return { schema: 'whyreset.page/1', kind: 'diagnosis', diagnosis }
}

it('keeps hostile text inside its elements, and gives it back whole', () => {
  const html = renderHtml(TEMPLATE, page(HOSTILE))
  expect(html.match(/<\/?script/g)).toHaveLength(2)
  const [, json = ''] = /<script[^>]*>(.*)<\/script>/s.exec(html) ?? []
  expect(json).not.toMatch(/[<>\u2028\u2029]/)
  expect(JSON.parse(json)).toEqual(page(HOSTILE))
})

it('packs what is large, and says so to the page', () => {
  const html = renderHtml(TEMPLATE, page('x'.repeat(300_000)), { pack: (json) => String(json.length) })
  expect(html).toMatch(/data-encoding="gzip-base64">\d+</)
  expect(renderHtml(TEMPLATE, page('x'), { pack: () => 'packed' })).toContain('data-encoding="json">{')
})
