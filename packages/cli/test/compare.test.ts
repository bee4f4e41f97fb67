import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Comparison } from '@whyreset/core'
import { comparisonSchema } from '@whyreset/report/comparison-schema'
import { afterAll, describe, expect, it } from 'vitest'
import { REFUSED, whyreset, type Run } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const SMALL = fileURLToPath(
  new URL('../../core/test/recorded/java-lastmodified-small-noreset', import.meta.url),
)

const folder = mkdtempSync(join(tmpdir(), 'whyreset-compare-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The recorded story, with or without the connections that the client never closed, as `ss -tan` lists them. */
function storyFolder(name: string, from: string, unclosed: number): string {
  const path = join(folder, name)
  cpSync(from, path, { recursive: true })
  rmSync(join(path, 'sockets'), { recursive: true })
  mkdirSync(join(path, 'sockets'))
  for (const [time, share] of [
    ['20261122T145521.190Z', 0.2],
    ['20261122T145613.186Z', 1],
  ] as const) {
    const rows = Array.from(
      { length: Math.round(unclosed * share) },
      (_, index) =>
        `CLOSE-WAIT 1 0 10.91.1.1:${41_000 + index} 10.91.1.2:8080 users:(("java",pid=6255,fd=${index}))`,
    )
    const head = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'
    const own = 'ESTAB 0 0 10.91.1.1:40001 10.91.1.2:8080 users:(("java",pid=6255,fd=9))'
    writeFileSync(join(path, 'sockets', `ss-cli-${time}.txt`), `${[head, own, ...rows].join('\n')}\n`)
  }
  return path
}

const before = storyFolder('before', STORY, 120)
const firstFix = storyFolder('first-fix', STORY, 0)
const bothFixes = storyFolder('both-fixes', SMALL, 0)

function comparisonOf({ stdout }: Run): Comparison {
  return comparisonSchema.parse(JSON.parse(stdout))
}

function nameless(run: Run): unknown {
  const { before: first, after: second, ...rest } = comparisonOf(run)
  return [{ ...first, name: '' }, { ...second, name: '' }, rest]
}

function saved(path: string, name: string): string {
  const file = join(folder, name)
  writeFileSync(file, whyreset([path, '--json']).stdout)
  return file
}

/** As one sentence, whatever the width. */
function verdictOf({ stdout }: Run): string {
  return (stdout.split('\n\n')[0] ?? '').replaceAll('\n', ' ')
}

describe('whyreset compare on the reference story', () => {
  it('says after the first fix that CLOSE_WAIT went away and the resets stayed', () => {
    const run = whyreset(['compare', before, firstFix, '--exit-code'])
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 3, stderr: '' })
    expect(verdictOf(run)).toMatch(/^The resets by garbage collection stayed: 127 of 223 connections before/)
    expect(verdictOf(run)).toContain('CLOSE_WAIT went away: 120 connections before, 0 after.')
  })

  it('says after both fixes that the resets are gone', () => {
    const run = whyreset(['compare', before, bothFixes, '--exit-code'])
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
    expect(verdictOf(run)).toMatch(
      /^The resets by garbage collection are gone: 127 of 223 connections before, 0 of 86 after \(by chance: p = 0\.001\)\. CLOSE_WAIT went away/,
    )
  })

  it('says the other way round that they are new', () => {
    const run = whyreset(['compare', bothFixes, before, '--exit-code'])
    expect(run.code).toBe(3)
    expect(verdictOf(run)).toMatch(
      /^New: resets by garbage collection: 0 of 86 connections before, 127 of 223/,
    )
    expect(verdictOf(run)).toContain('New: CLOSE_WAIT: 0 connections before, 120 after.')
  })

  it('does not call CLOSE_WAIT gone where no socket table was taken', () => {
    const bare = join(folder, 'bare')
    cpSync(firstFix, bare, { recursive: true })
    rmSync(join(bare, 'sockets'), { recursive: true })
    const run = whyreset(['compare', before, bare])
    expect(run.code).toBe(0)
    expect(verdictOf(run)).toContain('CLOSE_WAIT cannot be compared: after holds no socket table')
  })
})

