/** Builds every package with tsc, then packages/cli/dist: what `npm install -g whyreset` brings. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildHotload } from '../packages/hotload/build.mjs'
import { ensureInstalled, ROOT } from './setup.mjs'
import { buildWeb } from './web.mjs'

const CLI_DIST = join(ROOT, 'packages', 'cli', 'dist')
/** Written last, so that it is newer than the sources only when all of the build succeeded. */
const MAIN = join(CLI_DIST, 'main.js')
/** Where tsc puts the cli's own declarations; those of the private packages go beside them. */
const TYPES = join(CLI_DIST, 'types')
const PRIVATE_PACKAGES = ['core', 'report', 'gather', 'lab', 'scan']
/** What `whyreset explain` prints. */
const CAUSES = join(CLI_DIST, 'causes')
/** What the scenarios of `whyreset lab` start: a runtime of their own reads them, so they stay files. */
const LAB_PROGRAMS = join(CLI_DIST, 'lab-programs')

/** commander is CommonJS and asks for node:* by `require`, which a bundled ES module does not have. */
const REQUIRE_BANNER =
  "import { createRequire as whyresetCreateRequire } from 'node:module'\n" +
  'const require = whyresetCreateRequire(import.meta.url)'

/** Builds only when a source is newer than the last whole build. */
export async function ensureBuilt() {
  if (existsSync(MAIN) && statSync(MAIN).mtimeMs >= newestSource()) return
  process.stderr.write('whyreset: building …\n')
  await build()
}

async function build() {
  compile()
  mkdirSync(CLI_DIST, { recursive: true })
  writeTypes()
  rmSync(CAUSES, { recursive: true, force: true })
  cpSync(join(ROOT, 'docs', 'causes'), CAUSES, { recursive: true })
  rmSync(LAB_PROGRAMS, { recursive: true, force: true })
  cpSync(join(ROOT, 'packages', 'lab', 'src', 'programs'), LAB_PROGRAMS, { recursive: true })
  await writeSchema()
  await buildHotload()
  const hotload = await bundleHotload()
  const web = await buildWeb()
  await bundle([...hotload, ...web])
}

function compile() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('tsc found errors: see above')
}

/**
 * The declarations of the private packages, copied beside the cli's own, with every `@whyreset/x` turned into a
 * relative path: so the types work where those packages are not installed.
 */
function writeTypes() {
  rmSync(join(TYPES, '@whyreset'), { recursive: true, force: true })
  for (const name of PRIVATE_PACKAGES) {
    const from = join(ROOT, 'packages', name, 'dist')
    for (const file of filesUnder(from).filter((path) => path.endsWith('.d.ts'))) {
      const to = join(TYPES, '@whyreset', name, relative(from, file))
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, readFileSync(file))
    }
  }
  for (const file of filesUnder(TYPES).filter((path) => path.endsWith('.d.ts'))) {
    writeFileSync(file, withRelativeImports(readFileSync(file, 'utf8'), dirname(file)))
  }
  writeFileSync(join(CLI_DIST, 'index.d.ts'), "export * from './types/index.js'\n")
}

