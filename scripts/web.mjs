/** Builds the page: packages/cli/dist/page.html, which `--html` fills, and the static site, which `serve` serves. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './setup.mjs'

const SOURCES = join(ROOT, 'packages', 'web', 'src')
const TEMPLATE = join(ROOT, 'packages', 'cli', 'dist', 'page.html')
/** Without the data. The issue says it; a page is sent by mail. */
const MAX_TEMPLATE_BYTES = 400_000

/** Gives the paths of what was bundled, for the licences. */
export async function buildWeb() {
  return Object.keys((await buildTemplate()).inputs)
}

async function buildTemplate() {
  const { build } = await import('esbuild')
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'warning',
    legalComments: 'none',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  }
  const script = await build({
    ...common,
    entryPoints: [join(SOURCES, 'report-page.tsx')],
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  const style = await build({ ...common, entryPoints: [join(SOURCES, 'page.css')] })
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

/** Ends no element early: esbuild escapes `</script` by itself, not the end of a style element. */
function inline(text) {
  if (/<\/(script|style)/i.test(text)) throw new Error('an end tag in the bundle')
  return text.trim()
}

/** A policy that allows exactly this script and this style (CSP Level 3 §6.7.3.2). */
function fill(html, { script, style }) {
  return html
    .replace('whyreset-script-hash', () => `'${hashOf(script)}'`)
    .replace('whyreset-style-hash', () => `'${hashOf(style)}'`)
    .replace('<script>whyreset-script</script>', () => `<script>${script}</script>`)
    .replace('<style>whyreset-style</style>', () => `<style>${style}</style>`)
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === import.meta.filename) await buildWeb()
