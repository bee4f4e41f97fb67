import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '../../..')
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const NODES = [22, 24].map((major) => ({
  name: `Node ${major}`,
  path: join(HERE, `nodes/node_modules/node-${major}/bin/node`),
}))

/**
 * Their tests run whole on each Node. Left out is what needs minutes (`store-crash`, `promises-p4` but for what follows, the
 * soak), and what has little to do with the version of Node (the command, the examples, the provider's headers).
 */
const PROMISES: Readonly<Record<string, readonly string[]>> = {
  P1: ['store.test', 'hostile-bytes'],
  P2: ['promises-p2', 'host-hostile'],
  P3: ['promises-p3', 'host-boundary'],
  'P5, P6': ['wire.test', 'wire-plain', 'wire-kernel'],
  P7: ['wire-mad', 'promises-p7'],
  P8: ['poller'],
  P9: ['promises-p9'],
  P10: ['promises-p10'],
  P11: ['trust', 'tuf'],
  P12: ['store-lock'],
}

/** It ends what hangs: the machine may do much else. */
const BUSY_MS = 900_000

interface Memory {
  readonly samples: readonly { readonly at: number; readonly mb: number }[]
  readonly timers: number
  readonly listeners: number
}

interface Report {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

describe.each([{ name: 'this Node', path: process.execPath }, ...NODES])('on $name', ({ name, path }) => {
  const why = existsSync(path) ? '' : ' (skipped: npm test installs it on Linux x64)'

  it.skipIf(why !== '')(
    `swaps under callers hold in each isolation${why}`,
    async () => {
      const { stdout, stderr } = await run(path, [join(HERE, 'promises-core.mjs')])
      expect(stdout).toMatch(/^v\d+\.\d+\.\d+ ok\n$/)
      expect(stderr).toBe('')
    },
    BUSY_MS,
  )

  it.skipIf(why !== '')(
    `P4: a package with 5 MB of state, a timer and listeners leaves none of them${why}`,
    async () => {
      const args = ['--expose-gc', join(HERE, 'promises-memory.mjs'), 'dirty', '20']
      const { samples, timers, listeners } = JSON.parse((await run(path, args)).stdout) as Memory
      expect({ timers, listeners }).toEqual({ timers: 0, listeners: 0 })
      const mbAt = (reload: number) => samples.find(({ at }) => at === reload)?.mb ?? 0
      // Ten of them would be 50 MB.
      expect(mbAt(20) - mbAt(10)).toBeLessThan(25)
    },
    BUSY_MS,
  )

  // On this one the same files run by themselves.
  it.skipIf(why !== '' || name === 'this Node')(
    `${Object.keys(PROMISES).join(', ')} hold${why}`,
    async () => {
      const { numPassedTests, testResults } = await testsOn(path)
      const failed = testResults.flatMap(({ name: file, status, message, assertionResults }) => [
        ...(status === 'failed' && message !== '' ? [`${file}: ${message}`] : []),
        ...assertionResults
          .filter((each) => each.status === 'failed')
          .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join('\n')}`),
      ])
      expect(failed).toEqual([])
      expect(testResults).toHaveLength(Object.values(PROMISES).flat().length)
      expect(numPassedTests).toBeGreaterThan(250)
    },
    BUSY_MS,
  )
})

/** Their own runner, started by that Node, whose workers are of that Node too. */
async function testsOn(node: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'hotload-nodes-'))
  const output = join(folder, 'report.json')
  const files = Object.values(PROMISES)
    .flat()
    .map((name) => `packages/hotload/test/${name}`)
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('VITEST')))
  try {
    // Failing tests end it with 1: the report says which.
    await run(node, [VITEST, 'run', ...files, '--reporter=json', `--outputFile=${output}`], {
      cwd: ROOT,
      env,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      if (!existsSync(output)) throw error
    })
    return JSON.parse(readFileSync(output, 'utf8')) as Report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
