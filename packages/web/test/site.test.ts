import {
  copyFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { analyze } from '@whyreset/core'
import { connection, pcap } from '../../core/test/build/index.ts'
import { violations } from './accessibility.ts'
import { launch, noChromium, openPage } from './chromium.ts'
import { writeHostileEvidence } from './hostile-evidence.ts'
import { serveFolder, type StaticServer } from './static-server.ts'

const SITE = fileURLToPath(new URL('../dist/site', import.meta.url))
const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))

describe.skipIf(noChromium !== false)(`the static site (${noChromium || 'in Chromium'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-site-'))
  let browser: Browser
  let server: StaticServer
  let context: BrowserContext

  beforeAll(async () => {
    server = await serveFolder(SITE)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-US' })
  })
  afterEach(async () => {
    await context.close()
  })

  it('shows the example incident after one click', async () => {
    const { page, complaints } = await openPage(context)
    await page.goto(server.address)
    expect(await page.innerText('main')).toContain('Nothing is uploaded')
    await page.getByRole('link', { name: 'Open the example incident' }).click()
    await page.waitForSelector('.verdict h1')
    expect(await page.textContent('.verdict h1')).toContain('10.91.1.1 reset 127 of 223 connections')
    expect(complaints).toEqual([])
  })

  it('opens chosen files, gzip among them, and sends nothing', async () => {
    const packed = join(folder, 'capture.pcap.gz')
    const capture = readFileSync(join(STORY, 'capture.pcap'))
    // As `cat a.gz b.gz` leaves it: members one after another, an empty one among them.
    const parts = [capture.subarray(0, 50_000), Buffer.alloc(0), capture.subarray(50_000)]
    writeFileSync(packed, Buffer.concat(parts.map((part) => gzipSync(part))))
    const { page, complaints } = await openPage(context)
    await page.goto(server.address)
    await page.evaluate('navigator.serviceWorker.ready.then(() => 1)')
    const before = server.requests.length
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([packed, join(STORY, 'gc.log')])
    await page.waitForSelector('.verdict h1')
    expect(await page.textContent('.verdict h1')).toContain('10.91.1.1 reset 127 of 223 connections')
    const after = server.requests.slice(before)
    expect(after.filter((request) => !/^GET \/(worker\.js|offline\.js)?$/.test(request))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('shows a saved answer, and says why it has no pictures', async () => {
    const [saved, cut] = [join(folder, 'answer.json'), join(folder, 'cut.json')]
    const found = await analyze([
      {
        name: 'capture.pcap',
        replay: false,
        async *open() {
          yield await readFile(join(STORY, 'capture.pcap'))
        },
      },
    ])
    const json = JSON.stringify(found.diagnosis)
    writeFileSync(saved, json)
    writeFileSync(cut, json.slice(0, -100))
    const { page, complaints } = await openPage(context)
    await page.goto(server.address)
    await page.locator('input[type=file]').first().setInputFiles(saved)
    await page.waitForSelector('.verdict h1')
    expect(await page.textContent('.verdict h1')).toContain(found.diagnosis.verdict.text)
    await page.evaluate('location.hash = "view=timeline"')
    await page.waitForSelector('.empty')
    await page.goto(server.address)
    await page.locator('input[type=file]').first().setInputFiles(cut)
    expect(await page.getByRole('alert').innerText()).toContain('not whole')
    writeFileSync(cut, JSON.stringify({ ...found.diagnosis, findings: 'none' }))
    await page.locator('input[type=file]').first().setInputFiles(cut)
    await page.getByRole('alert').getByText('findings: Invalid input: expected array').waitFor()
    await page.getByRole('button', { name: '简体中文' }).click()
    await page.getByRole('alert').getByText('已保存的结论：findings: 无效输入：期望 数组').waitFor()
    expect(complaints).toEqual([])
  })

  it('opens a dropped folder as the command line reads it', async () => {
    const evidence = join(folder, 'dropped')
    const { page } = await openPage(context)
    await page.goto(server.address)
    writeHostileEvidence(evidence)
    await page.locator('input[type=file]').nth(1).setInputFiles(evidence)
    await page.waitForSelector('.verdict h1')
    await page.evaluate('location.hash = "view=inputs"')
    await page.waitForSelector('table')
    expect(await page.innerText('main')).toContain('dropped/<img src=x onerror=')
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('says what to do with zstd, and where nothing is evidence', async () => {
    const packed = join(folder, 'capture.pcap.zst')
    writeFileSync(packed, Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]))
    const { page } = await openPage(context)
    await page.goto(server.address)
    await page.locator('input[type=file]').first().setInputFiles(packed)
    await page.waitForSelector('.verdict h1')
    expect(await page.innerText('main')).toContain('zstd -dc FILE | whyreset -')
    await page.getByRole('link', { name: 'Open other evidence' }).click()
    const readme = join(folder, 'README.md')
    copyFileSync(join(STORY, 'README.md'), readme)
    await page.locator('input[type=file]').first().setInputFiles(readme)
    expect(await page.getByRole('alert').innerText()).toContain('no evidence')
  })

  it('stays answerable while a large capture is read, and stops when asked', async () => {
    const large = join(folder, 'large.pcap')
    writeLargeCapture(large, 400e6)
    const { page } = await openPage(context)
    await page.goto(server.address)
    await page.locator('input[type=file]').first().setInputFiles(large)
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.waitForSelector('.verdict h1')
    expect(await page.innerText('main')).toContain('The reading was stopped')
    const read = await page.innerText('.facts')
    expect(read).toMatch(/packets/)
  })

  it('lets not even its worker talk to another server', async () => {
    const { page } = await openPage(context)
    const large = join(folder, 'policy.pcap')
    writeLargeCapture(large, 100e6)
    await page.goto(server.address)
    const started = page.waitForEvent('worker')
    await page.locator('input[type=file]').first().setInputFiles(large)
    const worker = await started
    const elsewhere = `${server.address.replace('127.0.0.1', 'localhost')}elsewhere`
    const told = await worker.evaluate(
      (address) => fetch(address, { mode: 'no-cors' }).then(String, String),
      elsewhere,
    )
    expect(told).toContain('Failed to fetch')
    expect(server.requests).not.toContain('GET /elsewhere')
  })

  it('works offline after the first visit', async () => {
    const { page } = await openPage(context)
    await page.goto(server.address)
    await page.evaluate('navigator.serviceWorker.ready.then(() => 1)')
    await context.setOffline(true)
    await page.goto(`${server.address}?folder=example`)
    await page.waitForSelector('.verdict h1')
    expect(await page.textContent('.verdict h1')).toContain('10.91.1.1 reset 127')
  })

  it('asks the same evidence again about one peer or time, and the address keeps the question', async () => {
    const { page, complaints } = await openPage(context)
    await page.goto(`${server.address}?folder=example`)
    const verdict = page.locator('.verdict h1')
    await verdict.getByText('reset 127 of 223').waitFor()
    await page.getByText('Ask about one peer or time').click()
    await page.getByRole('textbox', { name: 'From' }).fill('2026-11-22')
    await page.getByRole('textbox', { name: 'To' }).fill('soon')
    await page.getByRole('button', { name: 'Analyse again' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('ISO 8601')
    await page.getByRole('textbox', { name: 'To' }).fill('2026-11-22T14:55:30Z')
    await page.getByRole('button', { name: 'Analyse again' }).click()
    // The first two of six bursts.
    await verdict.getByText('reset 5 of 50').waitFor()
    const narrowed = page.url()
    expect(narrowed).toContain('to=2026-11-22T14')
    await page.getByRole('navigation').getByRole('link', { name: 'Incidents' }).click()
    expect(page.url()).toContain('to=2026-11-22T14')
    await page.goto('about:blank')
    await page.goto(narrowed)
    await verdict.getByText('reset 5 of 50').waitFor()
    await page
      .getByText('Asked about To 2026-11-22')
      .or(page.getByText('Asked about From 2026-11-22'))
      .click()
    await page.getByRole('button', { name: 'All of it' }).click()
    await verdict.getByText('reset 127 of 223').waitFor()
    await page.goBack()
    await verdict.getByText('reset 5 of 50').waitFor()
    await page.evaluate('location.hash = "peer=<img src=x onerror=window.hacked=1>"')
    await page.getByRole('alert').getByText('An address was wanted').waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(complaints).toEqual([])
  })

  it('reads the segments of a connection that the page has none of', async () => {
    const many = join(folder, 'many.pcap')
    writeLargeCapture(many, 1)
    const { page, complaints } = await openPage(context)
    await page.goto(server.address)
    await page.locator('input[type=file]').first().setInputFiles(many)
    await page.waitForSelector('.verdict h1')
    await page.evaluate('location.hash = "incident=290"')
    await page.getByRole('button', { name: 'Read its segments' }).click()
    await page.getByRole('table', { name: /Segments between/ }).waitFor()
    expect(await page.innerText('.ladder-head')).toContain('10.0.0.1:20289')
    expect(complaints).toEqual([])
  })

  it('opens no folder of another address', async () => {
    const { page } = await openPage(context)
    for (const elsewhere of ['//example.org/x', 'http://127.0.0.1:9/x', '../up', 'missing']) {
      await page.goto(`${server.address}?folder=${encodeURIComponent(elsewhere)}`)
      expect(await page.getByRole('alert').innerText()).toContain('could not be read')
    }
    expect(server.requests).not.toContain('GET /x/index.json')
  })

  it('passes axe-core where evidence is opened, in both colours', async () => {
    const { page } = await openPage(context)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.goto(server.address)
      await page.waitForSelector('h1')
      expect(await violations(page)).toEqual([])
    }
  })
})

/** One short connection again and again; each has a port of its own. */
function writeLargeCapture(path: string, bytes: number): void {
  const packets = Array.from(
    { length: 300 },
    (_, index) =>
      connection({ client: `10.0.0.1:${20_000 + index}`, server: '10.0.0.2:8080' })
        .at(index / 100)
        .handshake()
        .after(0.001)
        .server.send(1448)
        .after(0.001)
        .client.rstAck({ window: 0 }).packets,
  ).flat()
  const once = pcap(packets)
  const header = once.subarray(0, 24)
  const records = once.subarray(24)
  const file = openSync(path, 'w')
  try {
    writeSync(file, header)
    for (let written = 0; written < bytes; written += records.length) writeSync(file, records)
  } finally {
    closeSync(file)
  }
}
