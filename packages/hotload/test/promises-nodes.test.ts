import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const MODULES = fileURLToPath(new URL('nodes/node_modules/', import.meta.url))
const NODES = [
  { name: 'this Node', path: process.execPath },
  { name: 'Node 22', path: `${MODULES}node-22/bin/node` },
  { name: 'Node 24', path: `${MODULES}node-24/bin/node` },
]

describe('the promises hold', () => {
  for (const { name, path } of NODES) {
    const why = existsSync(path) ? '' : ' (skipped: npm test installs it on Linux x64)'
    it.skipIf(why !== '')(
      `on ${name}${why}`,
      async () => {
        const program = fileURLToPath(new URL('promises-core.mjs', import.meta.url))
        const { stdout, stderr } = await promisify(execFile)(path, [program])
        expect(stdout).toMatch(/^v\d+\.\d+\.\d+ ok\n$/)
        expect(stderr).toBe('')
      },
      240_000,
    )
  }
})