function withRelativeImports(declarations, folder) {
  const up = relative(folder, TYPES).split(sep).join('/') || '.'
  return declarations
    .replace(
      /(["'])@whyreset\/([a-z]+)(?:\/([a-z-]+))?\1/g,
      (_, quote, name, file = 'index') => `${quote}${up}/@whyreset/${name}/${file}.js${quote}`,
    )
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
}

async function writeSchema() {
  const dist = join(ROOT, 'packages', 'report', 'dist')
  const { diagnosisJsonSchema } = await import(pathToFileURL(join(dist, 'diagnosis-schema.js')).href)
  const { comparisonJsonSchema } = await import(
    pathToFileURL(join(dist, 'compare', 'comparison-schema.js')).href
  )
  const { eventJsonSchema } = await import(pathToFileURL(join(dist, 'event-schema.js')).href)
  const { scanJsonSchema } = await import(pathToFileURL(join(dist, 'scan-schema.js')).href)
  const schemas = {
    scan: scanJsonSchema(),
    diagnosis: diagnosisJsonSchema(),
    comparison: comparisonJsonSchema(),
    event: eventJsonSchema(),
  }
  for (const [name, schema] of Object.entries(schemas))
    writeFileSync(join(CLI_DIST, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`)
}

/**
 * @whyreset/hotload for the lab's programs, with nothing to install: one file, and beside it what its isolates start.
 * Returns the paths of what went into it.
 */
async function bundleHotload() {
  const { build: esbuild } = await import('esbuild')
  const sources = join(ROOT, 'packages', 'hotload', 'src')
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    minify: true,
    logLevel: 'warning',
    legalComments: 'none',
    external: ['@opentelemetry/api'],
    banner: { js: REQUIRE_BANNER },
  }
  const library = await esbuild({
    ...common,
    entryPoints: [join(sources, 'index.ts')],
    outfile: join(LAB_PROGRAMS, 'hotload.mjs'),
  })
  await esbuild({
    ...common,
    entryPoints: [
      join(sources, 'host', 'worker', 'worker-guest.ts'),
      join(sources, 'host', 'process', 'process-guest.ts'),
    ],
    entryNames: '[name]',
    outdir: LAB_PROGRAMS,
  })
  // A single executable unpacks them where no package.json says what they are.
  writeFileSync(join(LAB_PROGRAMS, 'package.json'), '{ "type": "module" }\n')
  return Object.keys(library.metafile.inputs)
}

async function bundle(alsoShipped) {
  const { build: esbuild } = await import('esbuild')
  const sources = join(ROOT, 'packages', 'cli', 'src')
  const common = {
    absWorkingDir: ROOT,
    outdir: CLI_DIST,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    logLevel: 'warning',
    legalComments: 'none',
    // Numbers with names become numbers: a tenth less time for each packet.
    minifySyntax: true,
    // What OpenTelemetry offers as modules is a third of the size: the rest of them is left out.
    mainFields: ['module', 'main'],
  }
  const index = await esbuild({
    ...common,
    // The guardian of a recording is a process of its own, with a file of its own; so is another core of a scan.
    entryPoints: [
      { in: join(sources, 'index.ts'), out: 'index' },
      { in: join(ROOT, 'packages', 'scan', 'src', 'scan-worker.ts'), out: 'scan-worker' },
      { in: join(ROOT, 'packages', 'gather', 'src', 'guardian', 'guardian.ts'), out: 'guardian' },
    ],
  })
  // A thread starts from its text, which is a script: see packages/cli/src/prepare-ahead.ts.
  await esbuild({
    ...common,
    entryPoints: [join(sources, 'prepare-thread.ts')],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  })
  const main = await esbuild({
    ...common,
    entryPoints: [join(sources, 'main.ts')],
    banner: { js: REQUIRE_BANNER },
    // What a command imports in its action is a file of its own, loaded when it is needed.
    splitting: true,
    write: false,
  })
  writeLicences([...Object.keys(index.metafile.inputs), ...Object.keys(main.metafile.inputs), ...alsoShipped])
  const chunks = main.outputFiles.filter(({ path }) => path !== MAIN)
  removeOldChunks(new Set(chunks.map(({ path }) => path)))
  for (const { path, contents } of chunks) writeFileSync(path, contents)
  for (const { path, contents } of main.outputFiles) if (path === MAIN) writeFileSync(path, contents)
  chmodSync(MAIN, 0o755)
}

/** Parts of main.js that an earlier build wrote: their names end in the hash of what they hold. */
function removeOldChunks(current) {
  for (const name of readdirSync(CLI_DIST)) {
    const path = join(CLI_DIST, name)
    if (/-[A-Z0-9]{8}\.js$/.test(name) && !current.has(path)) rmSync(path)
  }
}

/** The licences of the public packages inside the bundles, as they ask for. */
function writeLicences(inputs) {
  const names = new Set(
    inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  const texts = [...names].toSorted(byCodeUnit).map((name) => {
    const folder = join(ROOT, 'node_modules', name)
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    if (file === undefined) throw new Error(`${name} is bundled, and has no licence file to ship with it`)
    return `# ${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  writeFileSync(join(CLI_DIST, 'THIRD-PARTY-LICENSES.txt'), texts.join('\n'))
}

function byCodeUnit(a, b) {
  return a < b ? -1 : 1
}

/** Latest change, in milliseconds, of anything the build reads; folders count, so a removed file is seen. */
function newestSource() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name))
  const folders = [...packages.map((folder) => join(folder, 'src')), join(ROOT, 'docs', 'causes')]
  const files = packages.flatMap((folder) => [join(folder, 'package.json'), join(folder, 'tsconfig.json')])
  files.push(join(ROOT, 'tsconfig.json'), join(ROOT, 'tsconfig.base.json'), join(ROOT, 'package-lock.json'))
  files.push(fileURLToPath(import.meta.url))
  return [...files, ...folders.flatMap(withAllUnder)]
    .filter((path) => existsSync(path))
    .reduce((newest, path) => Math.max(newest, statSync(path).mtimeMs), 0)
}

function filesUnder(folder) {
  return withAllUnder(folder).filter((path) => statSync(path).isFile())
}

function withAllUnder(folder) {
  if (!existsSync(folder)) return []
  return [folder, ...readdirSync(folder, { recursive: true }).map((path) => join(folder, path))]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled()
  await build()
}
