/** Builds dist-sea/whyreset: the command and Node in one file, for machines that have no Node. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, ROOT } from './setup.mjs'

const CLI = join(ROOT, 'packages', 'cli')
/** The command as npm's package has it: what is in the executable is the same build. */
const CLI_DIST = join(CLI, 'dist')
const MAIN = join(CLI_DIST, 'main.js')
const OUT = join(ROOT, 'dist-sea')
const EXECUTABLE = join(OUT, 'whyreset')
const LICENCES = join(OUT, 'LICENSES.txt')

/** Folders beside the bundle that the command reads: see packages/cli/src/executable.ts. */
const SHIPPED_FOLDERS = ['causes', 'lab-programs', 'site']

/** Node's own constants: postject puts the note where the fuse is, and Node looks for it when the fuse is burnt. */
const NOTE = 'NODE_SEA_BLOB'
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** Files are found from the executable: only what is not inside it is looked for. */
const URL_BANNER = "const whyresetUrl = require('node:url').pathToFileURL(process.execPath).href"

const NODE_TITLE = `# Node.js ${process.version}\n\n`
/** Where Node's licence lies: in its tar files, and in Debian packages. */
const NODE_LICENCES = ['../LICENSE', '../share/doc/node/LICENSE', '../share/doc/nodejs/LICENSE']

async function buildExecutable() {
  if (isCurrent()) return
  refuseWhatCannot()
  mkdirSync(OUT, { recursive: true })
  const scratch = mkdtempSync(join(OUT, '.build-'))
  try {
    await bundle(join(scratch, 'whyreset.cjs'))
    const { blob, config } = describeBlob(scratch)
    runNode(['--experimental-sea-config', config], scratch)
    const copy = join(scratch, 'whyreset')
    copyFileSync(process.execPath, copy)
    chmodSync(copy, 0o755)
    const postject = join(dirname(fileURLToPath(import.meta.resolve('postject'))), 'cli.js')
    runNode([postject, copy, NOTE, join(scratch, blob), '--sentinel-fuse', FUSE], scratch)
    writeLicences()
    // The one that is there may be running.
    renameSync(copy, EXECUTABLE)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function refuseWhatCannot() {
  if (process.platform !== 'linux') throw new Error('a single executable is built on Linux, for Linux')
  if (readFileSync(process.execPath).includes(FUSE)) return
  throw new Error(
    `${process.execPath} has no place for a program (Debian's own Node is built so): use the Node of nodejs.org`,
  )
}

/** All of the command as one CommonJS script, which is what Node 20 takes. */
async function bundle(outfile) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: ROOT,
    entryPoints: [MAIN],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // With the code cache Node has no import(); commands are still loaded when they are needed.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'whyresetUrl' },
    banner: { js: URL_BANNER },
    logLevel: 'warning',
  })
}

function describeBlob(scratch) {
  const assets = {
    '../package.json': join(CLI, 'package.json'),
    'page.html': join(CLI_DIST, 'page.html'),
    'prepare-thread.cjs': join(CLI_DIST, 'prepare-thread.cjs'),
  }
  for (const folder of SHIPPED_FOLDERS) {
    const names = readdirSync(join(CLI_DIST, folder)).toSorted()
    const list = `${folder}.json`
    writeFileSync(join(scratch, list), JSON.stringify(names))
    assets[`${folder}/`] = list
    for (const name of names) assets[`${folder}/${name}`] = join(CLI_DIST, folder, name)
  }
  const blob = 'whyreset.blob'
  const config = 'sea.json'
  const description = {
    // A path that stack traces show: not one of this machine.
    main: 'whyreset.cjs',
    output: blob,
    disableExperimentalSEAWarning: true,
    // A quarter of the start.
    useCodeCache: true,
    // NODE_OPTIONS is meant for other programs; Node 20 obeys it all the same.
    execArgvExtension: 'none',
    assets,
  }
  writeFileSync(join(scratch, config), JSON.stringify(description))
  return { blob, config }
}

/** What it says is shown when it fails: postject warns of section names that do no harm. */
function runNode(args, cwd) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args[0]} failed:\n${stdout}${stderr}`)
}

/** An executable that is passed on takes with it the licences of what it holds. */
function writeLicences() {
  const folder = dirname(process.execPath)
  const ofNode = NODE_LICENCES.map((path) => join(folder, path)).find((path) => existsSync(path))
  const texts = [
    `# whyreset\n\n${readFileSync(join(ROOT, 'LICENSE'), 'utf8').trim()}\n`,
    readFileSync(join(CLI_DIST, 'THIRD-PARTY-LICENSES.txt'), 'utf8'),
    ofNode === undefined
      ? `${NODE_TITLE}https://github.com/nodejs/node/blob/${process.version}/LICENSE\n`
      : `${NODE_TITLE}${readFileSync(ofNode, 'utf8').trim()}\n`,
  ]
  writeFileSync(LICENCES, texts.join('\n'))
}

/** Whether what is there holds this Node, and the command as it is built. */
function isCurrent() {
  if (!existsSync(EXECUTABLE) || !readFileSync(LICENCES, 'utf8').includes(NODE_TITLE)) return false
  const inputs = [MAIN, process.execPath, fileURLToPath(import.meta.url)]
  return inputs.every((path) => statSync(path).mtimeMs <= statSync(EXECUTABLE).mtimeMs)
}

ensureInstalled()
// The tests run beside others that use what is built, and ask for that as it is.
if (!process.argv.includes('--as-built')) await ensureBuilt()
try {
  await buildExecutable()
  const megabytes = Math.round(statSync(EXECUTABLE).size / 1e6)
  process.stdout.write(`dist-sea/whyreset: ${megabytes} MB, with Node ${process.version}\n`)
} catch (error) {
  process.stderr.write(`whyreset: ${error.message}\n`)
  process.exitCode = 1
}
