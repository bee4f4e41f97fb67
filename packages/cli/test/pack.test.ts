import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSED } from './whyreset.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc')

const home = mkdtempSync(join(tmpdir(), 'whyreset-pack-'))
const installed = join(home, 'node_modules', 'whyreset')
afterAll(() => {
  rmSync(home, { recursive: true })
})

function run(command: string, args: readonly string[], cwd = home): { code: number | null; stdout: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', npm_config_cache: join(home, '.npm') },
  })
  return { code: status, stdout: status === 0 ? stdout : `${stdout}\n${stderr}` }
}

describe('the packed package, installed offline in an empty folder', () => {
  beforeAll(() => {
    const packed = run('npm', ['pack', '--pack-destination', home], PACKAGE)
    expect(packed).toMatchObject({ code: 0 })
    writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }\n')
    const [tarball = ''] = readdirSync(home).filter((name) => name.endsWith('.tgz'))
    const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund']
    expect(run('npm', ['install', ...flags, `./${tarball}`])).toMatchObject({ code: 0 })
    cpSync(REFUSED, join(home, 'incident'), { recursive: true })
  }, 120_000)

  const bin = join(home, 'node_modules', '.bin', 'whyreset')

  it('brings nothing else, and its licences', () => {
    expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'whyreset',
    ])
    expect(existsSync(join(installed, 'LICENSE'))).toBe(true)
    expect(readFileSync(join(installed, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain('# commander')
    expect(existsSync(join(installed, 'dist', 'diagnosis.schema.json'))).toBe(true)
  })

  it('keeps what its package.json promises', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true })
    // Where its sources are is not public yet.
    expect(messages.filter(({ code }) => code !== 'USE_REPOSITORY')).toEqual([])
  })

  it('runs as a command', () => {
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(run(bin, ['--version'])).toEqual({ code: 0, stdout: `${version}\n` })
    expect(run(bin, ['--help']).stdout).toMatch(/^Examples:/)
    expect(run(bin, ['incident'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/refused/) })
    expect(run(bin, ['explain', 'connection-refused']).stdout).toMatch(/^# connection-refused/)
  })

  it('runs the example of its documentation as a program', () => {
    const source = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
    const [, example = ''] = /```js\n([^]*?)```/.exec(source) ?? []
    writeFileSync(join(home, 'example.js'), example.replace(/^ \* ?/gm, ''))
    const { code, stdout } = run(process.execPath, ['example.js'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/refused[^]*connection-refused 0\.\d/)
  })

  it('has types that need no other package', () => {
    writeFileSync(
      join(home, 'consumer.ts'),
      `import { analyze, type CauseId, type Diagnosis, type Input } from 'whyreset'
const input: Input = { name: 'x', replay: true, async *open() { yield new Uint8Array(1) } }
const { diagnosis }: { diagnosis: Diagnosis } = await analyze(['incident/', input], { peer: { host: '10.91.15.2' } })
export const causes: CauseId[] = diagnosis.findings.map((finding) => finding.cause)
// @ts-expect-error -- the schema is typed
export const version: 2 = diagnosis.schema
`,
    )
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023']
    expect(run(process.execPath, [TSC, '--noEmit', ...options, 'consumer.ts'])).toEqual({
      code: 0,
      stdout: '',
    })
  })
})
