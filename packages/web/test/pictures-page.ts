import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Input } from '@whyreset/core'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import type { PictureProps } from '../src/pictures/picture.ts'

const WEB = fileURLToPath(new URL('..', import.meta.url))
export const NAMES = ['Timeline', 'Lanes', 'Ladder', 'WindowPlot'] as const

export type Shown = Partial<PictureProps> & { readonly name?: (typeof NAMES)[number] }

/** Forgets the picture, so that the next one begins anew, under no pointer. */
export async function clear(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(() => Reflect.get(globalThis, 'clearPicture')())
}

export function show(page: Page, change: Shown): Promise<void> {
  return page.evaluate((shown) => Reflect.get(globalThis, 'showPicture')(shown), change)
}

/** What the picture told the page; a range is told when the hand rests. */
export async function told<K extends 'range' | 'selection' | 'filter'>(
  page: Page,
  what: K,
): Promise<NonNullable<PictureProps[K]>> {
  const value = await page.waitForFunction((name) => Reflect.get(globalThis, 'shown')[name], what)
  return value.jsonValue()
}

export async function expectSaid(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('[aria-live]')].some((element) =>
        element.textContent.replaceAll('\u202f', ' ').includes(wanted),
      ),
    text,
  )
}

/** Where a moment is on the first row of the timeline: the same arithmetic as its scale. */
export async function placeOf(page: Page, ns: number): Promise<{ x: number; y: number }> {
  const box = await boxOf(page)
  const range = await page.evaluate(() => Reflect.get(globalThis, 'shown').range)
  const { fromNs, toNs } = range ?? { fromNs: -0.015 * 66e9, toNs: 1.015 * 66e9 }
  const left = Math.round(Math.min(290, box.width * 0.3))
  return { x: box.x + left + ((ns - fromNs) / (toNs - fromNs)) * (box.width - left), y: box.y + 34 + 13 }
}

export async function boxOf(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('canvas[tabindex]').boundingBox()
  if (box === null) throw new Error('the canvas is not in view')
  return box
}

export async function drag(
  page: Page,
  from: { x: number; y: number },
  to: { x: number; y: number },
): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 5 })
  await page.mouse.up()
}

export function pixels(page: Page): Promise<string> {
  return page.locator('canvas[tabindex]').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
}

/** After effects have run and what they asked for is drawn. */
export async function nextFrame(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
      ),
  )
}

/** What the command line would open. */
export function filesOf(folder: string): Input[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const bytes = new Uint8Array(readFileSync(path))
      return {
        name: relative(folder, path),
        replay: true,
        async *open() {
          yield bytes
        },
        readAt: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
      }
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

let made: Promise<string> | undefined

/** The pictures in an empty page, bundled as the page is, once for all pages. */
export function harness(): Promise<string> {
  made ??= makeHarness()
  return made
}

async function makeHarness(): Promise<string> {
  const common = { absWorkingDir: WEB, bundle: true, write: false, logLevel: 'warning' } as const
  const script = await build({
    ...common,
    entryPoints: ['test/pictures-harness.tsx'],
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  const style = await build({ ...common, entryPoints: ['src/page.css'] })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>pictures</title><style>${style.outputFiles[0]?.text ?? ''}</style></head><body><main><h1>pictures</h1><h2>one</h2><div id="page"></div></main><script>${script.outputFiles[0]?.text ?? ''}</script></body></html>`
}
