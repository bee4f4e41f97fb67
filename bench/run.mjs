/** Measures whyreset beside the tools that people use today, on captures made for it: `npm run bench -- --help`. */
import { spawnSync } from 'node:child_process'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { ensureOtherNodes, otherNodes } from '../scripts/setup.mjs'
import { goals } from './goals.mjs'
import { makeCapture } from './make-capture.mjs'
import { measure, median } from './measure.mjs'
import { report, table } from './report.mjs'
import { scenarios } from './scenarios.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const CLI = join(ROOT, 'packages/cli/dist/main.js')
const DOCUMENT = join(ROOT, 'docs/benchmarks.md')

/** More than the largest capture and its compressed copy, in bytes a packet. */
const SPACE_PER_SMALL_PACKET = 130
const SPACE_PER_FULL_PACKET = 1600

const HELP = `npm run bench -- [options]

  --quick            small captures, three rounds: a look in half a minute; goals are not judged
  --rounds N         how often each command runs; the slow ones run once (default 5)
  --only TEXT        the scenarios whose title contains TEXT
  --without NAMES    leave out tools: tshark,tcptrace
  --command COMMAND  what to measure instead of the built command line
  --write            write docs/benchmarks.md
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    without: { type: 'string', default: '' },
    command: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(HELP)
} else if (values.command === undefined && !existsSync(CLI)) {
  console.error('bench: packages/cli/dist/main.js is not there. Build it with `npm run build`.')
  process.exitCode = 1
} else {
  try {
    await main()
  } catch (problem) {
    console.error(`bench: ${problem.message}`)
    process.exitCode = 1
  }
}

async function main() {
  const whyreset = values.command?.split(' ') ?? [process.execPath, CLI]
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5))
  const chosen = scenarios(whyreset, onOtherNodes(), values.quick).filter(({ title }) =>
    title.toLowerCase().includes(values.only.toLowerCase()),
  )
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-bench-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      removeFolder()
      process.exit(130)
    })
  }
  try {
    const results = []
    for (const scenario of chosen) {
      const result = await runScenario(scenario, folder, rounds)
      results.push(result)
      console.log(table(result))
    }
    if (!values.quick) console.log(goals(results).join('\n'))
    if (values.write) {
      writeFileSync(DOCUMENT, report(results, { rounds, quick: values.quick, toolVersions: toolVersions() }))
      console.error(`bench: wrote ${DOCUMENT}`)
    }
  } finally {
    removeFolder()
  }
}

/** The built command on the newest of the versions that hotload is tested on; a command of one's own has one runtime. */
function onOtherNodes() {
  if (values.command !== undefined) return []
  ensureOtherNodes()
  return otherNodes()
    .slice(-1)
    .map(({ version, path }) => ({ name: `whyreset, Node ${version}`, command: [path, CLI] }))
}

async function runScenario({ title, capture, compressed = false, contenders }, folder, rounds) {
  needSpace(folder, capture)
  console.error(`bench: ${title}: writing ${capture.packets.toLocaleString('en')} packets …`)
  const plain = join(folder, 'capture.pcap')
  const made = makeCapture(plain, capture)
  const file = compressed ? await gzipped(plain) : plain
  const fileBytes = statSync(file).size
  const present = contenders.filter(({ needs }) => needs === undefined || isUsable(needs))
  const runs = new Map(present.map(({ name }) => [name, []]))
  measure(['cat', file])
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, once } of present) {
      if (once === true && round > 0) continue
      console.error(`bench: round ${round + 1} of ${rounds}: ${name}`)
      runs.get(name).push(measure(command(file)))
    }
  }
  rmSync(file)
  const rows = present.map(({ name }) => ({ name, runs: runs.get(name).length, ...summary(runs.get(name)) }))
  return { title, ...made, fileBytes, rows }
}

/** Medians of what was measured; the largest peak of memory. */
function summary(measurements) {
  const known = (key) => measurements.map((each) => each[key]).filter((value) => value !== undefined)
  return {
    seconds: median(known('seconds')),
    slowest: Math.max(...known('seconds')),
    cpuSeconds: median(known('cpuSeconds')),
    peakBytes: known('peakBytes').length === 0 ? undefined : Math.max(...known('peakBytes')),
  }
}

function needSpace(folder, { packets, payload }) {
  const needed = packets * (payload === 'full' ? SPACE_PER_FULL_PACKET : SPACE_PER_SMALL_PACKET)
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize > needed) return
  const [wanted, found] = [needed, bavail * bsize].map((bytes) => (bytes / 1e9).toFixed(1))
  throw new Error(
    `${tmpdir()} has ${found} GB free and the capture needs ${wanted}; set TMPDIR, or use --quick`,
  )
}

async function gzipped(file) {
  await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(`${file}.gz`))
  rmSync(file)
  return `${file}.gz`
}

function isUsable(tool) {
  if (values.without.split(',').includes(tool)) return false
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
}

function toolVersions() {
  const asked = [
    ['tcpdump', '--version'],
    ['tshark', '--version'],
    ['tcptrace', '-v'],
  ]
  return asked
    .filter(([tool]) => isUsable(tool))
    .map(([tool, flag]) => {
      const { stdout, stderr } = spawnSync(tool, [flag], { encoding: 'utf8' })
      const line =
        `${stdout}\n${stderr}`.split('\n').find((each) => /\d+\.\d+/.test(each)) ?? `${tool}, version unknown`
      return line.trim()
    })
}
