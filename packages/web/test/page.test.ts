import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyreset } from '../../cli/test/whyreset.ts'
import { violations } from './accessibility.ts'
import { launch, noChromium, openPage } from './chromium.ts'
import { EVIL, writeHostileEvidence, writeHostileSource } from './hostile-evidence.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const TEMPLATE = fileURLToPath(new URL('../../cli/dist/page.html', import.meta.url))
const VIEWS = ['answer', 'timeline', 'incident=6', 'findings', 'incidents', 'leaks', 'hosts', 'inputs']

describe.skipIf(noChromium !== false)(`the page of --html (${noChromium || 'in Chromium'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-page-'))
  const story = join(folder, 'story.html')
  let browser: Browser

  beforeAll(async () => {
    expect(whyreset([STORY, '--html', story]).code).toBe(0)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function inContext<T>(
    options: Parameters<Browser['newContext']>[0],
    use: (context: BrowserContext) => Promise<T>,
  ): Promise<T> {
    const context = await browser.newContext(options)
    // A page that asks the network for anything fails the test by its complaint.
    await context.route(/^(?!file:|blob:|data:)/, (route) => route.abort())
    try {
      return await use(context)
    } finally {
      await context.close()
    }
  }

  it('opens from disk with the verdict, the proof and the fix, and complains of nothing', async () => {
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(story))
      expect(await page.textContent('h1')).toContain(
        '10.91.1.1 reset 127 of 223 connections to 10.91.1.2:8080',
      )
      const text = await page.innerText('main')
      expect(text).toContain('capture.pcap frame')
      expect(text).toContain('whyreset explain garbage-collected')
      expect(await page.title()).toContain('10.91.1.1')
      expect(complaints).toEqual([])
    })
  })

  it('is for its owner, and under 400 kB without the data', () => {
    expect(statSync(story).mode & 0o777).toBe(0o600)
    expect(statSync(TEMPLATE).size).toBeLessThan(400_000)
  })

  it('speaks the language of the browser, switches, and remembers it in the address', async () => {
    await inContext({ locale: 'zh-CN' }, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story))
      expect(await page.getAttribute('html', 'lang')).toBe('zh-CN')
      expect(await page.textContent('h1')).toContain('重置')
      await page.getByRole('button', { name: 'English' }).click()
      expect(await page.textContent('h1')).toContain('reset 127')
      await page.waitForURL(/lang=en/)
      await page.reload()
      expect(await page.getAttribute('html', 'lang')).toBe('en')
    })
  })

  it('leads from a row of the incidents to its connection, and back with the keyboard', async () => {
    await inContext({}, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story, '#view=incidents'))
      const search = page.getByRole('searchbox')
      await search.fill('58224')
      await page.waitForFunction('document.querySelectorAll("tbody tr").length === 1')
      await page.locator('tbody a').first().focus()
      await page.keyboard.press('Enter')
      await page.waitForURL(/incident=12\b/)
      expect(await page.innerText('main')).toContain('tcp.stream eq 20')
      await page.goBack()
      await page.waitForURL(/view=incidents/)
    })
  })

  it('sorts, and exports what is shown as CSV that no spreadsheet calculates', async () => {
    await inContext({}, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story, '#view=incidents'))
      await page.getByRole('button', { name: 'Unread bytes' }).click()
      await page.getByRole('button', { name: 'Unread bytes' }).click()
      expect(await page.locator('th[aria-sort=descending]').count()).toBe(1)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export CSV' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('whyreset-incidents.csv')
      const csv = readFileSync(await download.path(), 'utf8')
      const lines = csv.trimEnd().split('\r\n')
      expect(lines).toHaveLength(128)
      expect(lines[0]).toContain('Time (UTC)')
      expect(lines[1]).toContain('garbage-collected')
    })
  })

  it('zooms to a burst, and leads from a lane to the ladder that shows its reset', async () => {
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(story, '#view=timeline'))
      await page.getByRole('button', { name: 'Next burst' }).click()
      await page.waitForURL(/time=/)
      const [, from = '', to = ''] = /time=(\d+)-(\d+)/.exec(page.url()) ?? []
      // The whole record is 65 s long; a burst is milliseconds after its collection.
      expect(Number(to) - Number(from)).toBeLessThan(2e9)
      await page.reload()
      expect(page.url()).toContain(`time=${from}-${to}`)
      const lanes = page.getByRole('application', { name: /connections as lanes/ })
      // Where every lane has a line of its own, the first one is there.
      const dense = page.getByRole('button', { name: 'Dense', pressed: true })
      if ((await dense.count()) > 0) await dense.click()
      await lanes.click({ position: { x: 120, y: 43 } })
      await page.waitForURL(/connection=\d+/)
      await page.waitForSelector('.about')
      const ladder = page.getByRole('table', { name: /Segments between/ })
      expect(await ladder.innerText()).toMatch(/RST/)
      expect(complaints).toEqual([])
    })
  })

  it('leads from each incident to a ladder with its frame and what cites it', async () => {
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story, '#incident=6'))
      const ladder = page.getByRole('table', { name: /Segments between/ })
      expect(await ladder.innerText()).toContain('1671')
      expect(await page.innerText('main')).toContain('tcp.stream eq 10')
      expect(await ladder.innerText()).toContain('GET /catalog-all.jar')
    })
  })

  it('draws only the rows in sight of thousands', async () => {
    const saved: { incidents: object[] } = JSON.parse(whyreset([STORY, '--json']).stdout)
    const [one] = saved.incidents
    const incidents = Array.from({ length: 10_000 }, (_, index) => ({ ...one, id: `r${index}` }))
    const file = join(folder, 'many.json')
    const many = join(folder, 'many.html')
    writeFileSync(file, JSON.stringify({ ...saved, incidents }))
    expect(whyreset([file, '--html', many]).code).toBe(0)
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(many, '#view=incidents'))
      expect(await page.getByRole('status').innerText()).toBe('10,000 rows')
      await page.locator('.table-scroll').evaluate((box) => {
        box.scrollTop = box.scrollHeight
      })
      await page.getByRole('link', { name: '10,000', exact: true }).waitFor()
      expect(await page.locator('tbody tr').count()).toBeLessThan(100)
      expect(complaints).toEqual([])
    })
  })

  it('compares two answers, and shows both sides', async () => {
    const file = join(folder, 'compare.html')
    const fixed = fileURLToPath(new URL('../../core/test/lab/fetch-small-file', import.meta.url))
    whyreset(['compare', STORY, fixed, '--html', file])
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(file))
      expect(await page.locator('.changes > li').count()).toBeGreaterThan(0)
      await page.getByRole('navigation').getByRole('link', { name: 'before' }).click()
      expect(await page.textContent('h1')).toContain('10.91.1.1 reset 127')
      await page.getByRole('navigation').getByRole('link', { name: 'Incidents' }).click()
      expect(await page.locator('tbody a').first().innerText()).toBe('1')
      expect(complaints).toEqual([])
    })
  })

  it('hides with --anonymize every address, name and request', () => {
    const file = join(folder, 'hidden.html')
    expect(whyreset([STORY, '--anonymize', '--html', file]).code).toBe(0)
    expect(readFileSync(file, 'utf8')).not.toMatch(/10\.91\.1\.|catalog-all|reference-story/)
  })

  it('runs nothing that evidence, a source file or any name says', async () => {
    const evidence = writeHostileEvidence(join(folder, 'evil'))
    const source = writeHostileSource(join(folder, 'evil source'))
    const file = join(folder, 'evil.html')
    whyreset([evidence, '--src', source, '--html', file])
    const html = readFileSync(file, 'utf8')
    expect(html).not.toMatch(/<img src/)
    // In JSON no tag begins: neither of the data nor of what follows them.
    expect(html.match(/<\/script/g)).toHaveLength(2)
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(file))
      const seen: string[] = []
      for (const view of [...VIEWS, 'incident=2', 'connection=1']) {
        await page.evaluate(
          (hash) => {
            location.hash = hash
          },
          view.includes('=') ? view.replace('6', '1') : `view=${view}`,
        )
        await page.waitForSelector('h1')
        expect(await page.locator('img').count()).toBe(0)
        seen.push(await page.innerText('main'))
      }
      const text = seen.join('\n')
      expect(text).toContain(`GET /${EVIL}`)
      expect(text).toContain(`ClientHello ${EVIL}`)
      expect(text).toContain(`gc ${EVIL}.log`)
      expect(text).toContain(`${EVIL}.mjs:2`)
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(complaints).toEqual([])
    })
  })

  it('runs nothing that the names of two compared folders say', async () => {
    const [before, after] = [join(folder, `before ${EVIL}`), join(folder, `after ${EVIL}`)]
    writeHostileEvidence(before)
    writeHostileEvidence(after)
    const file = join(folder, 'evil-compare.html')
    whyreset(['compare', before, after, '--html', file])
    expect(readFileSync(file, 'utf8')).not.toMatch(/<img src/)
    await inContext({ locale: 'en-US' }, async (context) => {
      const { page, complaints } = await openPage(context)
      await page.goto(urlOf(file))
      expect(await page.innerText('main')).toContain(EVIL)
      expect(await page.locator('img').count()).toBe(0)
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(complaints).toEqual([])
    })
  })

  it('passes axe-core on each view, in both languages and colours', async () => {
    // Colours that still change from one to the other have another contrast.
    await inContext({ reducedMotion: 'reduce' }, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story))
      // One document for all: the address alone changes.
      for (const look of [
        'lang=en&theme=light',
        'lang=zh&theme=light',
        'lang=en&theme=dark',
        'lang=zh&theme=dark',
      ])
        for (const view of VIEWS) {
          await page.evaluate(
            (hash) =>
              new Promise((drawn) => {
                addEventListener(
                  'hashchange',
                  () => requestAnimationFrame(() => requestAnimationFrame(drawn)),
                  {
                    once: true,
                  },
                )
                location.hash = hash
              }),
            `${view.includes('=') ? view : `view=${view}`}&${look}`,
          )
          await page.waitForSelector(
            `html[data-theme=${look.includes('dark') ? 'dark' : 'light'}][lang^=${look.slice(5, 7)}] h1`,
          )
          expect({ view, look, found: await violations(page) }).toEqual({ view, look, found: [] })
        }
    })
  })

  it('prints the answer on light paper, without buttons', async () => {
    await inContext({ colorScheme: 'dark' }, async (context) => {
      const { page } = await openPage(context)
      await page.goto(urlOf(story))
      const pdf = await page.pdf({ format: 'A4' })
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
      expect(await page.getAttribute('html', 'data-theme')).toBe('dark')
      await page.evaluate('dispatchEvent(new Event("beforeprint"))')
      await page.waitForSelector('html[data-theme=light]')
    })
  })
})

function urlOf(file: string, hash = ''): string {
  return `${pathToFileURL(file).href}${hash}`
}