describe('whyreset compare', () => {
  it('refuses what cannot be done to a saved diagnosis, and no more', () => {
    const old = saved(before, 'before.json')
    expect(whyreset(['compare', old, bothFixes, '--peer', '10.91.1.2'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--peer: a saved answer cannot be narrowed'),
    })
    const zone = ['--log-timezone', '+08:00']
    expect(whyreset(['compare', old, bothFixes, ...zone])).toMatchObject({ code: 0, stderr: '' })
    expect(whyreset(['compare', old, old, ...zone]).code).toBe(2)
  })

  it('takes a saved diagnosis for the folder that it was made from', () => {
    const files = [saved(before, 'before.json'), saved(bothFixes, 'after.json')]
    const live = whyreset(['compare', before, bothFixes, '--json'])
    expect(nameless(whyreset(['compare', ...files, '--json']))).toEqual(nameless(live))
    expect(nameless(whyreset(['compare', before, files[1] ?? '', '--json']))).toEqual(nameless(live))
  })

  it('takes standard input as one side, a capture as the other', () => {
    const capture = join(REFUSED, 'capture.pcap')
    const run = whyreset(['compare', '-', capture, '--json'], { input: readFileSync(capture) })
    expect(comparisonOf(run).causes).toMatchObject([{ change: 'stayed', cause: 'connection-refused' }])
  })

  it('gives the same bytes each time, and nothing gone or new for one folder twice', () => {
    const run = whyreset(['compare', before, before, '--json'])
    expect(whyreset(['compare', before, before, '--json']).stdout).toBe(run.stdout)
    const { causes, warnings } = comparisonOf(run)
    expect([...causes, ...warnings].map(({ change }) => change)).toEqual(['stayed', 'stayed', 'stayed'])
  })

  it('answers in Chinese, in Markdown, and without colour', () => {
    expect(whyreset(['compare', before, bothFixes, '--lang', 'zh']).stdout).toContain(
      '垃圾回收引起的重置消失了',
    )
    expect(whyreset(['compare', before, bothFixes, '--markdown']).stdout).toMatch(/^\*\*The resets/)
    const env = { FORCE_COLOR: '1' }
    expect(whyreset(['compare', before, bothFixes], { env }).stdout).toContain('\u001B[')
    expect(whyreset(['compare', before, bothFixes, '--no-color'], { env }).stdout).not.toContain('\u001B[')
  })

  it('hides names and addresses on both sides alike', () => {
    const run = whyreset(['compare', before, firstFix, '--anonymize', '--json'])
    expect(run.stdout).not.toMatch(/10\.91\.1\.|whyreset-compare-/)
    const [cause] = comparisonOf(run).causes
    expect(cause).toMatchObject({ change: 'stayed', matchedBy: 'endpoints' })
  })

  it('wants two', () => {
    for (const args of [[], [before], [before, firstFix, bothFixes]]) {
      const run = whyreset(['compare', ...args])
      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(/^whyreset: compare takes two: the evidence before and the evidence after/)
    }
    expect(whyreset(['compare', '-', '-'])).toMatchObject({ code: 2, stdout: '' })
    expect(whyreset(['compare', before, firstFix, '--from', '2026-01-01'])).toMatchObject({ code: 2 })
  })

  it('does not compare with what cannot be read', () => {
    const run = whyreset(['compare', before, join(folder, 'missing')])
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toMatch(/missing: cannot be read: no such file or directory/)
  })

  it('says that nothing can be compared with a side without packets', () => {
    const tables = join(folder, 'tables')
    cpSync(join(before, 'sockets'), tables, { recursive: true })
    const healthy = whyreset(['compare', bothFixes, tables, '--exit-code'])
    expect(verdictOf(healthy)).toMatch(/^Resets cannot be compared: after holds no packets\. New: CLOSE_WAIT/)
    expect(healthy.code).toBe(1)
    const reset = whyreset(['compare', REFUSED, tables])
    expect(verdictOf(reset)).toContain('refused connections cannot be compared: after holds no packets')
    expect(reset.code).toBe(1)
  })

  it('lists itself and its options in the help', () => {
    expect(whyreset(['--help']).stdout).toContain('whyreset compare BEFORE AFTER')
    expect(whyreset(['compare', '--help']).stdout).toMatch(
      /^Examples:\n {2}whyreset compare before\/ after\//,
    )
    expect(whyreset(['comparee']).stderr).toContain('Did you mean whyreset compare?')
  })

  it('ends quietly when the reader of a pipe has left', () => {
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
    const script = '"$0" "$1" compare "$2" "$3" --json | head -c 10; exit "${PIPESTATUS[0]}"'
    const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, main, before, firstFix], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
