/** How many frames a second the page's pictures hold while they are panned, in Chromium: `npm run bench:page -- --help`. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeExhibits } from './make-exhibits.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const SOURCES = join(ROOT, 'packages', 'web')
/** The goal. */
const GOAL_FPS = 50
const SECOND = 1e9

const HELP = `npm run bench:page -- [options]

  --points N        on the timeline (default 1000000)
  --connections N   lanes (default 10000)
  --seconds N       how long each picture is panned (default 4)
  --width N         of the window, in CSS pixels (default 1360)
  --ratio N         dots to a CSS pixel (default 1)
`

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '1000000' },
    connections: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '4' },
    width: { type: 'string', default: '1360' },
    ratio: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

/** What is panned: a picture, what is in view, and how the pointer goes. */
const SCENES = [
  { title: 'timeline, an hour in view', name: 'Timeline', range: { fromNs: 0, toNs: 3590 * SECOND } },
  {
    title: 'timeline, a minute in view',
    name: 'Timeline',
    range: { fromNs: 1800 * SECOND, toNs: 1860 * SECOND },
  },
  {
    title: 'timeline, 20 ms in view',
    name: 'Timeline',
    range: { fromNs: 1800 * SECOND, toNs: 1800.02 * SECOND },
  },
  { title: 'timeline, zoomed in and out', name: 'Timeline', range: undefined, zoom: true },
  { title: 'lanes, an hour in view', name: 'Lanes', range: undefined },
  { title: 'lanes, scrolled by the wheel', name: 'Lanes', range: undefined, wheel: true },
  { title: 'lanes, dense', name: 'Lanes', range: undefined, dense: true },
  { title: 'lanes, dense, scrolled', name: 'Lanes', range: undefined, dense: true, wheel: true },
]

if (values.help) console.log(HELP)
else await run()

async function run() {
  const { chromium } = await import('playwright-core')
  const executablePath = process.env.WHYRESET_CHROMIUM ?? onPath('chromium')
  const version = spawnSync(executablePath, ['--version', '--no-sandbox'], {
    encoding: 'utf8',
  }).stdout?.trim()
  if (!version) {
    console.error(
      'bench:page: chromium does not start. Install it with `apt-get install chromium`, or name it in WHYRESET_CHROMIUM.',
    )
    process.exitCode = 1
    return
  }
  const html = await harness()
  const data = makeExhibits({ points: Number(values.points), connections: Number(values.connections) })
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    const page = await browser.newPage({
      viewport: { width: Number(values.width), height: 900 },
      deviceScaleFactor: Number(values.ratio),
    })
    await page.setContent(html)
    const processor = await processorOf(page)
    await page.evaluate(
      (made) =>
        globalThis.showPicture({
          ...made,
          lang: 'en',
          theme: 'light',
          selection: {},
          filter: {},
          name: 'Timeline',
        }),
      data,
    )
    console.log(
      `${version}, ${cpus()[0]?.model ?? ''} × ${cpus().length}, ${values.points} points, ${values.connections} connections\n`,
    )
    console.log('| panned | frames/s | frame, median | 95 % under | longest | processor a frame |')
    console.log('| --- | ---: | ---: | ---: | ---: | ---: |')
    for (const scene of SCENES) {
      const { fps, median, p95, longest, cpuMs } = await pan(page, processor, scene)
      console.log(
        `| ${scene.title} | ${fps.toFixed(1)} | ${median.toFixed(1)} ms | ${p95.toFixed(1)} ms | ${longest.toFixed(1)} ms | ${cpuMs.toFixed(1)} ms |`,
      )
      if (fps < GOAL_FPS) process.exitCode = 1
    }
    if (process.exitCode === 1) console.error(`\nbench:page: fewer than ${GOAL_FPS} frames a second`)
  } finally {
    await browser.close()
  }
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? program
}

/** Presses, moves to and fro as a hand does, and counts the frames that the browser drew meanwhile. */
async function pan(page, processor, { name, range, wheel, zoom, dense }) {
  await page.evaluate((change) => globalThis.showPicture(change), { name: 'Ladder' })
  await page.evaluate((change) => globalThis.showPicture(change), { name, range })
  if (dense) await page.getByRole('button', { name: 'Dense' }).click()
  await page.waitForTimeout(400)
  const box = await page.locator('canvas.pic-canvas').boundingBox()
  const middle = { x: box.x + box.width * 0.7, y: box.y + Math.min(200, box.height * 0.5) }
  await page.mouse.move(middle.x, middle.y)
  if (zoom) await page.keyboard.down('Control')
  else if (!wheel) await page.mouse.down()
  const before = await processor()
  await page.evaluate(() => {
    const times = []
    const count = (now) => {
      times.push(now)
      globalThis.counting = requestAnimationFrame(count)
    }
    globalThis.frameTimes = times
    globalThis.counting = requestAnimationFrame(count)
  })
  const end = performance.now() + Number(values.seconds) * 1000
  for (let step = 0; performance.now() < end; step++) {
    if (zoom) await page.mouse.wheel(0, Math.sin(step / 40) > 0 ? -60 : 60)
    else if (wheel) await page.mouse.wheel(0, Math.sin(step / 60) > 0 ? 60 : -50)
    else await page.mouse.move(middle.x + Math.sin(step / 25) * 300, middle.y)
  }
  const after = await processor()
  const times = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.counting)
    return globalThis.frameTimes
  })
  if (zoom) await page.keyboard.up('Control')
  else if (!wheel) await page.mouse.up()
  await page.waitForTimeout(300)
  const lengths = times.slice(1).map((time, index) => time - times[index])
  const sorted = lengths.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    fps: (lengths.length / (times.at(-1) - times[0])) * 1000,
    median: at(0.5),
    p95: at(0.95),
    longest: at(1),
    cpuMs: ((after - before) / lengths.length) * 1000,
  }
}

/** Asks for the processor time of the page's main thread, in seconds: other programs do not slow it down. */
async function processorOf(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  }
}

/** The pictures in an empty page, as the tests show them. */
async function harness() {
  const { build } = await import('esbuild')
  const common = { absWorkingDir: ROOT, bundle: true, minify: true, write: false, logLevel: 'warning' }
  const script = await build({
    ...common,
    entryPoints: [join(SOURCES, 'test', 'pictures-harness.tsx')],
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  const style = await build({ ...common, entryPoints: [join(SOURCES, 'src', 'page.css')] })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><style>${style.outputFiles[0].text}</style></head><body><main id="page"></main><script>${script.outputFiles[0].text}</script></body></html>`
}
