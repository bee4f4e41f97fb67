import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, noChromium, openPage } from '../../web/test/chromium.ts'
import { REFUSED, start, whyreset } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const KEPT = '20261122T145521.190Z-java-11331'

describe('whyreset serve', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-serve-'))
  const root = join(folder, 'kept')
  let served: ReturnType<typeof start>
  let address: URL

  beforeAll(async () => {
    mkdirSync(root)
    cpSync(REFUSED, join(root, KEPT), { recursive: true })
    writeFileSync(join(root, KEPT, 'manifest.json'), '{}')
    writeFileSync(join(folder, 'secret.txt'), 'a secret')
    symlinkSync(join(folder, 'secret.txt'), join(root, KEPT, 'linked.txt'))
    symlinkSync(folder, join(root, 'up'))
    served = start(['serve', root])
    const [line] = await once(served.child.stdout, 'data')
    address = new URL(String(line).trim())
  })
  afterAll(async () => {
    served?.child.kill('SIGINT')
    await served?.end
    rmSync(folder, { recursive: true, force: true })
  })

  /** The path as it is given: no client cleans it. */
  function ask(
    path: string,
    {
      host = address.host,
      method = 'GET',
      headers = {},
    }: { host?: string; method?: string; headers?: object } = {},
  ): Promise<{ status: number; text: string; headers: object }> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: address.port, path, method, headers: { host, ...headers } },
        (response) => {
          let text = ''
          response.setEncoding('latin1').on('data', (part: string) => {
            text += part
          })
          response.once('end', () => {
            resolve({ status: response.statusCode ?? 0, text, headers: response.headers })
          })
        },
      )
      asked.once('error', reject).end(method === 'POST' ? 'x'.repeat(100_000) : undefined)
    })
  }

  it('answers on 127.0.0.1 with a token that nobody guesses', async () => {
    expect(address.hostname).toBe('127.0.0.1')
    expect(address.pathname).toMatch(/^\/[\w-]{32}\/$/)
    expect((await ask(address.pathname)).status).toBe(200)
  })

  it.each(['/', '/wrong/', '/wrong/evidence/index.json', '/evidence/index.json', '//'])(
    'refuses %s, without the token, with no word of the evidence',
    async (path) => {
      const { status, text } = await ask(path)
      expect(status).toBe(403)
      expect(text).not.toContain(KEPT)
    },
  )

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1'])(
    'refuses the Host %j, which a name made to point here would send',
    async (host) => {
      expect((await ask(address.pathname, { host })).status).toBe(421)
    },
  )

  it('lists and gives the evidence of the folder, whole and in parts', async () => {
    const { text } = await ask(`${address.pathname}evidence/${KEPT}/index.json`)
    expect(JSON.parse(text)).toMatchObject({
      files: expect.arrayContaining([expect.objectContaining({ path: 'capture.pcap' })]),
    })
    const part = await ask(`${address.pathname}evidence/${KEPT}/capture.pcap`, {
      headers: { range: 'bytes=0-3' },
    })
    expect(part.status).toBe(206)
    expect(Buffer.from(part.text, 'latin1').toString('hex')).toMatch(/^(d4c3b2a1|4d3cb2a1)$/)
  })

  it.each([
    'evidence/../../secret.txt',
    'evidence/..%2f..%2fsecret.txt',
    'evidence/%2e%2e/%2e%2e/secret.txt',
    `evidence/${KEPT}/linked.txt`,
    'evidence/up/secret.txt',
    'evidence/up/index.json',
    `evidence/${KEPT}/capture.pcap%00.txt`,
    `evidence/${KEPT}/truth.json`,
    'evidence/%ff',
    'evidence//etc/passwd',
  ])('gives nothing of outside the folder: %s', async (path) => {
    const { status, text } = await ask(`${address.pathname}${path}`)
    expect(status).toBe(404)
    expect(text).not.toContain('a secret')
  })

  it('changes nothing and resets nobody, whatever is sent', async () => {
    expect((await ask(address.pathname, { method: 'POST' })).status).toBe(405)
    expect((await ask(`${address.pathname}evidence/${KEPT}/capture.pcap`, { method: 'DELETE' })).status).toBe(
      405,
    )
  })

  it('lets no other page frame it, and no type be guessed', async () => {
    const { headers } = await ask(address.pathname)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    const page = await ask(`${address.pathname}page.js`)
    const tag = Object(page.headers).etag
    expect((await ask(`${address.pathname}page.js`, { headers: { 'if-none-match': tag } })).status).toBe(304)
  })

  it.skipIf(noChromium !== false)(
    `shows an incident as it comes, and its answer (${noChromium || 'in Chromium'})`,
    async () => {
      const browser = await launch()
      try {
        const context = await browser.newContext({ locale: 'en-US' })
        const { page, complaints } = await openPage(context)
        await page.goto(address.href)
        await page.getByText('nothing listens there').first().waitFor()
        expect(await page.locator('.kept li').count()).toBe(1)
        const coming = join(folder, 'coming')
        cpSync(STORY, coming, { recursive: true })
        writeFileSync(join(coming, 'manifest.json'), '{}')
        renameSync(coming, join(root, '20261122T150000.000Z-shop'))
        await page.getByText('127 of 223 connections').first().waitFor()
        await page.locator('.kept a').first().click()
        await page.waitForSelector('.verdict h1')
        expect(await page.textContent('.verdict h1')).toContain('10.91.1.1 reset 127')
        await page.getByRole('link', { name: 'All incidents' }).click()
        await page.waitForSelector('.kept li')
        expect(complaints).toEqual([])
      } finally {
        await browser.close()
      }
    },
  )

  it('ends with 0 when it is interrupted', async () => {
    const other = start(['serve', root])
    await once(other.child.stdout, 'data')
    other.child.kill('SIGINT')
    expect((await other.end).code).toBe(0)
  })

  it('says in a line what it cannot serve', () => {
    const missing = whyreset(['serve', join(folder, 'nowhere')])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toMatch(/^whyreset: .*nowhere: there is no such folder; evidence was wanted\n$/)
    symlinkSync('itself', join(folder, 'itself'))
    const loop = whyreset(['serve', join(folder, 'itself')])
    expect(loop.code).toBe(1)
    expect(loop.stderr).toMatch(/itself: too many .*links.*; evidence was wanted\n$/)
    const taken = whyreset(['serve', root, '--port', address.port])
    expect(taken.code).toBe(1)
    expect(taken.stderr).toContain('address already in use')
  })
})
