/** Installs what package-lock.json asks for, and does nothing when that is what is installed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const LOCKFILE = join(ROOT, 'package-lock.json')
const INSTALLED_HASH = join(ROOT, 'node_modules', '.whyreset-lock-hash')
/** npm's own record of what it installed, written at the end of each install. */
const INSTALLED_LOCKFILE = join(ROOT, 'node_modules', '.package-lock.json')

const OTHER_NODES = join(ROOT, 'packages', 'hotload', 'test', 'nodes')
const OTHER_NODES_INSTALLED = join(OTHER_NODES, 'node_modules', '.package-lock.json')

/** The tools here ship their binaries as optional packages: no install script has anything to do. */
const NPM_FLAGS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** Leaves node_modules as package-lock.json says, or throws. Says nothing when nothing is to be done. */
export function ensureInstalled() {
  const wanted = lockHash()
  if (existsSync(INSTALLED_HASH) && readFileSync(INSTALLED_HASH, 'utf8') === wanted) return
  if (!isInstalledByHand()) install()
  // npm install may have rewritten the lockfile.
  writeFileSync(INSTALLED_HASH, lockHash())
}

/**
 * The other versions of Node that hotload's promises are tested on, outside of node_modules: as dependencies they would
 * be the `node` of every npm script. Failing is not fatal: their tests say that they were skipped.
 */
export function ensureOtherNodes() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || existsSync(OTHER_NODES_INSTALLED)) return
  process.stderr.write('whyreset: installing Node 22 and 24 for the tests of hotload …\n')
  npm(['ci', '--workspaces=false', '--no-bin-links', ...NPM_FLAGS], OTHER_NODES)
}

/** Those that are installed, oldest first: `{ version, path }`. */
export function otherNodes() {
  return ['node-22', 'node-24'].flatMap((name) => {
    const path = join(OTHER_NODES, 'node_modules', name, 'bin', 'node')
    if (!existsSync(path)) return []
    return [
      { version: spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim(), path },
    ]
  })
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex')
}

/** Somebody ran npm here: every package of the lockfile is there in its version, apart from optional ones. */
function isInstalledByHand() {
  if (!existsSync(INSTALLED_LOCKFILE)) return false
  const { packages: wanted } = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
  const { packages: installed } = JSON.parse(readFileSync(INSTALLED_LOCKFILE, 'utf8'))
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    return found === undefined ? optional === true : found.version === version
  })
}

function install() {
  process.stderr.write('whyreset: installing dependencies (npm ci --ignore-scripts) …\n')
  if (npm(['ci', ...NPM_FLAGS])) return
  process.stderr.write(
    'whyreset: npm ci failed; trying npm install, which may choose newer versions than package-lock.json\n',
  )
  if (npm(['install', ...NPM_FLAGS])) return
  throw new Error('npm could not install the dependencies: see its message above')
}

/** Runs npm with its output on stderr: stdout belongs to the command that asked for the set-up. */
function npm(args, cwd = ROOT) {
  const [command, ...first] = npmCommand()
  return spawnSync(command, [...first, ...args], { cwd, stdio: ['ignore', 2, 2] }).status === 0
}

/** npm's script under this Node where it can be found: Windows cannot start npm.cmd without a shell. */
function npmCommand() {
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  const script = [process.env['npm_execpath'], beside].find(
    (path) => path?.endsWith('npm-cli.js') && existsSync(path),
  )
  return script === undefined ? ['npm'] : [process.execPath, script]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled()
