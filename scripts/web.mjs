/** Builds the page: packages/cli/dist/page.html, which `--html` fills, and the static site, which `serve` serves. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { ROOT } from './setup.mjs'

const SOURCES = join(ROOT, 'packages', 'web', 'src')
const TEMPLATE = join(ROOT, 'packages', 'cli', 'dist', 'page.html')
/** To be put on any static host. */
const SITE = join(ROOT, 'packages', 'web', 'dist', 'site')
/** What `serve` serves: the same without the example, and without the worker that keeps it for later. */
const SERVED = join(ROOT, 'packages', 'cli', 'dist', 'site')
const SERVED_FILES = ['index.html', 'page.css', 'page.js', 'worker.js', 'answer-schema.js']
const EXAMPLE = join(ROOT, 'examples', 'reference-story')

/** Without the data. The issue says it; a page is sent by mail. */
const MAX_TEMPLATE_BYTES = 400_000

/** Gives the paths of what was bundled, for the licences. */
export async function buildWeb() {
  const metafiles = [await buildTemplate(), await buildSite()]
  return metafiles.flatMap(({ inputs }) => Object.keys(inputs))
}

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  platform: 'browser',
  jsx: 'automatic',
  jsxImportSource: 'preact',
}

async function buildTemplate() {
  const { build } = await import('esbuild')
  const inMemory = { ...COMMON, write: false }
  const script = await build({
    ...inMemory,
    entryPoints: [join(SOURCES, 'report-page.tsx')],
    format: 'iife',
  })
  const style = await build({ ...inMemory, entryPoints: [join(SOURCES, 'page.css')] })
  const page = fill(readFileSync(join(SOURCES, 'report-page.html'), 'utf8'), {
    script: inline(script.outputFiles[0].text),
    style: inline(style.outputFiles[0].text),
  })
  if (Buffer.byteLength(page) > MAX_TEMPLATE_BYTES)
    throw new Error(
      `page.html has ${Buffer.byteLength(page)} bytes, at most ${MAX_TEMPLATE_BYTES} were wanted`,
    )
  mkdirSync(dirname(TEMPLATE), { recursive: true })
  writeFileSync(TEMPLATE, page)
  return script.metafile
}

async function buildSite() {
  const { build } = await import('esbuild')
  // Whoever opens the site meanwhile finds the old one or the new one, whole.
  const site = `${SITE}-${process.pid}`
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [
      { in: join(SOURCES, 'site', 'site-page.tsx'), out: 'page' },
      { in: join(SOURCES, 'site', 'worker.ts'), out: 'worker' },
      { in: join(SOURCES, 'site', 'answer-schema.ts'), out: 'answer-schema' },
      { in: join(SOURCES, 'page.css'), out: 'page' },
    ],
    format: 'esm',
    outdir: site,
  })
  cpSync(join(SOURCES, 'site', 'site.html'), join(site, 'index.html'))
  mkdirSync(SERVED, { recursive: true })
  for (const name of SERVED_FILES) cpSync(join(site, name), join(SERVED, name))
  copyExample(join(site, 'example'))
  const files = filesUnder(site)
  const version = createHash('sha256')
  for (const path of files) version.update(path).update(readFileSync(join(site, path)))
  await build({
    ...COMMON,
    entryPoints: [join(SOURCES, 'site', 'offline.ts')],
    outfile: join(site, 'offline.js'),
    format: 'iife',
    define: {
      WHYRESET_FILES: JSON.stringify(['./', ...files]),
      WHYRESET_VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
    },
  })
  rmSync(SITE, { recursive: true, force: true })
  renameSync(site, SITE)
  return metafile
}

/** The example incident, with the list of its files, as any folder beside the page has it. */
function copyExample(to) {
  cpSync(EXAMPLE, to, { recursive: true, filter: (path) => !/README|truth\.json/.test(path) })
  const files = filesUnder(to).map((path) => ({ path, bytes: statSync(join(to, path)).size }))
  writeFileSync(join(to, 'index.json'), `${JSON.stringify({ files })}\n`)
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .toSorted((x, y) => (x < y ? -1 : 1))
}

/** Ends no element early: esbuild escapes `</script` by itself, not the end of a style element. */
function inline(text) {
  if (/<\/(script|style)/i.test(text)) throw new Error('an end tag in the bundle')
  return text.trim()
}

/** A policy that allows exactly this script and this style (CSP Level 3 §6.7.3.2). */
function fill(html, { script, style }) {
  const places = {
    'whyreset-script-hash': `'${hashOf(script)}'`,
    'whyreset-style-hash': `'${hashOf(style)}'`,
    '<script id="whyreset-script"></script>': `<script>${script}</script>`,
    '<style id="whyreset-style"></style>': `<style>${style}</style>`,
  }
  return Object.entries(places).reduce((page, [place, text]) => {
    if (!page.includes(place)) throw new Error(`report-page.html has no ${place}`)
    return page.replace(place, () => text)
  }, html)
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === import.meta.filename) await buildWeb()
