import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyreset } from '../../cli/test/whyreset.ts'
import { violations } from './accessibility.ts'
import { launch, noChromium, openPage } from './chromium.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const CLIENT = fileURLToPath(new URL('../../lab/src/programs/HotClient.java', import.meta.url))
/** What would run where code became markup. */
const EVIL = '</script><img src=x onerror=window.hacked=1>'

describe.skipIf(noChromium !== false)(`the code on the page (${noChromium || 'in Chromium'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-page-source-'))
  const source = join(folder, 'shop')
  let browser: Browser

  beforeAll(async () => {
    mkdirSync(source)
    cpSync(CLIENT, join(source, 'HotClient.java'))
    const lines = readFileSync(CLIENT, 'utf8').split('\n')
    const hostile = lines.map((line) =>
      line.includes('getLastModified') ? `${line} // ${EVIL}\u202E` : line,
    )
    writeFileSync(join(source, `ZEvil${EVIL.replaceAll('/', '_')}.java`), hostile.join('\n'))
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(
    flags: readonly string[],
    colorScheme: 'light' | 'dark' = 'light',
    locale: 'en-US' | 'zh-CN' = 'en-US',
  ) {
    const file = join(folder, 'page.html')
    expect(whyreset([STORY, '--src', source, '--html', file, ...flags]).code).toBe(0)
    const context = await browser.newContext({ locale, colorScheme })
    const { page, complaints } = await openPage(context)
    await page.goto(pathToFileURL(file).href)
    await page.locator('.source').waitFor()
    return { page, complaints, close: () => context.close() }
  }

  it('stands below the fix, its line marked, with what speaks for it', async () => {
    const { page, complaints, close } = await open([])
    try {
      expect(await page.innerText('.fix + .source h2')).toMatch(
        /may explain it; the likeliest is .*HotClient\.java:65\.$/,
      )
      expect((await page.innerText('.source li.here >> nth=0')).trim()).toBe(
        'long changed = connection.getLastModified();',
      )
      expect(await page.innerText('.source')).toContain(
        'explains garbage-collected, found on 127 connections',
      )
      expect(complaints).toEqual([])
    } finally {
      await close()
    }
  })

  it('is never markup, and turns nothing', async () => {
    const { page, complaints, close } = await open([])
    try {
      const text = await page.innerText('.source')
      expect(text).toContain(EVIL)
      expect(text).not.toContain('\u202E')
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(complaints).toEqual([])
    } finally {
      await close()
    }
  })

  it.each(['light', 'dark'] as const)('can be read by everybody, %s', async (colorScheme) => {
    const { page, close } = await open([], colorScheme)
    try {
      expect(await violations(page)).toEqual([])
    } finally {
      await close()
    }
  })

  it('says in Chinese what the rule says, and the comments of its fix', async () => {
    const { page, close } = await open([], 'light', 'zh-CN')
    try {
      const text = await page.innerText('.source')
      expect(text).toContain('没有人读取响应体或关闭流')
      expect(text).toContain('// 只需要头部')
      expect(text).not.toMatch(/nobody reads the body|the head is all that is wanted/)
    } finally {
      await close()
    }
  })

  it('is hidden by --anonymize, the line and the rule are not', async () => {
    const { page, close } = await open(['--anonymize'])
    try {
      const text = await page.innerText('.source')
      expect(text).toMatch(/source-\d\.java:65:5[^]*url-connection-body-unread/)
      for (const hidden of ['HotClient', 'Evil', 'openConnection', 'MADE']) expect(text).not.toContain(hidden)
    } finally {
      await close()
    }
  })
})
