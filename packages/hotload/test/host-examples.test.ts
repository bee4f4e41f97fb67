import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url))

describe('the examples do what they say', () => {
  it('pricing-service gets a new rule and loses no request', async () => {
    const lines = await run('pricing-service')
    expect(lines[0]).toMatch(/^0 of \d+ requests were lost while the rule was replaced$/)
    expect(lines[1]).toMatch(/^ {2}list price: \d+$/)
    expect(lines[2]).toMatch(/^ {2}ten for nine: \d+$/)
    expect(lines[3]).toBe('the service runs pricing 2.0.0; it sent the provider 0 resets')
  })

  it('rules-engine stops one bad version at the canary, returns from another, and keeps the good one', async () => {
    const lines = await run('rules-engine')
    expect(lines.shift()).toBe('1.0.0 proved itself')
    expect(lines[0]).toMatch(/^2\.0\.0 was never switched to: the canary of rules@2\.0\.0/)
    expect(lines[1]).toBe('3.0.0 answers, and is watched')
    expect(lines[2]).toMatch(/^3\.0\.0 left, 1\.0\.0 answers again:/)
    expect(lines.slice(3, 5)).toEqual(['4.0.0 answers, and is watched', '4.0.0 proved itself'])
    expect(lines[5]).toMatch(/^\d+ payments were decided, \d+ of them failed/)
  })
})

async function run(name: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${EXAMPLES}${name}/run.mjs`])
  return stdout.trimEnd().split('\n')
}

describe('the pages', () => {
  it('README shows what the example prints, but for the numbers of requests', async () => {
    const shown =
      /```\n\$ node examples\/pricing-service\/run\.mjs\n([^`]*)```/.exec(page('README.md'))?.[1] ?? ''
    expect(shown.trimEnd().split('\n').map(withoutCounts)).toEqual(
      (await run('pricing-service')).map(withoutCounts),
    )
  })

  it('promises.md names tests that are there', () => {
    const rows = page('docs/promises.md')
      .split('\n')
      .filter((line) => /^\| P\d+ /.test(line))
    const files = [...testFiles('test'), ...testFiles('src')].map((path) => basename(path, '.test.ts'))
    const named = rows.flatMap((row) =>
      [...(row.split('|')[3] ?? '').matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    )
    expect(rows).toHaveLength(12)
    expect(named.filter((name) => !files.includes(name ?? ''))).toEqual([])
  })
})

function page(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
}

function testFiles(folder: string): string[] {
  const all = readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.endsWith('.test.ts'))
}

function withoutCounts(line: string): string {
  return line.replace(/\b(?!0\b)\d+(?= requests|$)/g, 'N')
}
