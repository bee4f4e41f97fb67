/**
 * Plays the reference story: live where that can be had (root, tcpdump, network namespaces; two containers and a Java
 * client where Docker and a JDK are there), else from the evidence recorded in examples/.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, ROOT } from './setup.mjs'
import { installPackages, STORY_PACKAGES } from './system-packages.mjs'

const EVIDENCE = join('examples', 'reference-story')
/** In a folder of its own, which stays: a clone stays clean. */
const PAGE = join(mkdtempSync(join(tmpdir(), 'whyreset-page-')), 'story.html')
const MAIN = join('packages', 'cli', 'dist', 'main.js')

/** The story and its happy end, the truest form first. */
const VARIANTS = [
  {
    story: 'story-in-containers',
    fixed: 'story-fixed',
    where: 'a Java client and its provider in two containers',
  },
  { story: 'story', fixed: 'story-fixed', where: 'a Java client and its provider in two network namespaces' },
  {
    story: 'story-fetch',
    fixed: 'fetch-small-file',
    where: 'a Node client and its provider in two network namespaces',
  },
]

ensureInstalled()
installPackages(STORY_PACKAGES)
await ensureBuilt()

const { listScenarios } = await import(pathToFileURL(join(ROOT, 'packages', 'lab', 'dist', 'index.js')).href)
const missing = new Map(listScenarios().map((scenario) => [scenario.name, scenario.missing]))
const variant = VARIANTS.find(({ story, fixed }) =>
  [story, fixed].every((name) => missing.get(name)?.length === 0),
)
process.exitCode = variant !== undefined && playLive(variant) ? 0 : playRecorded()
say(`\nThe page of it, for a browser: ${pathToFileURL(PAGE).href}`)
say(`\nNext, on a system of your own: node ${MAIN} capture TARGET --until 'reset by peer'`)

function playLive({ story, fixed, where }) {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-start-'))
  try {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')]
    say(
      `Live: ${where}. The client asks on a timer whether a package has changed and\nlooks at the headers only. Recording …`,
    )
    if (whyreset(['lab', 'record', story, before], 'ignore') !== 0) return false
    say('')
    if (whyreset([before, '--html', PAGE]) !== 0) return false
    say('\nNow the fixed client. Recording …')
    if (whyreset(['lab', 'record', fixed, after], 'ignore') !== 0) return false
    say('')
    if (whyreset(['compare', before, after]) !== 0) return false
    if (missing.get('hot-extension')?.length === 0) playBesideEachOther(join(folder, 'beside'))
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One provider and three clients: careless, half-fixed, and with hotload. One line for each. */
function playBesideEachOther(folder) {
  say('\nBeside each other: the careless client, the half-fixed one, and one with hotload. Recording …\n')
  if (whyreset(['lab', 'record', 'hot-extension', folder], 'ignore') !== 0) return
  const { status, stdout } = spawnSync(process.execPath, [MAIN, folder, '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
  })
  if (status !== 0) return
  const { findings, inputs, warnings } = JSON.parse(stdout)
  const { targets } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  for (const { name, addresses } of targets.filter((target) => target.name !== 'provider')) {
    const own = findings.filter(({ client }) => addresses.includes(client))
    const resets = own.map(({ connections, cause }) => `${connections} connections reset (${cause})`)
    const leaks = warnings
      .filter(({ kind }) => kind === 'close-wait-leak')
      .filter(({ proof: [first] }) => inputs[first?.input]?.path.includes(`ss-${name}-`))
      .map(({ count }) => `${count} sockets in CLOSE_WAIT`)
    const versions = new Set(
      readFileSync(join(folder, `app-${name}.log`), 'utf8').match(/extension \S+ answers/g),
    ).size
    const loaded = versions > 0 ? `; ${versions} versions loaded and switched to` : ''
    process.stdout.write(
      `  ${name.padEnd(12)}${[...resets, ...leaks].join(', ') || 'nothing was reset'}${loaded}\n`,
    )
  }
}

function playRecorded() {
  const lacking = missing.get('story-fetch') ?? []
  if (variant === undefined) say(`Not live, for want of ${lacking.join(', ')}.`)
  say(
    `A Java client asked nginx for a jar's modification time; nginx logged "reset by peer". Evidence: ${EVIDENCE}\n`,
  )
  return whyreset([EVIDENCE, '--html', PAGE])
}

/** stdout is whyreset's answer alone, as when it is run by hand. */
function whyreset(args, stdout = 'inherit') {
  return (
    spawnSync(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['inherit', stdout, 'inherit'] })
      .status ?? 1
  )
}

function say(line) {
  process.stderr.write(`${line}\n`)
}
