/** Sets up, builds, and runs the tests in this machine's time zone; then those that read times in one far from UTC. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, ensureOtherNodes, ROOT } from './setup.mjs'
import { installPackages, TEST_PACKAGES } from './system-packages.mjs'

/** Eight hours east of UTC, no summer time: a reader that uses the machine's own zone fails here. */
const OTHER_ZONE = 'Asia/Shanghai'
/** In their files no time of day is read or written; all others, new ones too, are tested in both zones. */
const ONCE = [
  'packages/core/src/{tcp,compare}/**',
  'packages/core/src/read/{pcap,pcapng,link,icmp,fragments,byte-words,endpoint,archives}.test.ts',
  'packages/core/test/{build,corpus}/**',
  'packages/core/test/{exhibits-damaged,flood,interrupted,mutations,vm-context}.test.ts',
  'packages/gather/test/**',
  'packages/hotload/**',
  'packages/lab/**',
  'packages/scan/**',
  'packages/web/test/**',
  'packages/cli/test/{capture,explain,hostile,lab,pack,sarif,scan,sea,serve,story,systemd,watch}.test.ts',
]

ensureInstalled()
ensureOtherNodes()
installPackages(TEST_PACKAGES)
await ensureBuilt()

const results = mkdtempSync(join(tmpdir(), 'whyreset-test-'))
try {
  const others = ONCE.flatMap((pattern) => ['--exclude', pattern])
  const runs = [runTests({}, 'here'), runTests({ TZ: OTHER_ZONE }, 'other-zone', others)]
  const passed = runs.reduce((sum, run) => sum + run.passed, 0)
  const failed = runs.reduce((sum, run) => sum + run.failed, 0)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = runs.every((run) => run.ok) ? 0 : 1
} finally {
  rmSync(results, { recursive: true })
}

function runTests(environment, name, further = []) {
  const report = join(results, `${name}.json`)
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const zone = environment.TZ === undefined ? '' : ` under TZ=${environment.TZ}`
  process.stdout.write(`\nvitest run${zone}\n`)
  const plain = process.stdout.isTTY ? [] : ['--no-color']
  const args = [
    'run',
    ...plain,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...further,
  ]
  const { status } = spawnSync(process.execPath, [vitest, ...args, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  })
  return { ...count(report), ok: status === 0 }
}

/** A file that failed before its first test counts as one failure; so does a run that left no report. */
function count(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length }
}
