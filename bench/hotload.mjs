/** Measures hotload beside what somebody would pick instead, in one run: `npm run bench:hotload -- --help`. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { report } from './hotload-report.mjs'

const BENCH = dirname(fileURLToPath(import.meta.url))
const PACKAGE = join(dirname(BENCH), 'packages', 'hotload')
const DOCUMENT = join(PACKAGE, 'docs', 'benchmarks.md')
const NAMES = [
  'hotload',
  'hotload, inline',
  'import(?v=N)',
  'live-plugin-manager',
  'piscina',
  'child_process.fork',
]

const HELP = `npm run bench:hotload -- [options]

  --quick      40 reloads, two rounds: a look in a minute and a half; targets are not judged
  --reloads N  of hotload instead of 500
  --write      write packages/hotload/docs/benchmarks.md
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    reloads: { type: 'string', default: '500' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(HELP)
else if (existsSync(join(PACKAGE, 'dist', 'index.js'))) main(values.quick)
else {
  console.error('bench: packages/hotload/dist/index.js is not there. Build it with `npm run build`.')
  process.exitCode = 1
}

function main(isQuick) {
  const own = isQuick ? 40 : Number(values.reloads)
  const others = isQuick ? 40 : 100
  const reloads = Object.fromEntries(
    NAMES.map((name) => {
      const count = name === 'hotload' ? own : others
      say(`${count} reloads: ${name}`)
      return [name, lastLine(runReloads(name, count, []).stdout)]
    }),
  )
  const survival = Object.fromEntries(
    NAMES.map((name) => {
      const count = isQuick ? 40 : name === 'hotload' ? 300 : 120
      say(`${count} reloads in a heap of 256 MB: ${name}`)
      const { stdout, status } = runReloads(name, count, ['--max-old-space-size=256'])
      return [name, { wanted: count, done: lastLine(stdout)?.reloads ?? 0, isAlive: status === 0 }]
    }),
  )
  say('calls')
  const calls = run('hotload-calls.mjs', [isQuick ? 2 : 5])
  say('swaps under callers')
  const swaps = run('hotload-swaps.mjs', [isQuick ? 40 : 200, 64])
  say('polls')
  const polls = run('hotload-polls.mjs', [isQuick ? 500 : 5000])
  const text = report({ reloads, survival, calls, swaps, polls, isQuick })
  console.log(text)
  if (values.write) writeFileSync(DOCUMENT, text)
}

function runReloads(name, count, flags) {
  const args = [...flags, '--expose-gc', join(BENCH, 'hotload-reloads.mjs'), name, String(count)]
  if (flags.length > 0) args.splice(args.indexOf('--expose-gc'), 1)
  return spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
}

function run(program, args) {
  const command = [join(BENCH, program), ...args.map(String)]
  return lastLine(execFileSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 28 }))
}

function lastLine(text) {
  const line = text.trim().split('\n').at(-1)
  return line === undefined || line === '' ? undefined : JSON.parse(line)
}

function say(what) {
  process.stderr.write(`bench: ${what} …\n`)
}
