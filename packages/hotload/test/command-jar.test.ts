import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const EXAMPLE = fileURLToPath(new URL('../examples/jar-sidecar/run.mjs', import.meta.url))
const missing = ['java', 'javac', 'jar', 'curl'].find((name) => spawnSync('which', [name]).status !== 0)

if (!existsSync(new URL('../dist/main.js', import.meta.url)))
  throw new Error('packages/hotload/dist/main.js is not there: npm run build')

test.skipIf(missing !== undefined)(
  `a Java service takes a new jar and refuses a broken one, under load and without a restart (needs ${missing ?? 'nothing more'})`,
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE])
    expect(stdout).toMatch(/^0 of \d+ requests were lost; the service is still process \d+\n/)
    expect(stdout).toContain('3.0.0 was refused by the service, and the jar of 2.0.0 put back')
    expect(stdout).toContain('pricing 2.0.0 (number 2) is in use')
  },
)
