/**
 * `whyreset scan`: lines a second, processor time and peak memory of trees of two sizes: where few files matter, as in
 * most trees, and the worst case, where every function of every file opens a connection and is followed.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))
const RUNS = 3
const FUNCTIONS_A_FILE = 20

const quiet = (n) => `export function sum${n}(items) {
  let total = 0
  for (const item of items) {
    if (item.value > ${n}) total += item.value
    else total -= item.other
  }
  return total
}
`
const asking = (n) => `export async function ask${n}(url) {
  const response = await fetch(url + '/${n}')
  try {
    if (!response.ok) return await response.text()
    return await response.json()
  } catch (error) {
    throw new Error('asking', { cause: error })
  }
}
`

function tree(files, share) {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-bench-scan-'))
  for (let file = 0; file < files; file++) {
    const isAsking = file % 100 < share * 100
    const text = Array.from({ length: FUNCTIONS_A_FILE }, (_, n) => (isAsking ? asking(n) : quiet(n))).join(
      '',
    )
    const inside = join(folder, `part${file % 50}`)
    mkdirSync(inside, { recursive: true })
    writeFileSync(join(inside, `file${file}.ts`), text)
  }
  return folder
}

/** Runs before the command itself, and says at its end what it took. */
const PROBE = `data:text/javascript,const start = performance.now(); process.on('exit', () => process.stderr.write('@' + JSON.stringify({ ms: performance.now() - start, cpu: process.cpuUsage(), kB: process.resourceUsage().maxRSS })))`

function measure(folder) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', PROBE, MAIN, 'scan', folder, '--json'],
    {
      encoding: 'utf8',
      maxBuffer: 1e9,
    },
  )
  const { lines } = JSON.parse(stdout).summary
  const { ms, cpu, kB } = JSON.parse(stderr.slice(stderr.lastIndexOf('@') + 1))
  return {
    perSecond: lines / (ms / 1000),
    processorSeconds: (cpu.user + cpu.system) / 1e6,
    megabytes: kB / 1024,
    lines,
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

console.log(`Node ${process.version}, ${availableParallelism()} cores`)
for (const [name, files, share] of [
  ['1 file in 20 matters', 2000, 0.05],
  ['1 file in 20 matters', 8000, 0.05],
  ['every function is followed', 1000, 1],
  ['every function is followed', 4000, 1],
]) {
  const folder = tree(files, share)
  try {
    const runs = Array.from({ length: RUNS }, () => measure(folder))
    const middle = (key) => median(runs.map((run) => run[key]))
    const perSecond = Math.round(middle('perSecond')).toLocaleString('en-US')
    const processor = middle('processorSeconds').toFixed(1)
    console.log(
      `${name}: ${runs[0].lines.toLocaleString('en-US')} lines, ${perSecond} lines/s, ${processor} s of processor time, peak ${Math.round(middle('megabytes'))} MB`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
