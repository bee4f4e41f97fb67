/** Measures how often whyreset is right: `npm run bench:accuracy -- --help`. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { accuracyPage } from './accuracy-report.mjs'
import { score } from './accuracy-score.mjs'
import { VIEWS, writeView } from './evidence-views.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const CLI = join(ROOT, 'packages/cli/dist/main.js')
const PAGE = join(ROOT, 'docs/accuracy.md')

const HELP = `npm run bench:accuracy -- [options]

  --seeds 1,2,3      each scenario is recorded with each of these (default 1,2)
  --only TEXT        the scenarios whose name contains TEXT
  --folder DIR       keep the recordings here, and take those that are there already
  --write            write docs/accuracy.md

Recording needs root, and takes some ten seconds for each scenario and seed.
`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2' },
    only: { type: 'string', default: '' },
    folder: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await main()

async function main() {
  const { analyze } = await import(join(ROOT, 'packages/cli/dist/index.js'))
  const { listScenarios } = await import(join(ROOT, 'packages/lab/dist/index.js'))
  const scratch = mkdtempSync(join(tmpdir(), 'whyreset-accuracy-'))
  const folder = resolve(values.folder ?? join(scratch, 'recordings'))
  mkdirSync(folder, { recursive: true })
  try {
    const seeds = values.seeds.split(',').map(Number)
    const names = listScenarios()
      .filter(({ name, missing }) => name.includes(values.only) && missing.length === 0)
      .map(({ name }) => name)
    for (const name of names) for (const seed of seeds) record(name, seed, folder)
    const runs = readdirSync(folder).filter((run) => isWanted(run, names, seeds))
    const views = new Map()
    let misses = []
    for (const [name, view] of Object.entries(VIEWS)) {
      const answers = []
      for (const run of runs) {
        writeView(join(folder, run), join(scratch, 'view'), view)
        const { diagnosis } = await analyze([join(scratch, 'view')])
        const truth = JSON.parse(readFileSync(join(folder, run, 'truth.json'), 'utf8'))
        answers.push({ run, truth, findings: diagnosis.findings })
      }
      views.set(name, score(answers, view))
      if (views.size === 1) misses = missesOf(answers)
      process.stderr.write(`whyreset: ${name}: done\n`)
    }
    const page = accuracyPage({ views, misses, seeds, scenarios: names.length })
    process.stdout.write(page)
    if (values.write) writeFileSync(PAGE, page)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A scenario that fails here is left out, and said. */
function record(name, seed, folder) {
  const directory = join(folder, `${name}-${seed}`)
  if (existsSync(join(directory, 'truth.json'))) return
  rmSync(directory, { recursive: true, force: true })
  const args = [CLI, 'lab', 'record', name, directory, '--seed', String(seed)]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) process.stderr.write(`whyreset: left out: ${stderr}`)
}

function isWanted(run, names, seeds) {
  return names.some((name) => seeds.some((seed) => run === `${name}-${seed}`))
}

function missesOf(answers) {
  return answers.flatMap(({ run, truth, findings }) => {
    const [wanted, got] = [describe(truth.findings), describe(findings)]
    return wanted === got ? [] : [{ name: run, wanted, got }]
  })
}

function describe(findings) {
  if (findings.length === 0) return 'nothing'
  return findings
    .map(({ cause, resetBy, connections }) => `${connections} × ${cause} by ${resetBy}`)
    .toSorted()
    .join(', ')
}
