import { fileURLToPath } from 'node:url'
import { analyze, type Exhibits, type Ladder } from '@whyreset/core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PictureProps } from '../src/pictures/picture.ts'
import { violations } from './accessibility.ts'
import { launch, noChromium, openPage } from './chromium.ts'
import {
  boxOf,
  clear,
  drag,
  expectSaid,
  filesOf,
  harness,
  NAMES,
  nextFrame,
  pixels,
  placeOf,
  show,
  told,
  type Shown,
} from './pictures-page.ts'
import { HOSTILE, pictureStory } from './pictures-story.ts'

const RECORDED = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const STORY = pictureStory()
/** Evidence in which nothing happened. */
const NOTHING: Pick<PictureProps, 'diagnosis' | 'exhibits'> = {
  diagnosis: { ...STORY.diagnosis, findings: [], incidents: [] },
  exhibits: {
    ...STORY.exhibits,
    toNs: 0,
    timeline: {
      resets: { count: 0, timesNs: [] },
      refused: { count: 0, timesNs: [] },
      collections: [],
      logs: [],
      kernelResets: [],
      triggers: [],
    },
    lanes: emptyLanes(),
    ladders: [],
    hosts: [],
  },
}

describe.skipIf(noChromium !== false)(`pictures (${noChromium || 'in Chromium'})`, () => {
  let browser: Browser
  let shared: Page
  let complaints: string[]

  beforeAll(async () => {
    browser = await launch()
    ;({ page: shared, complaints } = await emptyPage())
  })
  afterAll(() => browser?.close())

  async function emptyPage(options: BrowserContextOptions = {}): ReturnType<typeof openPage> {
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    })
    const opened = await openPage(context)
    await opened.page.setContent(await harness())
    return opened
  }

  /** The story in one picture that is made anew, and complains of nothing. */
  async function withPicture(
    change: Shown,
    use: (page: Page) => Promise<void>,
    page = shared,
  ): Promise<void> {
    await clear(page)
    await show(page, { ...STORY, lang: 'en', theme: 'light', selection: {}, filter: {}, ...change })
    await page.locator('#page > section > *').waitFor()
    await use(page)
    expect(complaints).toEqual([])
  }

  describe('the timeline', () => {
    it('goes from burst to burst, near enough to see the collection before each', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        await page.getByRole('button', { name: 'Next burst' }).click()
        expect(await page.innerText('.pic-tools')).toContain('burst 1 of 7')
        const range = await told(page, 'range')
        // The first collection lasts from 6.000 to 6.014 s, and its burst begins 0.4 ms later.
        expect(range.fromNs).toBeLessThan(6e9)
        expect(range.fromNs).toBeGreaterThan(5.99e9)
        expect(range.toNs).toBeGreaterThan(6.0144e9)
        expect(range.toNs).toBeLessThan(6.03e9)
      })
    })

    it('is stepped through by keys, which say what is there and choose it', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        await page.locator('canvas[tabindex]').focus()
        await page.keyboard.press('ArrowRight')
        await expectSaid(page, 'resets: closed by the garbage collector: 14:55:22.014 400 000')
        await expectSaid(page, 'reset: 10.91.1.1:50000 → 10.91.1.2:8080')
        await page.keyboard.press('ArrowDown')
        await expectSaid(page, 'Pause Young (Normal) (G1 Evacuation Pause)')
        await page.keyboard.press('ArrowUp')
        await page.keyboard.press('Enter')
        expect(await told(page, 'selection')).toEqual({ incident: expect.any(Number) })
        await page.keyboard.press('Escape')
        expect(await told(page, 'selection')).toEqual({})
      })
    })

    it('zooms by wheel and keys, pans by dragging, and keeps the moment under the pointer', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        const { x, y } = await placeOf(page, 30e9)
        await page.mouse.move(x, y)
        await page.keyboard.down('Control')
        await page.mouse.wheel(0, -600)
        await page.keyboard.up('Control')
        const zoomed = await told(page, 'range')
        expect(zoomed.toNs - zoomed.fromNs).toBeLessThan(30e9)
        await expect.poll(async () => Math.abs((await placeOf(page, 30e9)).x - x)).toBeLessThan(2)
        await drag(page, { x, y }, { x: x + 150, y })
        // Each step of the drag is told and drawn by itself.
        await expect.poll(async () => Math.abs((await placeOf(page, 30e9)).x - x - 150)).toBeLessThan(2)
        await page.keyboard.press('Tab')
        await page.getByRole('button', { name: 'All' }).click()
        await page.waitForFunction(() => Reflect.get(globalThis, 'shown').range === undefined)
      })
    })

    it('takes a range that is drawn over with Shift', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        const from = await placeOf(page, 20e9)
        const to = await placeOf(page, 40e9)
        await page.keyboard.down('Shift')
        await drag(page, from, to)
        await page.keyboard.up('Shift')
        const range = await told(page, 'range')
        expect(range.fromNs / 1e9).toBeCloseTo(20, 0)
        expect(range.toNs / 1e9).toBeCloseTo(40, 0)
      })
    })

    it('shows what the pointer is at, and a click chooses it', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        const { x, y } = await placeOf(page, 6.0144e9)
        await page.mouse.move(x, y)
        await page.locator('.pic-tip').waitFor()
        expect(await page.innerText('.pic-tip')).toContain('closed by the garbage collector')
        await page.mouse.click(x, y)
        expect((await told(page, 'selection')).incident).toBeLessThan(12)
      })
    })

    it('says beside it how many bursts followed, and how many would by chance', async () => {
      await withPicture({ name: 'Timeline' }, async (page) => {
        const chance = await page.innerText('.pic-chance')
        expect(chance).toMatch(/All 7 bursts began within .* of a collection/)
        expect(chance).toContain('fewer than one record of 1,000 (p < 0.001)')
        expect(chance).toContain('7 of 7 bursts')
        expect(chance).toContain('0.2 of 7 bursts')
        expect(await page.locator('.pic-chance circle').count()).toBe(7)
      })
    })
  })

  describe('the lanes', () => {
    it('open a connection by click and by Enter', async () => {
      await withPicture({ name: 'Lanes' }, async (page) => {
        const box = await boxOf(page)
        await page.mouse.click(box.x + 100, box.y + 34 + 10)
        expect(await told(page, 'selection')).toEqual({ connection: 0, incident: 11, finding: 0 })
        await page.locator('canvas[tabindex]').focus()
        await page.keyboard.press('ArrowDown')
        await page.keyboard.press('ArrowDown')
        await expectSaid(page, '2 of 168, 10.91.1.1:50010 → 10.91.1.2:8080')
        // Who sees and has no mouse reads the same.
        expect(await page.innerText('.pic-tip')).toContain('10.91.1.1:50010 → 10.91.1.2:8080')
        await page.keyboard.press('Enter')
        await page.waitForFunction(() => Reflect.get(globalThis, 'shown').selection.connection === 1)
      })
    })

    it('are put in order and narrowed by cause, outcome, port and range', async () => {
      await withPicture({ name: 'Lanes' }, async (page) => {
        const count = page.locator('.pic-count')
        expect(await count.innerText()).toBe('168 of 168 connections')
        await page.getByLabel('Outcome').selectOption('reset')
        expect(await count.innerText()).toBe('84 of 168 connections')
        await page.getByLabel('Order').selectOption('end')
        await page.getByRole('button', { name: 'ascending' }).click()
        await page.locator('canvas[tabindex]').focus()
        await page.keyboard.press('ArrowDown')
        await expectSaid(page, '1 of 84, 10.91.1.1:50083')
        await page.getByLabel('Cause').selectOption('garbage-collected')
        expect(await told(page, 'filter')).toEqual({ cause: 'garbage-collected' })
        await show(page, { range: { fromNs: 0, toNs: 7e9 } })
        await page.waitForFunction(() => document.querySelector('.pic-count')?.textContent?.startsWith('12 '))
      })
    })

    it('draw only what is in view, and the last after scrolling', async () => {
      await withPicture({ name: 'Lanes' }, async (page) => {
        const canvas = await boxOf(page)
        expect(canvas.height).toBeLessThan(700)
        const before = await pixels(page)
        await page.mouse.move(canvas.x + 200, canvas.y + 200)
        await page.mouse.wheel(0, 100_000)
        await page.waitForFunction(() => {
          const box = document.querySelector('.pic-scroll')
          return box !== null && box.scrollTop + box.clientHeight >= box.scrollHeight - 1
        })
        await nextFrame(page)
        expect(await pixels(page)).not.toBe(before)
        expect((await boxOf(page)).y).toBeCloseTo(canvas.y, 0)
      })
    })
  })

  describe('the ladder', () => {
    it('shows handshake, exchange, where the window closed, the reset and what was unread', async () => {
      await withPicture({ name: 'Ladder', selection: { incident: 0 } }, async (page) => {
        const text = await page.innerText('.ladder')
        for (const part of [
          '[SYN]',
          '[SYN, ACK]',
          'HTTP/1.1 200 OK',
          'window 0',
          '[RST, ACK]',
          '119,808 B received by the client and never read',
        ]) {
          expect(text).toContain(part)
        }
        expect(text).toContain('39 data segments, 56,472 B, 39 acknowledgements')
        expect(await page.innerText('.ladder-foot')).toContain('tcp.stream eq 17')
        expect(await page.locator('.ladder-row', { hasText: '[RST, ACK]' }).innerText()).toContain('1204')
      })
    })

    it('unfolds a run by a click, and all at once', async () => {
      await withPicture({ name: 'Ladder', selection: { incident: 0 } }, async (page) => {
        const rows = page.locator('.ladder-row')
        const folded = await rows.count()
        await page.getByRole('button', { name: '39 data segments' }).click()
        expect(await rows.count()).toBe(folded + 77)
        await page.getByRole('button', { name: 'Unfold all' }).click()
        expect(await page.locator('.ladder-fold').count()).toBe(0)
        await page.getByRole('button', { name: 'Fold' }).click()
        expect(await rows.count()).toBe(folded)
      })
    })

    it('leads from the cited segment to the finding, and marks the frame that was asked for', async () => {
      await withPicture({ name: 'Ladder', selection: { incident: 0, frame: 1204 } }, async (page) => {
        expect(await page.innerText('.ladder-row.chosen')).toContain('[RST, ACK]')
        await page
          .getByRole('button', { name: /RST,ACK in sequence.*proof of: closed by the garbage/ })
          .click()
        expect(await told(page, 'selection')).toEqual({ finding: 0 })
      })
    })

    it('draws a line from each cited segment to its cause, and none crosses another', async () => {
      const { exhibits, diagnosis } = STORY
      const [first] = diagnosis.findings
      if (first === undefined) throw new Error('the story has a finding')
      const findings = [first, { ...first, cause: 'late-reset' as const }]
      const ladders = exhibits.ladders.map((ladder) => ({
        ...ladder,
        cited: [{ segment: 3, finding: 0, proof: 0 }, { segment: 4, finding: 1, proof: 0 }, ...ladder.cited],
      }))
      await withPicture(
        {
          name: 'Ladder',
          diagnosis: { ...diagnosis, findings },
          exhibits: { ...exhibits, ladders },
          selection: { incident: 0 },
        },
        async (page) => {
          const boxes = async (selector: string): Promise<DOMRect[]> =>
            page
              .locator(selector)
              .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
          const [trunk] = await boxes('.line-0 > .trunk')
          const elbows = [...(await boxes('.line-0 > .elbow')), ...(await boxes('.line-1 > .elbow'))]
          expect(await page.locator('.line-0 > .joint').count()).toBe(2)
          expect(await page.locator('.line-1 > .joint').count()).toBe(1)
          // The trunk goes straight down to its arrow.
          expect(elbows[0]?.left).toBe(trunk?.left)
          // The line that is further right turns to its cause first.
          expect(elbows[1]?.left).toBeGreaterThan(elbows[0]?.left ?? Infinity)
          expect(elbows[1]?.bottom).toBeLessThan(elbows[0]?.bottom ?? 0)
          await page.getByRole('button', { name: /^Cause: .*1 cited segment/ }).click()
          expect(await told(page, 'selection')).toEqual({ finding: 1 })
        },
      )
    })

    it('leads from a reset that is not cited to the finding that counts it', async () => {
      const { exhibits, diagnosis } = STORY
      const uncited = { ...exhibits, ladders: exhibits.ladders.map((ladder) => ({ ...ladder, cited: [] })) }
      await withPicture(
        { name: 'Ladder', diagnosis, exhibits: uncited, selection: { incident: 0 } },
        async (page) => {
          await page.locator('.ladder-row', { hasText: '[RST, ACK]' }).getByRole('button').click()
          expect(await told(page, 'selection')).toEqual({ finding: 0 })
        },
      )
    })

    it('renders no more rows than are in view where there are thousands', async () => {
      const { exhibits } = STORY
      const long = exhibits.ladders.map((ladder) => ({ ...ladder, ...repeated(ladder, 40) }))
      await withPicture(
        { name: 'Ladder', exhibits: { ...exhibits, ladders: long }, selection: { incident: 0 } },
        async (page) => {
          await page.getByRole('button', { name: 'Unfold all' }).click()
          expect(await page.locator('.ladder').getAttribute('aria-rowcount')).toMatch(/^\d{4}$/)
          expect(await page.locator('.ladder-row').count()).toBeLessThan(200)
          await page.locator('.ladder-body').evaluate((box) => box.scrollTo(0, box.scrollHeight))
          await page.locator('.ladder-row', { hasText: '[RST, ACK]' }).waitFor()
          expect(await page.locator('.ladder-row').count()).toBeLessThan(200)
        },
      )
    })

    it('takes what a request says for text', async () => {
      await withPicture({ name: 'Ladder', selection: { incident: 0 } }, async (page) => {
        expect(await page.innerText('.ladder')).toContain(HOSTILE)
        expect(await page.locator('img').count()).toBe(0)
        expect(await page.title()).toBe('pictures')
      })
    })

    it('says so where no segments were kept, and gives the commands that show them', async () => {
      await withPicture({ name: 'Ladder', selection: { incident: 5 } }, async (page) => {
        const text = await page.innerText('.pic')
        expect(text).toContain('it has those of 1 connection')
        expect(text).toContain(
          'whyreset capture.pcap gc.log app.log ss.txt --peer 10.91.1.1:50005 --html one.html',
        )
        expect(text).toMatch(/tshark -r capture\.pcap -Y 'tcp\.stream eq \d+'/)
      })
    })

    it('has something to show for every lane, whether it was reset or not', async () => {
      for (let connection = 0; connection < 20; connection++)
        await withPicture({ name: 'Ladder', selection: { connection } }, async (page) => {
          expect(await page.innerText('.pic')).toMatch(/\[SYN\]|whyreset .* --peer 10\.91\.1\.1:\d+/)
        })
    })
  })

  describe('the window plot', () => {
    it('names the stall, and its values by key', async () => {
      await withPicture({ name: 'WindowPlot', selection: { incident: 0 } }, async (page) => {
        expect(await page.innerText('figcaption')).toMatch(/server → client · window 0 for 4\.61.s/)
        await page.locator('canvas[tabindex]').focus()
        await page.keyboard.press('ArrowRight')
        await expectSaid(page, 'sent: 1,449 B')
        await page.keyboard.press('ArrowRight')
        await expectSaid(page, 'acknowledged: 1,449 B')
      })
    })
  })

  describe('of the recorded reference story', () => {
    let recorded: Pick<PictureProps, 'diagnosis' | 'exhibits'>

    beforeAll(async () => {
      recorded = await analyze(filesOf(RECORDED), { exhibits: true })
    })

    it('show that every burst follows a collection, and how soon', async () => {
      await withPicture({ ...recorded, name: 'Timeline' }, async (page) => {
        expect(await page.innerText('.pic-chance')).toContain('6 of 6 bursts')
        const name = await page.locator('canvas[tabindex]').getAttribute('aria-label')
        expect(name).toContain('resets: closed by the garbage collector; collections (jvm G1)')
        await page.getByRole('button', { name: 'Previous burst' }).click()
        expect(await page.innerText('.pic-tools')).toContain('burst 6 of 6')
        const { fromNs, toNs } = await told(page, 'range')
        expect(toNs - fromNs).toBeLessThan(60e6)
      })
    })

    it('lead from a lane to the segments up to its reset, and to what it proves', async () => {
      await withPicture({ ...recorded, name: 'Lanes' }, async (page) => {
        await page.getByLabel('Outcome').selectOption('reset')
        expect(await page.innerText('.pic-count')).toBe('127 of 223 connections')
        await page.locator('canvas[tabindex]').focus()
        for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowDown')
        await expectSaid(page, '10.91.1.1:58144')
        await page.keyboard.press('Enter')
        const selection = await told(page, 'selection')
        await show(page, { name: 'Ladder', selection })
        await page.locator('.ladder').waitFor()
        const text = await page.innerText('.ladder')
        for (const part of [
          'GET /catalog-all.jar HTTP/1.1',
          'window 0',
          '9 probes',
          '[RST, ACK]',
          'never read',
        ]) {
          expect(text).toContain(part)
        }
        expect(await page.innerText('.ladder-foot')).toContain('tcp.stream eq 10')
        const reset = page.locator('.ladder-row', { hasText: '[RST, ACK]' })
        expect(await reset.innerText()).toContain('1671')
        await reset.getByRole('button', { name: 'closed by the garbage collector' }).click()
        expect(await told(page, 'selection')).toEqual({ finding: 0 })
        await show(page, { name: 'WindowPlot', selection })
        expect(await page.innerText('figcaption')).toMatch(/window 0 for 13\.7.s/)
      })
    })
  })

  it.each(NAMES)('%s has a place for nothing at all, and for one instant', async (name) => {
    await withPicture({ name, ...NOTHING, selection: { incident: 0 } }, async (page) => {
      expect((await page.innerText('main')).length).toBeGreaterThan('pictures one'.length)
    })
  })

  it.each(NAMES)('%s passes the accessibility checks in both themes and languages', async (name) => {
    await withPicture({ name, selection: { incident: 0 } }, async (page) => {
      expect(await violations(page)).toEqual([])
      await show(page, { theme: 'dark', lang: 'zh' })
      await nextFrame(page)
      expect(await violations(page)).toEqual([])
    })
  })

  it('draws at the dots of the screen, and finer on paper', async () => {
    const fine = await emptyPage({ deviceScaleFactor: 2 })
    await withPicture(
      { name: 'Timeline' },
      async (page) => {
        const ratio = (): Promise<number> =>
          page
            .locator('canvas[tabindex]')
            .evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.clientWidth)
        expect(await ratio()).toBeCloseTo(2, 1)
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
        expect(await ratio()).toBeCloseTo(3, 1)
      },
      fine.page,
    )
    expect(fine.complaints).toEqual([])
  })

  it('takes the colours of a theme as soon as it changes', async () => {
    await withPicture({ name: 'WindowPlot', selection: { incident: 0 } }, async (page) => {
      const light = await pixels(page)
      await show(page, { theme: 'dark' })
      await nextFrame(page)
      expect(await pixels(page)).not.toBe(light)
      await show(page, { theme: 'light' })
      await nextFrame(page)
      expect(await pixels(page)).toBe(light)
    })
  })
})

function emptyLanes(): Exhibits['lanes'] {
  const { lanes } = STORY.exhibits
  const columns = Object.entries(lanes).map(([name, column]) => [name, Array.isArray(column) ? [] : column])
  return { ...Object.fromEntries(columns), count: 0, share: 1 } as Exhibits['lanes']
}

/** The same segments again and again, before the last: a long connection. */
function repeated(ladder: Ladder, times: number): Partial<Ladder> {
  const again = <T>(column: readonly T[], last: T | undefined): T[] => [
    ...Array.from({ length: times }, () => column.slice(4, -1)).flat(),
    ...(last === undefined ? [] : [last]),
  ]
  const columns = ['frame', 'timeNs', 'from', 'flags', 'seq', 'ack', 'length', 'window', 'marks'] as const
  return Object.fromEntries(columns.map((name) => [name, again(ladder[name], ladder[name].at(-1))]))
}
