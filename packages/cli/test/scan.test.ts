import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scanSchema } from '@whyreset/report/scan-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyreset } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const PROGRAMS = fileURLToPath(new URL('../../lab/src/programs', import.meta.url))

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-scan-cli-'))
  writeFileSync(
    join(folder, 'check.mjs'),
    'export async function check(url) {\n  const response = await fetch(url)\n  return response.status\n}\n',
  )
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('whyreset scan', () => {
  it('answers in its first line, and shows the line of code', () => {
    const { code, stdout, stderr } = whyreset(['scan', folder])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout.split('\n', 1)[0]).toMatch(/^1 place in 1 file of source leaks.*connections:/)
    expect(stdout).toContain('> 2 |   const response = await fetch(url)')
  })

  it('prints whyreset.scan/1 with --json, and the evidence with --diagnosis', () => {
    const { stdout } = whyreset(['scan', PROGRAMS, '--diagnosis', STORY, '--json'])
    const report = scanSchema.parse(JSON.parse(stdout))
    expect(report.results[0]).toMatchObject({ file: 'HotClient.java', rule: 'url-connection-body-unread' })
    expect(report.results[0]?.evidence?.[0]).toMatch(/^explains garbage-collected, found on \d+ connections$/)
  })

  it('leaves out what the baseline knows', () => {
    const known = join(folder, 'known.json')
    expect(whyreset(['scan', folder, '--write-baseline', known]).code).toBe(0)
    expect(whyreset(['scan', folder, '--exit-code']).code).toBe(3)
    const again = whyreset(['scan', folder, '--exit-code', '--baseline', known, '--json'])
    expect(again.code).toBe(0)
    expect(scanSchema.parse(JSON.parse(again.stdout)).summary.baselined).toBe(1)
  })

  it('says in one line what is wrong with what was typed', () => {
    expect(whyreset(['scan', folder, '--rule', 'fetch-body-unred'])).toMatchObject({
      code: 2,
      stderr: "whyreset: no rule is called 'fetch-body-unred'\n(Did you mean fetch-body-unread?)\n",
    })
    const missing = whyreset(['scan', join(folder, 'nowhere')])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('cannot be read: no such file or directory')
    expect(whyreset(['scan', folder, '--baseline', join(folder, 'check.mjs')]).code).toBe(2)
  })
})

describe('whyreset analyze --src', () => {
  it('shows the line of code below the finding', () => {
    const { code, stdout } = whyreset([STORY, '--src', PROGRAMS])
    expect(code).toBe(0)
    expect(stdout.indexOf('long changed = connection.getLastModified();')).toBeGreaterThan(
      stdout.indexOf('whyreset explain'),
    )
  })
})
